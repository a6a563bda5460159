"""The task that opens the report year and generates and mails the checklists it calls for."""

from celery import shared_task

from server import clock
from server.adapters.calendar_source import package_name
from server.services import checklists, obligations, package_calendar, rulebook
from server.settings import get_settings
from workers import runtime


@shared_task(name="workers.checklists.generate")
def generate() -> None:
    """Open the year, generate missing checklists, queue their mails; safe to repeat.

    Before, what a newer package knows of working days is adopted, and people are told what moves.
    """
    today, now = clock.today(), clock.utc_now()
    with runtime.transaction() as session:
        rules = rulebook.reminder_rules(trial=get_settings().trial)
        package_calendar.adopt(session, rulebook.law(), rules, package_name(), today=today, now=now)
    with runtime.transaction() as session:
        year = obligations.current_report_year(today)
        obligations.open_year(session, rulebook.law(), year, today=today)
    with runtime.transaction() as session:
        basis = rulebook.checklist_basis()
        checklists.generate_missing(session, today.year, basis, today=today, now=now)
        checklists.mail_new(session, mail_domain=get_settings().mail_domain, now=now)
