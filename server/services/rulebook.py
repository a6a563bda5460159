"""The rulebook and the calendar as the use cases take them; read from disk once a process."""

from datetime import time
from functools import cache

from server.adapters import rulebook_checks, rulebook_reading
from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_checklists import load_checklist_rules
from server.adapters.rulebook_deadlines import load_rulebook
from server.adapters.rulebook_lights import load_lights
from server.adapters.rulebook_mail import load_mail_paces
from server.adapters.rulebook_reminders import load_reminder_rules
from server.domain.calendars import WorkCalendar
from server.domain.check_rules import CheckRule
from server.domain.hours import OfficeHours, Slot
from server.domain.lights import LightScale
from server.domain.reports.taxonomy import Taxonomy
from server.services.obligations import Law
from server.services.renewals import Basis
from server.services.rules import Delivery, Rules

ROUND_THE_CLOCK = OfficeHours(
    (
        Slot("morning", "上午", time.min, time(12)),
        Slot("afternoon", "下午", time(12), time.max),
    ),
    workdays_only=False,
)
"""The hours of a trial installation, where somebody may try the system at night."""


@cache
def calendar() -> WorkCalendar:
    """Return the work calendar."""
    return work_calendar()


@cache
def law() -> Law:
    """Return what dates are computed from."""
    return Law(load_rulebook(), calendar())


def check_rules() -> tuple[CheckRule, ...]:
    """Return the rules that reports are held to, as people may read them."""
    return rulebook_checks.check_rules()


@cache
def reminder_rules(*, trial: bool) -> Rules:
    """Return what planning needs, without offices' own rules; a trial sends at any hour."""
    shipped = load_reminder_rules()
    delivery = Delivery(ROUND_THE_CLOCK if trial else shipped.hours, shipped.most_new)
    return Rules(shipped.policies, delivery, calendar())


@cache
def checklist_basis() -> Basis:
    """Return what generating checklists needs."""
    return Basis(load_checklist_rules(), calendar())


@cache
def lights() -> LightScale:
    """Return the scale of lights."""
    return load_lights()


@cache
def mail_paces() -> dict[str, int]:
    """Return how many mails a minute may go to which domain."""
    return load_mail_paces()


@cache
def taxonomy() -> Taxonomy:
    """Return the classes of problems and measures."""
    return rulebook_reading.taxonomy()


@cache
def class_names() -> dict[str, str]:
    """Return the Chinese name of each class."""
    return {rule.key: rule.name for rule in taxonomy().classes}
