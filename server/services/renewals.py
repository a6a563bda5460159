"""Writing a unit's checklist, and generating it again: planned as a difference, then applied."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import commitments as queries
from server.db.queries import office_rules
from server.db.queries import reports as report_queries
from server.db.queries.office_rules import CHECKLIST, Place
from server.db.tables import Checklist, ChecklistItem, Commitment, Unit
from server.domain import checklists as domain
from server.domain.calendars import WorkCalendar
from server.domain.checklist_renewal import (
    Change,
    Kind,
    Said,
    Standing,
    alters,
    counted,
    fingerprint_of,
    renewal,
)
from server.domain.checklist_rules import ChecklistRules
from server.domain.checklist_templates import rules_from
from server.domain.checklist_terms import Term
from server.errors import Conflict
from server.services import audit, calendars
from server.services.audit import SYSTEM, Actor

LAST_DAY = (12, 20)
"""By then the work is done, so that the next report can tell of it: the office's own setting."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What generation needs from the rulebook and the calendar.

    `own`: the office's own templates in force stand in for `rules`.
    """

    rules: ChecklistRules
    calendar: WorkCalendar
    own: bool = True


@dataclass(frozen=True, slots=True)
class Renewal:
    """What generating a unit's checklist would do, line by line, before it is done."""

    unit: Unit
    year: int
    checklist: Checklist | None
    changes: tuple[Change, ...]
    commitments: dict[str, Commitment]
    order: tuple[str, ...]
    """The keys of the items in their order; what is kept beside them follows its commitment."""
    classes: dict[str, str]

    @property
    def alters(self) -> bool:
        """Return whether applying it would alter the list."""
        return alters(self.changes)

    @property
    def counts(self) -> dict[Kind, int]:
        """Return how many lines there are of each kind."""
        return counted(self.changes)

    @property
    def seen(self) -> str:
        """Return what tells this difference from another."""
        return fingerprint_of(self.changes)


def plan(session: Session, unit: Unit, year: int, basis: Basis, *, today: date) -> Renewal | None:
    """Return what generating would do; None when there is nothing to follow up."""
    calendar = calendars.with_notices(session, basis.calendar)
    basis = replace(basis, calendar=calendar)
    commitments = queries.of_unit(session, unit.id, year - 1)
    if not commitments:
        return None
    checklist = queries.checklist(session, unit.id, year)
    rules = _rules(session, unit, basis)
    entries = _entries(session, commitments)
    by_code = {commitment.code: commitment for commitment in commitments}
    built = _built(entries, rules, basis, year, today)
    opened_on = checklist.opened_on if checklist else today
    first = built if opened_on == today else _built(entries, rules, basis, year, opened_on)
    standing = _standing(session, checklist) if checklist else []
    changes = renewal(built, standing, {item.key: item.by_when for item in first})
    return Renewal(
        unit,
        year,
        checklist,
        changes,
        by_code,
        tuple(item.key for item in built),
        {item.key: item.class_code for item in built},
    )


def _rules(session: Session, unit: Unit, basis: Basis) -> ChecklistRules:
    if not basis.own:
        return basis.rules
    rule = office_rules.at(session, Place(unit.office_id or unit.id, CHECKLIST))
    if rule is None or rule.body is None:
        return basis.rules
    return rules_from(basis.rules, rule.body, rule.reason)


def _built(
    entries: list[domain.ChecklistEntry],
    rules: ChecklistRules,
    basis: Basis,
    year: int,
    opened_on: date,
) -> tuple[domain.ChecklistItem, ...]:
    term = Term(year, opened_on=opened_on, not_after=date(year, *LAST_DAY))
    return domain.build_checklist(entries, rules, term, basis.calendar)


def _entries(session: Session, commitments: list[Commitment]) -> list[domain.ChecklistEntry]:
    """Return the commitments as the generator reads them; problems know if a measure answers."""
    answered: set[int] = set()
    for report_id in {commitment.report_id for commitment in commitments}:
        kept = {each.entry_id for each in commitments}
        answered |= {
            pair.problem_id
            for pair in report_queries.pairs(session, report_id)
            if pair.measure_id in kept
        }
    return [
        domain.ChecklistEntry(
            key=each.code,
            kind="problem" if each.kind == "problem" else "measure",
            text=each.text,
            classes=tuple(each.classes),
            answered=each.entry_id in answered,
        )
        for each in commitments
    ]


def _standing(session: Session, checklist: Checklist) -> list[Standing]:
    return [
        Standing(
            item.item_key,
            commitment.code,
            Said(item.what, item.proof, item.by_when, item.owner),
            active=item.active,
            answered=bool(item.ticked_at or item.note or item.evidence),
            own=item.own,
            dated=bool(item.dated_by),
        )
        for item, commitment in queries.items_with_commitment(session, checklist.id)
    ]


def apply(
    session: Session,
    planned: Renewal,
    *,
    today: date,
    now: datetime,
    actor: Actor = SYSTEM,
    seen: str | None = None,
) -> Checklist:
    """Carry out a planned renewal and record its difference; a list that is new is opened.

    Raises: Conflict, when the difference is no longer the one that a person saw (`seen`).
    """
    if seen is not None and seen != planned.seen:
        raise Conflict("预览之后清单又有变化，没有重新生成。请看新的变化后再确认。")
    checklist = planned.checklist or _opened(session, planned, today, now)
    if not planned.alters and checklist.version:
        return checklist
    rows = {item.item_key: item for item in queries.items(session, checklist.id)}
    for change in planned.changes:
        _carry_out(session, checklist, planned, change, rows)
    session.flush()  # new items are numbered with the others
    _number(session, checklist, planned)
    checklist.version += 1
    checklist.generated_at = now
    session.flush()  # the matters' dates are read from the items
    provisional_from = calendars.current(session).provisional_from
    queries.align_due_dates(session, checklist.id, today=today, provisional_from=provisional_from)
    _record(session, checklist, planned, actor, now)
    return checklist


def _opened(session: Session, planned: Renewal, today: date, now: datetime) -> Checklist:
    checklist = Checklist(
        unit_id=planned.unit.id, year=planned.year, version=0, opened_on=today, generated_at=now
    )
    session.add(checklist)
    session.flush()  # items need the checklist's id
    return checklist


def _carry_out(
    session: Session,
    checklist: Checklist,
    planned: Renewal,
    change: Change,
    rows: dict[str, ChecklistItem],
) -> None:
    row = rows.get(change.key)
    if change.kind == "removed" and row is not None:
        row.active = False
    if change.kind not in {"added", "changed"} or change.after is None:
        return
    if row is None:
        row = ChecklistItem(
            checklist_id=checklist.id,
            commitment_id=planned.commitments[change.commitment_key].id,
            item_key=change.key,
            ordinal=0,
            what="",
            proof="",
            by_when=change.after.by_when,
            owner="",
        )
    else:
        row.row_version += 1  # who has the former wording open is told
    row.what, row.proof = change.after.what, change.after.proof
    row.by_when, row.owner, row.active = change.after.by_when, change.after.owner, True
    row.class_code = planned.classes.get(change.key, row.class_code)
    session.add(row)


def _number(session: Session, checklist: Checklist, planned: Renewal) -> None:
    """Count the items as the commitments stand, what is kept after what was generated."""
    places = {key: place for place, key in enumerate(planned.order)}
    found = queries.items_with_commitment(session, checklist.id)
    found.sort(key=lambda each: (
        each[1].code, places.get(each[0].item_key, len(places)), each[0].ordinal, each[0].id,
    ))  # fmt: skip
    for ordinal, (item, _) in enumerate((each for each in found if each[0].active), start=1):
        item.ordinal = ordinal


def _record(
    session: Session, checklist: Checklist, planned: Renewal, actor: Actor, now: datetime
) -> None:
    told: dict[Kind, list[list[str]]] = {"added": [], "changed": [], "removed": [], "kept": []}
    for change in planned.changes:
        said = [each.what for each in (change.before, change.after) if each is not None]
        told[change.kind].append([*dict.fromkeys(said)])
    audit.record(
        session,
        actor,
        "generate",
        "checklist",
        checklist.id,
        now=now,
        unit_id=planned.unit.id,
        version=checklist.version,
        difference=told,
    )
