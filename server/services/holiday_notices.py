"""A State Council notice is entered: read, shown as a difference, confirmed, and dates follow."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from server.adapters.rulebook_festivals import load_festivals
from server.db.queries import calendars as queries
from server.db.queries import office_rules as rule_queries
from server.db.queries import redating
from server.db.queries.calendars import Moved
from server.db.tables import CalendarNotice
from server.domain.access import Person, Scope
from server.domain.calendars import WorkCalendar
from server.domain.festivals import statutory_days
from server.domain.notice_judging import ReadNotice
from server.domain.notices import confirmed_by
from server.domain.reminders import next_stage_on
from server.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.services import audit, calendars, obligations
from server.services.audit import Actor
from server.services.obligations import Law
from server.services.rules import Rules, in_force

SHOWN = 300
LONGEST_TEXT = 20_000
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day that is otherwise than it was, in words."""

    on: date
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a notice does to the dates that people work towards."""

    moved: int
    units: int
    people: int
    rewritten: int
    """Open milestones whose steps, target or 暂定 changed while their date stayed."""
    undated: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    """The difference that a draft makes: day by day, and date by date within the scope."""

    days: list[DayChange]
    moves: list[Moved]
    effect: Effect

    @property
    def elsewhere(self) -> int:
        """Return how many moved dates are not listed: beyond the list's end or another tree's."""
        return self.effect.moved - len(self.moves)


def statutory(year: int) -> dict[date, str]:
    """Return a year's festivals by the law; none for years whose lunar dates are not kept."""
    festivals = load_festivals().festivals.get(year)
    return statutory_days(festivals) if festivals else {}


def ensure_may_enter(person: Person) -> None:
    """Refuse whoever is not of the topmost office: a notice holds for the whole installation."""
    if not person.at_the_top:
        raise NotAllowed("放假通知影响整个系统，只有最上级的领导小组办公室可以录入。")


def draft(
    session: Session,
    read: ReadNotice,
    text: str,
    file_name: str,
    office: int,
    actor: Actor,
    *,
    today: date,
    now: datetime,
) -> CalendarNotice:
    """Keep a reading as a draft, which changes nothing yet; an earlier draft of the year gives way.

    Raises: InvalidInput, when the reading has problems or its year's turn has not come.
    """
    notice = read.notice
    _check_year(notice.year, calendars.current(session), today)
    queries.hold(session, alone=True)  # versions are counted one after the other
    for earlier in queries.drafts(session, notice.year):
        earlier.state = "dropped"
    kept = CalendarNotice(
        year=notice.year,
        version=queries.next_version(session, notice.year),
        number=read.number,
        source=notice.source,
        body=text[:LONGEST_TEXT],
        file_name=file_name,
        days_off={day.isoformat(): name for day, name in sorted(notice.days_off.items())},
        working_weekends=[day.isoformat() for day in sorted(notice.working_weekends)],
        doubts=list(read.doubts),
        passed_over=list(read.passed_over),
        office_id=office,
        entered_by=actor.contact_id,
        entered_by_name=actor.label,
        entered_at=now,
    )
    session.add(kept)
    session.flush()  # the record names it
    _record(session, actor, "draft_notice", kept, now)
    return kept


def _check_year(year: int, calendar: WorkCalendar, today: date) -> None:
    if year < today.year:
        raise InvalidInput(f"这是{year}年的通知，{year}年已经过去，不需要录入。请核对年份。")
    following = calendar.last_confirmed + 1
    if year > following:
        raise InvalidInput(f"还没有{following}年的放假安排，请先录入{following}年的通知。")


def notice_of(session: Session, notice_id: int, office: int) -> CalendarNotice:
    """Return a notice held for this transaction; one given up, or another's draft, is not found."""
    kept = queries.locked(session, notice_id, office)
    if kept is None:
        raise NotFound("没有找到这一版通知，可能已被放弃或被新的草稿代替。")
    return kept


def preview(
    session: Session,
    law: Law,
    rules: Rules,
    kept: CalendarNotice,
    scope: Scope,
    *,
    today: date,
    now: datetime,
) -> Preview:
    """Return what a draft would do: it is put into force, looked at and taken back again."""
    days = day_changes(session, kept)
    with session.begin_nested() as trial:
        effect = _put_in_force(session, law, rules, kept, today=today, now=now)
        moves = queries.moves(session, scope, kept.id, limit=SHOWN)
        trial.rollback()
    session.refresh(kept)
    return Preview(days, moves, effect)


def day_changes(session: Session, kept: CalendarNotice) -> list[DayChange]:
    """Return the days that a notice makes working days or days off, otherwise than now."""
    before = calendars.current(session)
    after = confirmed_by(before, calendars.notice_of(kept))
    day, last = date(kept.year - 1, 12, 1), date(kept.year + 1, 1, 31)
    changes = []
    while day <= last:
        if before.is_workday(day) != after.is_workday(day):
            changes.append(DayChange(day, _word(before, day), _word(after, day)))
        day += ONE_DAY
    return changes


def _word(calendar: WorkCalendar, day: date) -> str:
    """Return what a day is; swapped days off and plain ones of one holiday read alike."""
    reason = calendar.reason_off(day)
    if reason is None:
        return "调休上班" if day in calendar.year(day.year).working_weekends else "上班"
    name = reason.removesuffix("（调休）").removesuffix("（补假）")
    return "周末" if name == "周末" else f"放假（{name}）"


def confirm(
    session: Session,
    law: Law,
    rules: Rules,
    kept: CalendarNotice,
    actor: Actor,
    *,
    seen: int,
    today: date,
    now: datetime,
) -> Effect:
    """Put a draft into force; open dates follow in this transaction and people are owed word of it.

    `seen` is the number of moved dates that the person was shown.
    """
    if kept.state != "draft":
        raise Conflict("这一版通知已经生效或已被取代，请回到工作日历页面看现行的安排。")
    effect = _put_in_force(session, law, rules, kept, today=today, now=now)
    if effect.moved > max(seen, 0):
        raise Conflict("预览之后情况有变，改期的事项比看到的多，没有生效。请再看一次预览。")
    kept.confirmed_by_name, kept.confirmed_at = actor.label, now
    kept.effect = told(effect)
    _record(session, actor, "confirm_notice", kept, now, **kept.effect)
    return effect


def drop(session: Session, kept: CalendarNotice, actor: Actor, *, now: datetime) -> None:
    """Give a draft up."""
    if kept.state != "draft":
        raise Conflict("只有草稿可以放弃；已生效的安排有误，请录入更正后的通知。")
    kept.state = "dropped"
    _record(session, actor, "drop_notice", kept, now)


def _put_in_force(
    session: Session, law: Law, rules: Rules, kept: CalendarNotice, *, today: date, now: datetime
) -> Effect:
    """Let a notice take the place of the one before it; nobody plans or dates meanwhile."""
    rule_queries.hold_planning(session)
    queries.hold(session, alone=True)
    take_the_place(session, kept)
    return redate(session, law, rules, kept, today=today, now=now)


def take_the_place(session: Session, kept: CalendarNotice) -> None:
    """Let a notice be the one in force for its year; the caller holds the calendar alone."""
    for former in queries.in_force(session):
        if former.year == kept.year:
            former.state = "past"
    session.flush()  # only one of a year may be in force
    kept.state = "in_force"
    session.flush()  # the calendar is read from the rows


def redate(
    session: Session,
    law: Law,
    rules: Rules,
    kept: CalendarNotice,
    *,
    today: date,
    now: datetime,
    own_dates: bool = True,
) -> Effect:
    """Give open matters the dates of the calendar as it is now, and tell whose date moved why.

    The moves are noted as this notice's. `own_dates`: whether those that fall on a day off follow.
    """
    law = obligations.in_force(session, law)
    dated, undated = obligations.dates_of_all(session, law)
    moved, written = redating.date_milestones(session, kept.id, dated, today=today)
    promised = _shift_commitments(session, kept, law.calendar, today) if own_dates else 0
    _reschedule(session, in_force(session, rules), today)
    people = redating.tell(session, kept.id, today=today, now=now)
    units = queries.units_moved(session, kept.id)
    return Effect(moved + promised, units, people, written - moved, undated)


def told(effect: Effect) -> dict[str, Any]:
    """Return an effect as it is kept with its notice."""
    return {
        "moved": effect.moved,
        "units": effect.units,
        "people": effect.people,
        "undated": effect.undated,
    }


def _shift_commitments(
    session: Session, kept: CalendarNotice, calendar: WorkCalendar, today: date
) -> int:
    """Bring commitments due on what is now a day off to the last working day before it.

    The others keep their date, the office's own. Nobody's lies in the past by it.
    """
    shifts = [
        (before, after)
        for before in redating.commitment_dates(session, today)
        if (after := calendar.last_workday_on_or_before(before)) != before and after >= today
    ]
    moved = redating.shift_commitments(session, kept.id, shifts) if shifts else 0
    redating.mark_commitments(session, calendar.provisional_from)
    return moved


def _reschedule(session: Session, rules: Rules, today: date) -> None:
    """Give every open matter its next day by the new calendar, from today on."""

    def following(group: redating.Waiting) -> date | None:
        policy = rules.policy(group.policy)
        return next_stage_on(policy, group.due_on, today - ONE_DAY, rules.calendar)

    groups = redating.waiting(session)
    redating.reschedule(session, [(each, following(each)) for each in groups], today=today)


def _record(
    session: Session, actor: Actor, act: str, kept: CalendarNotice, now: datetime, **detail: Any
) -> None:
    audit.record(
        session,
        actor,
        act,
        "calendar_notice",
        kept.id,
        now=now,
        year=kept.year,
        version=kept.version,
        number=kept.number,
        **detail,
    )
