"""The task that opens the report year and generates and mails the checklists it calls for."""

from celery import shared_task

from server import clock
from server.services import checklists, obligations, rulebook
from server.settings import get_settings
from workers import runtime


@shared_task(name="workers.checklists.generate")
def generate() -> None:
    """Open the year, generate missing checklists, queue their mails; safe to repeat."""
    today, now = clock.today(), clock.utc_now()
    with runtime.transaction() as session:
        year = obligations.current_report_year(today)
        obligations.open_year(session, rulebook.law(), year, today=today)
    with runtime.transaction() as session:
        basis = rulebook.checklist_basis()
        checklists.generate_missing(session, today.year, basis, today=today, now=now)
        checklists.mail_new(session, mail_domain=get_settings().mail_domain, now=now)
