"""Several people review many reports: who looks at which, and which comes next. Nobody blocks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from server.db.queries import reviewing as queries
from server.db.queries.reviewing import HowFar, Progress
from server.domain.access import Person
from server.services.review_view import SURE

STILL_LOOKING = timedelta(minutes=10)


def look(session: Session, report_id: int, person: Person, *, now: datetime) -> None:
    """Note that a person reviews a report, for the others to see."""
    queries.look(session, report_id, person.contact_id, now=now)


def lookers(
    session: Session, report_ids: Sequence[int], person: Person, *, now: datetime
) -> dict[int, list[str]]:
    """Return the names of the others who review each report now."""
    since = now - STILL_LOOKING
    return queries.lookers(session, report_ids, but=person.contact_id, since=since)


def progress(session: Session, report_ids: Sequence[int]) -> dict[int, Progress]:
    """Return for each report how far its review has come."""
    return queries.progress(session, report_ids, sure=SURE)


def how_far(session: Session, person: Person, report_year: int) -> HowFar:
    """Return how many of the year's reports within sight are confirmed, and what is unsure."""
    return queries.how_far(session, person.scope, report_year, sure=SURE)


def next_report(session: Session, person: Person, *, but: int = 0, now: datetime) -> int | None:
    """Return the report that this person best reviews next, never the report `but`."""
    return queries.next_to_review(
        session, person.scope, but=but, me=person.contact_id, since=now - STILL_LOOKING, sure=SURE
    )
