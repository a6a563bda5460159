"""Opening a report year, and the office's own dates within it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from server.db.queries import calendars as calendar_queries
from server.db.queries import obligations as queries
from server.db.queries import units as unit_queries
from server.db.queries.redating import Dated
from server.db.tables import MilestoneDate, Unit
from server.domain.calendars import WorkCalendar
from server.domain.dates import chinese_date
from server.domain.deadlines import Deadline, Override, deadlines_for
from server.domain.milestones import KIND_NAMES, Milestone, Rulebook, UnitKind
from server.domain.regimes import regime_for
from server.errors import InvalidInput
from server.services import audit, calendars
from server.services.audit import Actor

LONGEST_PAST = timedelta(days=90)
"""An own date further back than this is a year mistyped."""


@dataclass(frozen=True, slots=True)
class Law:
    """What dates are computed from."""

    rulebook: Rulebook
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening a year wrote."""

    obligations: int
    matters: int


def open_year(session: Session, law: Law, year: int, *, today: date) -> Opened:
    """Give every active unit its obligation and milestones for a report year.

    Set-based per (office, unit kind). Safe to repeat: it adds what is missing and moves what the
    calendar or the office moved. A duty whose statutory date has passed is not opened any more.
    """
    calendar_queries.hold(session, alone=False)
    law = in_force(session, law)
    regime = regime_for(year, law.rulebook.regimes).code
    obligations = matters = 0
    for office, kind in unit_queries.kinds_by_office(session):
        deadlines = _deadlines_of(session, law, office, UnitKind(kind), year)
        if any(each.statutory and each.due_on >= today for each in deadlines):
            obligations += queries.add_missing(session, office, kind, year, regime)
        for deadline in deadlines:
            matters += queries.set_milestone(session, office, kind, year, deadline, today=today)
    return Opened(obligations, matters)


def current_report_year(today: date) -> int:
    """Return the report year that the office works on: from October the running year's.

    The office's own setting: the year's notice goes out in the last quarter (see deadlines).
    """
    return today.year if today.month >= 10 else today.year - 1  # noqa: PLR2004 - October


def in_force(session: Session, law: Law) -> Law:
    """Return what dates are computed from with the holiday notices that were entered."""
    return replace(law, calendar=calendars.with_notices(session, law.calendar))


def deadlines_of(
    session: Session, law: Law, office: int, kind: UnitKind, year: int
) -> tuple[Deadline, ...]:
    """Return the dates of one kind of unit under one office, its own dates included."""
    return _deadlines_of(session, in_force(session, law), office, kind, year)


def dates_of_all(session: Session, law: Law) -> tuple[list[Dated], list[str]]:
    """Return the dates of every office, kind of unit and open report year by this law.

    Also returned: what cannot be dated, each in a Chinese sentence: an office's own date that
    under this law breaks the order of the milestones.
    """
    dated: list[Dated] = []
    undated: list[str] = []
    for year in queries.open_years(session):
        for office, kind in unit_queries.kinds_by_office(session):
            try:
                found = _deadlines_of(session, law, office, UnitKind(kind), year)
            except InvalidInput as error:
                name = session.get_one(Unit, office).name
                undated.append(f"{name}所辖{KIND_NAMES[UnitKind(kind)]}的{year}年度节点：{error}")
                continue
            dated += [Dated(office, kind, year, each) for each in found]
    return dated, undated


def _deadlines_of(
    session: Session, law: Law, office: int, kind: UnitKind, year: int
) -> tuple[Deadline, ...]:
    overrides = _overrides(session, office, kind, year)
    return deadlines_for(kind, year, law.calendar, law.rulebook, overrides)


def _overrides(
    session: Session, office: int, kind: UnitKind, year: int
) -> dict[Milestone, Override]:
    return {
        Milestone(own.milestone): Override(own.due_on, own.reason)
        for own in queries.own_dates(session, office, kind.value, year)
    }


def _check_dates(
    session: Session,
    law: Law,
    office: int,
    kind: UnitKind,
    year: int,
    dates: dict[Milestone, Override],
    *,
    today: date,
) -> None:
    """Refuse dates that cannot be, together with those that the office set before."""
    for override in dates.values():
        if override.on < today - LONGEST_PAST:
            raise InvalidInput(
                f"{chinese_date(override.on)}已经过去 {(today - override.on).days} 天，请核对年份。"
            )
    together = _overrides(session, office, kind, year) | dates
    deadlines_for(kind, year, law.calendar, law.rulebook, together)


def set_own_dates(
    session: Session,
    law: Law,
    office: Unit,
    kind: UnitKind,
    year: int,
    dates: dict[Milestone, Override],
    actor: Actor,
    *,
    today: date,
    now: datetime,
) -> int:
    """Set the office's own dates for one kind of unit and move what hangs on them.

    Returns how many matters moved. InvalidInput when a date is statutory, after the statutory one,
    long past, without reason, or out of order; then nothing has changed.
    """
    calendar_queries.hold(session, alone=False)
    law = in_force(session, law)
    _check_dates(session, law, office.id, kind, year, dates, today=today)
    for milestone, override in dates.items():
        own = MilestoneDate(
            office_id=office.id,
            report_year=year,
            kind=kind.value,
            milestone=milestone.value,
            due_on=override.on,
            reason=override.reason.strip(),
            set_by=actor.contact_id,
            set_at=now,
        )
        queries.set_own_date(session, own, now=now)
    session.flush()  # the dates below are computed from the rows above
    moved = sum(
        queries.set_milestone(
            session, office.id, kind.value, year, deadline, today=today, into_past=True
        )
        for deadline in _deadlines_of(session, law, office.id, kind, year)
    )
    audit.record(
        session,
        actor,
        "set_dates",
        "milestone_date",
        None,
        now=now,
        unit_id=office.id,
        year=year,
        kind=kind.value,
        dates={each.value: override.on.isoformat() for each, override in dates.items()},
    )
    return moved
