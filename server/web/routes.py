"""All pages, on one screen."""

from fastapi import FastAPI

from server.web.pages import (
    batches,
    checklists,
    contacts,
    dates,
    findings,
    health,
    language,
    ledger,
    mailbox,
    matters,
    overview,
    reminders,
    reply,
    reports,
    review,
    sign_in,
    tokens,
    units,
    worklist,
)

PAGES = (
    sign_in,
    overview,
    units,
    contacts,
    worklist,
    matters,
    reply,
    batches,
    reports,
    review,
    findings,
    ledger,
    checklists,
    reminders,
    dates,
    tokens,
    mailbox,
    health,
    language,
)


def include(app: FastAPI) -> None:
    """Add every page's routes to the application."""
    for page in PAGES:
        app.include_router(page.router)
    app.include_router(sign_in.leaving)
