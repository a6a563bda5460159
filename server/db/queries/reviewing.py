"""Reading how far the review has come, who looks at what, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Contact, Entry, Look, Report, Unit
from server.domain.access import Scope

HEADINGS = ("channels", "content", "mechanisms")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a report's entries a person has decided on."""

    done: int
    total: int
    unsure: int


def progress(session: Session, report_ids: Sequence[int], *, sure: float) -> dict[int, Progress]:
    """Return for each report how far its review has come; `sure` is the reader's bar."""
    statement = (
        select(
            Entry.report_id,
            func.count().filter(col(Entry.state) != "proposed"),
            func.count(),
            func.count().filter(_unsure(sure)),
        )
        .where(col(Entry.report_id).in_(report_ids))
        .group_by(col(Entry.report_id))
    )
    found = {number: Progress(*rest) for number, *rest in session.exec(statement)}
    return {number: found.get(number, Progress(0, 0, 0)) for number in report_ids}


@dataclass(frozen=True, slots=True)
class HowFar:
    """Of one year's reports that were read: how many are confirmed; unsure entries of the rest."""

    confirmed: int
    total: int
    unsure: int


def how_far(session: Session, scope: Scope, report_year: int, *, sure: float) -> HowFar:
    """Return how far the review of one year's reports within the scope has come."""
    wanted = (within(scope), Report.report_year == report_year)
    counts = (
        select(
            func.count().filter(col(Report.state) == "confirmed"),
            func.count().filter(col(Report.state).in_(("read", "confirmed"))),
        )
        .select_from(Report)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(*wanted)
    )
    unsure = (
        select(func.count())
        .select_from(Entry)
        .join(Report, col(Report.id) == col(Entry.report_id))
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(*wanted, Report.state == "read", _unsure(sure))
    )
    confirmed, total = session.exec(counts).one()
    return HowFar(confirmed, total, session.exec(unsure).one())


def waiting(session: Session, scope: Scope) -> int:
    """Return how many reports within the scope wait for review."""
    statement = (
        select(func.count())
        .select_from(Report)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(within(scope), Report.state == "read")
    )
    return session.exec(statement).one()


def look(session: Session, report_id: int, contact_id: int, *, now: datetime) -> None:
    """Note that a person has a report in front of them."""
    row = insert(Look).values(report_id=report_id, contact_id=contact_id, seen_at=now)
    newer = row.on_conflict_do_update(
        index_elements=["report_id", "contact_id"], set_={"seen_at": now}
    )
    session.connection().execute(newer)


def lookers(
    session: Session, report_ids: Sequence[int], *, but: int, since: datetime
) -> dict[int, list[str]]:
    """Return who else looks at each report now; a person looks only at what they opened last."""
    statement = (
        select(Look.report_id, Contact.name)
        .join(Contact, col(Contact.id) == col(Look.contact_id))
        .where(col(Look.report_id).in_(report_ids), _busy(but, since))
        .order_by(col(Look.seen_at).desc())
    )
    found: dict[int, list[str]] = {}
    for number, name in session.exec(statement):
        found.setdefault(number, []).append(name)
    return found


def next_to_review(
    session: Session, scope: Scope, *, but: int, me: int, since: datetime, sure: float
) -> int | None:
    """Return the report to review next, never the report `but`.

    First those that nobody else looks at, then those that this person has not seen yet, the most
    unsure entries first; what was skipped comes round again, oldest first.
    """
    taken = select(Look.report_id).where(col(Look.report_id) == col(Report.id), _busy(me, since))
    seen = aliased(Look)
    unsure = (
        select(func.count())
        .select_from(Entry)
        .where(col(Entry.report_id) == col(Report.id), _unsure(sure))
    )
    statement = (
        select(Report.id)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .outerjoin(seen, and_(col(seen.report_id) == col(Report.id), col(seen.contact_id) == me))
        .where(within(scope), Report.state == "read", Report.id != but)
        .order_by(
            taken.exists(),
            col(seen.seen_at).asc().nulls_first(),
            unsure.scalar_subquery().desc(),
            col(Report.id).desc(),
        )
        .limit(1)
    )
    return session.exec(statement).first()


def _unsure(sure: float) -> ColumnElement[bool]:
    """Return the condition that the reader asks a person to look at an entry."""
    doubtful = (col(Entry.confidence) < sure) | col(Entry.heading).not_in(HEADINGS)
    return (col(Entry.state) == "proposed") & doubtful


def _busy(but: int, since: datetime) -> ColumnElement[bool]:
    """Return the condition that a look is another person's last one and a recent one."""
    later = aliased(Look)
    moved_on = select(later.report_id).where(
        col(later.contact_id) == col(Look.contact_id), col(later.seen_at) > col(Look.seen_at)
    )
    recent = (col(Look.contact_id) != but) & (col(Look.seen_at) > since)
    return recent & ~moved_on.exists()
