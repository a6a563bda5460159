"""The working days that come with the program: a newer package moves no date without telling.

What the package says of a year is kept like a notice once dates rest on it. Years and corrections
that a newer package brings hold from the moment they are adopted here: open dates follow and the
people are told, as by an entered notice. An entered notice goes before any package.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import calendars as queries
from server.db.queries import office_rules as rule_queries
from server.db.queries import units
from server.db.tables import CalendarNotice, Unit
from server.domain.calendars import CalendarYear, WorkCalendar
from server.domain.packages import older
from server.services import audit, calendars, holiday_notices
from server.services.audit import SYSTEM
from server.services.holiday_notices import Effect
from server.services.obligations import Law
from server.services.rules import Rules


def adopt(
    session: Session, law: Law, rules: Rules, package: str, *, today: date, now: datetime
) -> Effect | None:
    """Let what the package newly knows hold, and tell whose date it moves; safe to repeat.

    `law` has the calendar as the package gives it. None when there was nothing new. The first
    time, days are only noted: no office's own date moves by it.
    """
    office = units.root(session)
    if office is None or not _fresh(session, law.calendar, package, today):
        return None
    rule_queries.hold_planning(session)
    queries.hold(session, alone=True)
    years = _fresh(session, law.calendar, package, today)
    if not years:
        return None
    first = not queries.knows_package(session)
    kept = [_kept(session, law.calendar, year, package, office, now) for year in years]
    for each in kept:
        holiday_notices.take_the_place(session, each)
    effect = holiday_notices.redate(
        session, law, rules, kept[-1], today=today, now=now, own_dates=not first
    )
    kept[-1].effect = holiday_notices.told(effect)
    audit.record(
        session, SYSTEM, "adopt_calendar", "calendar_notice", kept[-1].id, now=now,
        package=package, years=years, **kept[-1].effect,
    )  # fmt: skip
    return effect


def _fresh(session: Session, calendar: WorkCalendar, package: str, today: date) -> list[int]:
    """Return the years from the last one on of which this package knows better than what is kept.

    Of two packages at work at once, as during an upgrade, the newer one is believed.
    """
    kept = {each.year: each for each in queries.in_force(session)}
    confirmed = [number for number, year in calendar.years.items() if year.confirmed]
    return [
        number
        for number in sorted(confirmed)
        if number >= today.year - 1 and _news(calendar.year(number), kept.get(number), package)
    ]


def _news(year: CalendarYear, kept: CalendarNotice | None, package: str) -> bool:
    if kept is None:
        return True
    if not kept.package or calendars.says_the_same(kept, year):
        return False
    return older(kept.package, package)


def _kept(
    session: Session,
    calendar: WorkCalendar,
    number: int,
    package: str,
    office: Unit,
    now: datetime,
) -> CalendarNotice:
    year = calendar.year(number)
    kept = CalendarNotice(
        year=number,
        version=queries.next_version(session, number),
        number="",
        source=year.source,
        body=f"随程序更新：{package}",
        package=package,
        days_off=_days(year.days_off),
        working_weekends=[day.isoformat() for day in sorted(year.working_weekends)],
        office_id=office.id,
        entered_by_name=SYSTEM.label,
        entered_at=now,
        confirmed_by_name=SYSTEM.label,
        confirmed_at=now,
    )
    session.add(kept)
    session.flush()  # its moves name it
    return kept


def _days(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): name for day, name in sorted(days.items())}
