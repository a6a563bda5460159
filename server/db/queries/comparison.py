"""Reading and keeping what reports have in common, and which of them are still to be compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, delete, func, or_, text, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Finding, Fingerprint, Likeness, Report, Unit
from server.domain.access import Scope

STANDING = ("read", "confirmed")
_ONE_AT_A_TIME = 0x0D0B_A401
"""Key of the advisory lock: two at once would write the same pair's findings twice."""


def alone(session: Session) -> bool:
    """Return whether this transaction is the only one that compares, from now to its end."""
    return bool(
        session.connection()
        .execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
        .scalar_one()
    )


def next_due(session: Session) -> Report | None:
    """Return the oldest report that is still to be compared, held for this transaction."""
    statement = (
        select(Report)
        .where(col(Report.compare_due), col(Report.state).not_in(("waiting", "reading")))
        .order_by(col(Report.id))
        .limit(1)
        .with_for_update(skip_locked=True)
        .options(defer(Report.content))  # type: ignore[arg-type]  # SQLModel types columns as values
    )
    return session.exec(statement).first()


def standing(session: Session, unit_id: int, year: int) -> Report | None:
    """Return the version that counts: the newest one that was read."""
    return next(iter(standing_of(session, [unit_id], year).values()), None)


def standing_of(session: Session, unit_ids: Sequence[int], year: int) -> dict[int, Report]:
    """Return of each unit the version that counts, without its file, by unit."""
    statement = (
        select(Report)
        .where(
            col(Report.unit_id).in_(unit_ids),
            Report.report_year == year,
            col(Report.state).in_(STANDING),
        )
        .ext(distinct_on(col(Report.unit_id)))
        .order_by(col(Report.unit_id), col(Report.version).desc())
        .options(defer(Report.content))  # type: ignore[arg-type]  # the same
    )
    return {report.unit_id: report for report in session.exec(statement)}


def confirmed_earlier(session: Session, report: Report) -> Report | None:
    """Return the version before this one that was confirmed, the latest of them."""
    statement = (
        select(Report)
        .where(
            Report.unit_id == report.unit_id,
            Report.report_year == report.report_year,
            Report.version < report.version,
            Report.state == "confirmed",
        )
        .order_by(col(Report.version).desc())
        .options(defer(Report.content), defer(Report.text))  # type: ignore[arg-type]  # the same
    )
    return session.exec(statement).first()


def children(session: Session, unit_id: int) -> list[Unit]:
    """Return the active units right below this one."""
    statement = select(Unit).where(Unit.parent_id == unit_id, col(Unit.active))
    return list(session.exec(statement.order_by(col(Unit.sort), col(Unit.id))))


def versions(session: Session, report: Report) -> list[int]:
    """Return the ids of all versions of this unit's report of this year."""
    same = (Report.unit_id == report.unit_id, Report.report_year == report.report_year)
    return list(session.exec(select(Report.id).where(*same)))


def forget(session: Session, report_ids: Sequence[int]) -> set[int]:
    """Drop fingerprints and pairs of these reports; return the reports they were alike."""
    pairs = (
        delete(Likeness)
        .where(_of(report_ids))
        .returning(col(Likeness.one_id), col(Likeness.other_id))
    )
    alike = {number for row in session.exec(pairs) for number in row} - set(report_ids)
    session.exec(delete(Fingerprint).where(col(Fingerprint.report_id).in_(report_ids)))
    return alike


def forget_findings(session: Session, report_ids: Sequence[int]) -> None:
    """Drop what comparisons said of versions that count no more."""
    compared = (col(Finding.report_id).in_(report_ids), col(Finding.held_against) != "itself")
    session.exec(delete(Finding).where(*compared))


def keep_fingerprint(session: Session, report: Report, bands: Iterable[int]) -> None:
    """Keep the numbers by which a report is found."""
    rows = [
        {"report_year": report.report_year, "band": band, "report_id": report.id}
        for band in dict.fromkeys(bands)
    ]
    if rows:
        session.connection().execute(Fingerprint.__table__.insert(), rows)  # type: ignore[attr-defined]  # SQLModel hides it


def candidates(
    session: Session, report: Report, bands: Iterable[int], *, most: int
) -> list[Report]:
    """Return the reports of the year with most numbers in common, without their files."""
    common = (
        select(Fingerprint.report_id, func.count().label("shared"))
        .where(
            Fingerprint.report_year == report.report_year,
            col(Fingerprint.band).in_(list(bands)),
            Fingerprint.report_id != report.id,
        )
        .group_by(col(Fingerprint.report_id))
        .order_by(func.count().desc(), col(Fingerprint.report_id).desc())
        .limit(most)
        .subquery()
    )
    statement = (
        select(Report)
        .join(common, common.c.report_id == Report.id)
        .where(Report.unit_id != report.unit_id)
        .options(defer(Report.content))  # type: ignore[arg-type]  # the same
    )
    return list(session.exec(statement))


def keep_pair(session: Session, report: Report, other: Report, share: float) -> None:
    """Keep that two reports are alike."""
    one, two = sorted((report.id, other.id))
    pair = Likeness(one_id=one, other_id=two, report_year=report.report_year, share=share)
    session.add(pair)


def likest(session: Session, report_id: int, *, most: int) -> list[Report]:
    """Return the reports most alike this one, without their files."""
    other = case((col(Likeness.one_id) == report_id, Likeness.other_id), else_=Likeness.one_id)
    statement = (
        select(Report)
        .join(Likeness, and_(_of([report_id]), other == Report.id))
        .order_by(col(Likeness.share).desc(), col(Report.id))
        .limit(most)
        .options(defer(Report.content))  # type: ignore[arg-type]  # the same
    )
    return list(session.exec(statement))


def findings_against(session: Session, report_id: int, held_against: str) -> list[Finding]:
    """Return a report's findings of one comparison."""
    statement = select(Finding).where(
        Finding.report_id == report_id, Finding.held_against == held_against
    )
    return list(session.exec(statement.order_by(col(Finding.id))))


def _of(report_ids: Sequence[int]) -> ColumnElement[bool]:
    return or_(col(Likeness.one_id).in_(report_ids), col(Likeness.other_id).in_(report_ids))


@dataclass(frozen=True, slots=True)
class PairFilter:
    """Which pairs a list shows: of one year, at least so alike, a unit whose name has the words."""

    year: int
    least: float = 0.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two reports alike, each with its unit."""

    likeness: Likeness
    one: Unit
    other: Unit

    @property
    def key(self) -> str:
        """Where a next page goes on."""
        return f"{self.likeness.share}-{self.likeness.one_id}-{self.likeness.other_id}"


def pairs(
    session: Session,
    scope: Scope,
    wanted: PairFilter,
    *,
    after: tuple[float, int, int] | None = None,
    limit: int | None,
) -> list[AlikePair]:
    """Return the pairs with both units within the scope, the likest first."""
    one, other, first, second = aliased(Report), aliased(Report), aliased(Unit), aliased(Unit)
    keys = (col(Likeness.share), col(Likeness.one_id), col(Likeness.other_id))
    statement = (
        select(Likeness, first, second)
        .join(one, col(one.id) == col(Likeness.one_id))
        .join(first, col(first.id) == col(one.unit_id))
        .join(other, col(other.id) == col(Likeness.other_id))
        .join(second, col(second.id) == col(other.unit_id))
        .where(
            col(Likeness.report_year) == wanted.year,
            col(Likeness.share) >= wanted.least,
            within(scope, first),
            within(scope, second),
        )
        .order_by(*(key.desc() for key in keys))
        .limit(limit)
    )
    if wanted.words:
        named = (
            col(each.name).icontains(wanted.words, autoescape=True) for each in (first, second)
        )
        statement = statement.where(or_(*named))
    if after:
        statement = statement.where(tuple_(*keys) < tuple_(*after))
    return [AlikePair(*row) for row in session.exec(statement)]


def pair_years(session: Session) -> list[int]:
    """Return the years in which reports are alike, newest first."""
    statement = select(Likeness.report_year).distinct()
    return list(session.exec(statement.order_by(col(Likeness.report_year).desc())))


def waiting(session: Session) -> int:
    """Return how many reports are still to be compared."""
    statement = select(func.count()).where(
        col(Report.compare_due), col(Report.state).not_in(("waiting", "reading"))
    )
    return session.exec(statement).one()
