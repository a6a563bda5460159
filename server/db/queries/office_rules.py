"""Offices' own rules, version by version, and which matters follow them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from server.db.tables import OfficeRule

POLICIES = ("milestone", "commitment")
REMINDING = (*POLICIES, "delivery")
CHECKLIST = "checklist"


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a rule: an office, a subject, and what within it; empty words mean all."""

    office_id: int
    subject: str
    unit_kind: str = ""
    milestone: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Which policy the matters of one office, kind, unit kind and milestone follow."""

    office_id: int
    matter_kind: str
    unit_kind: str
    milestone: str
    policy: str


def in_force(session: Session, office: int | None = None) -> list[OfficeRule]:
    """Return the versions of reminder rules in force, of one office or of all."""
    statement = (
        select(OfficeRule)
        .where(OfficeRule.state == "in_force", col(OfficeRule.subject).in_(REMINDING))
        .order_by(col(OfficeRule.id))
    )
    if office is not None:
        statement = statement.where(OfficeRule.office_id == office)
    return list(session.exec(statement))


def own(session: Session, subject: str) -> list[OfficeRule]:
    """Return the versions in force on a subject that do not return to the default."""
    statement = select(OfficeRule).where(
        OfficeRule.state == "in_force",
        OfficeRule.subject == subject,
        col(OfficeRule.body).is_not(None),
    )
    return list(session.exec(statement.order_by(col(OfficeRule.id))))


def offices_with_own(session: Session) -> list[int]:
    """Return the offices that have policies of their own."""
    statement = (
        select(OfficeRule.office_id)
        .where(
            OfficeRule.state == "in_force",
            col(OfficeRule.subject).in_(POLICIES),
            col(OfficeRule.body).is_not(None),
        )
        .distinct()
    )
    return list(session.exec(statement))


def at(session: Session, place: Place) -> OfficeRule | None:
    """Return the version in force at a place."""
    return session.exec(_at(place).where(OfficeRule.state == "in_force")).first()


def history(
    session: Session, office: int, subjects: Sequence[str] = REMINDING, *, limit: int = 100
) -> list[OfficeRule]:
    """Return an office's versions, newest first; drafts that came to nothing are left out."""
    statement = (
        select(OfficeRule)
        .where(
            OfficeRule.office_id == office,
            OfficeRule.state != "dropped",
            col(OfficeRule.subject).in_(subjects),
        )
        .order_by(col(OfficeRule.id).desc())
        .limit(limit)
    )
    return list(session.exec(statement))


def next_version(session: Session, place: Place) -> int:
    """Return the number of the next version at a place."""
    newest = select(func.max(OfficeRule.version)).where(*_conditions(place))
    return (session.exec(newest).one() or 0) + 1


def drafts(session: Session, place: Place) -> list[OfficeRule]:
    """Return the drafts at a place."""
    return list(session.exec(_at(place).where(OfficeRule.state == "draft")))


def locked(
    session: Session, rule_id: int, office: int, subjects: Sequence[str] = REMINDING
) -> OfficeRule | None:
    """Return an office's rule on one of the subjects, held for this transaction."""
    statement = (
        select(OfficeRule)
        .where(
            OfficeRule.id == rule_id,
            OfficeRule.office_id == office,
            col(OfficeRule.subject).in_(subjects),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.exec(statement).first()


def _at(place: Place) -> SelectOfScalar[OfficeRule]:
    return select(OfficeRule).where(*_conditions(place))


def _conditions(place: Place) -> list[bool]:
    return [
        OfficeRule.office_id == place.office_id,
        OfficeRule.subject == place.subject,
        OfficeRule.unit_kind == place.unit_kind,
        OfficeRule.milestone == place.milestone,
    ]


def assign(session: Session, placed: Sequence[Placed], due_by: date | None) -> int:
    """Let open matters follow these policies; `due_by` leaves out those looked at later."""
    due = " AND m.next_stage_on <= :due_by" if due_by else ""
    return (
        session.connection()
        .execute(
            text(f"""
UPDATE matter m SET policy = p.policy
FROM unit u, unnest(
    CAST(:offices AS bigint[]), CAST(:matter_kinds AS text[]), CAST(:unit_kinds AS text[]),
    CAST(:milestones AS text[]), CAST(:policies AS text[])
) AS p(office_id, matter_kind, unit_kind, milestone, policy)
WHERE u.id = m.unit_id AND u.office_id = p.office_id AND u.kind = p.unit_kind
  AND m.kind = p.matter_kind AND COALESCE(m.milestone, '') = p.milestone
  AND m.state NOT IN ('closed', 'cancelled') AND m.policy <> p.policy{due}
"""),
            {
                "offices": [each.office_id for each in placed],
                "matter_kinds": [each.matter_kind for each in placed],
                "unit_kinds": [each.unit_kind for each in placed],
                "milestones": [each.milestone for each in placed],
                "policies": [each.policy for each in placed],
                **({"due_by": due_by} if due_by else {}),
            },
        )
        .rowcount
    )


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Open matters of an office that share policy and due date, looked at again after today."""

    policy: str
    due_on: date


def scheduled(session: Session, office: int, today: date) -> list[Scheduled]:
    """Return the groups of an office's open matters that wait for a later day, or for none."""
    rows = session.connection().execute(
        text(
            "SELECT m.policy, m.due_on FROM matter m JOIN unit u ON u.id = m.unit_id"
            " WHERE u.office_id = :office AND m.state NOT IN ('closed', 'cancelled')"
            " AND (m.next_stage_on > :today OR m.next_stage_on IS NULL)"
            " GROUP BY 1, 2 ORDER BY 2, 1"
        ),
        {"office": office, "today": today},
    )
    return [Scheduled(*row) for row in rows]


def reschedule(
    session: Session,
    office: int,
    group: Scheduled,
    next_on: date | None,
    keys: Sequence[str],
    *,
    today: date,
) -> None:
    """Give a group its next day under a changed policy, and drop what that no longer has.

    Only what no mail holds yet is dropped: reminders of stages that are not among `keys`.
    """
    values = {"office": office, "policy": group.policy, "due_on": group.due_on}
    same = (
        "u.id = m.unit_id AND u.office_id = :office AND m.policy = :policy"
        " AND m.due_on = :due_on AND m.state NOT IN ('closed', 'cancelled')"
    )
    connection = session.connection()
    connection.execute(
        text(
            "UPDATE reminder r SET outcome = 'cancelled' FROM matter m, unit u"
            f" WHERE r.matter_id = m.id AND {same} AND r.due_version = m.due_version"
            " AND r.outcome IN ('pending', 'held') AND r.message_id IS NULL"
            " AND r.stage <> ALL(:keys)"
        ),
        values | {"keys": list(keys)},
    )
    connection.execute(
        text(
            f"UPDATE matter m SET next_stage_on = :next FROM unit u WHERE {same}"
            " AND (m.next_stage_on > :today OR m.next_stage_on IS NULL)"
        ),
        values | {"next": next_on, "today": today},
    )


@dataclass(frozen=True, slots=True)
class Mute:
    """A unit that owes something and has nobody to hear of it."""

    id: int
    name: str


def units_without_people(session: Session, office: int) -> list[Mute]:
    """Return an office's units that have open matters and no officer of their own."""
    rows = session.connection().execute(
        text(
            "SELECT u.id, u.name FROM unit u WHERE u.office_id = :office AND u.active"
            " AND EXISTS (SELECT FROM matter m WHERE m.unit_id = u.id"
            "  AND m.state IN ('open', 'acknowledged', 'returned'))"
            " AND NOT EXISTS (SELECT FROM contact c WHERE c.unit_id = u.id AND c.active"
            "  AND c.role IN ('information_officer', 'unit_lead'))"
            " ORDER BY u.sort, u.id"
        ),
        {"office": office},
    )
    return [Mute(*row) for row in rows]


def hold_planning(session: Session) -> None:
    """Wait until no sweep runs, and let none begin before this transaction ends."""
    session.connection().execute(text("SELECT pg_advisory_xact_lock(480011)"))
