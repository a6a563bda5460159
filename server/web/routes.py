"""All pages, on one screen."""

from fastapi import FastAPI

from server.web.pages import (
    absences,
    account,
    batches,
    calendar,
    channels,
    checklist_renewals,
    checklist_templates,
    checklists,
    circulars,
    contacts,
    dates,
    digest,
    findings,
    health,
    language,
    ledger,
    likeness,
    mailbox,
    matters,
    overview,
    policies,
    reminders,
    reply,
    reports,
    review,
    rules,
    sign_in,
    sign_offs,
    slips,
    tokens,
    units,
    versions,
    workdays,
    worklist,
)

PAGES = (
    sign_in,
    overview,
    units,
    contacts,
    absences,
    account,
    calendar,
    worklist,
    matters,
    reply,
    batches,
    reports,
    review,
    findings,
    rules,
    likeness,
    versions,
    ledger,
    checklist_templates,
    checklist_renewals,
    checklists,
    reminders,
    digest,
    sign_offs,
    policies,
    slips,
    circulars,
    dates,
    workdays,
    tokens,
    channels,
    mailbox,
    health,
    language,
)


def include(app: FastAPI) -> None:
    """Add every page's routes to the application."""
    for page in PAGES:
        app.include_router(page.router)
    app.include_router(sign_in.leaving)
