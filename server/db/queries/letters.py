"""What mails are written from, read for a whole batch of messages at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Addressee:
    """A contact with its unit and the unit whose office supervises it."""

    id: int
    name: str
    role: str
    unit_name: str
    office_id: int
    office_name: str
    """What the office signs with; empty where it has none."""
    office_unit: str
    office_phone: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One matter with all that its sentence needs; `OWED` are its columns, in order."""

    matter_id: int
    title: str
    due_on: date
    statutory: bool
    provisional: bool
    source: str
    policy: str
    milestone: str | None
    return_reason: str
    obligation_year: int | None
    commitment_id: int | None
    commitment_year: int | None
    commitment_text: str | None


OWED = """m.id, m.title, m.due_on, m.statutory, m.provisional, m.source, m.policy, m.milestone,
       m.return_reason, o.report_year, k.id, k.report_year, k.text"""
OWED_FROM = """LEFT JOIN obligation o ON o.id = m.obligation_id
LEFT JOIN commitment k ON k.id = m.commitment_id"""
"""What `OWED` reads beside a matter `m`."""


@dataclass(frozen=True, slots=True)
class Line(Owed):
    """One reminder of a message."""

    message_id: int
    reminder_id: int
    stage: str
    rung: int
    scheduled_on: date
    late: bool
    unit_name: str
    stands_in_for: str | None
    """Who is away and would have got this line."""
    due_before: date | None = None
    """The date before a holiday notice moved it to the present one."""
    moved_by: str | None = None


@dataclass(frozen=True, slots=True)
class OpenItems:
    """The first few of a commitment's items that are still to be done, and how many in all."""

    shown: tuple[str, ...]
    total: int


_ADDRESSEES = text("""
SELECT c.id, c.name, c.role, u.name, o.id, o.office_name, o.name, COALESCE(
    (SELECT p.phone FROM contact p
     WHERE p.unit_id = o.id AND p.active AND p.role = 'office_staff' ORDER BY p.id LIMIT 1), '')
FROM contact c
JOIN unit u ON u.id = c.unit_id
JOIN unit o ON o.id = COALESCE(u.office_id, u.id)
WHERE c.id = ANY(:ids)
""")


def addressees(session: Session, contacts: Collection[int]) -> dict[int, Addressee]:
    """Return the contacts by id, each with whom it belongs to and who signs what it gets."""
    rows = session.connection().execute(_ADDRESSEES, {"ids": sorted(contacts)})
    return {row[0]: Addressee(*row) for row in rows}


_LINES = text(f"""
SELECT {OWED}, r.message_id, r.id, r.stage, r.rung, r.scheduled_on, r.late, u.name, b.name,
       v.due_before, n.source
FROM reminder r
JOIN matter m ON m.id = r.matter_id
JOIN unit u ON u.id = m.unit_id
{OWED_FROM}
LEFT JOIN contact b ON b.id = r.on_behalf_of
LEFT JOIN calendar_move v ON v.matter_id = r.matter_id AND v.due_version = r.due_version
LEFT JOIN calendar_notice n ON n.id = v.notice_id
WHERE r.message_id = ANY(:ids) AND r.outcome = 'pending'
ORDER BY m.due_on, m.id
""")


def lines(session: Session, messages: Sequence[int]) -> dict[int, list[Line]]:
    """Return the pending reminders of each message, by due date; none, an empty list."""
    found: dict[int, list[Line]] = {message: [] for message in messages}
    for row in session.connection().execute(_LINES, {"ids": list(messages)}):
        line = Line(*row)
        found[line.message_id].append(line)
    return found


_OPEN_ITEMS = text("""
SELECT commitment_id, (array_agg(what ORDER BY ordinal))[1:CAST(:shown AS int)], count(*)
FROM checklist_item
WHERE commitment_id = ANY(:ids) AND active AND ticked_at IS NULL
GROUP BY commitment_id
""")


def open_items(
    session: Session, commitments: Collection[int], *, shown: int
) -> dict[int, OpenItems]:
    """Return what is still to be done of each commitment; finished ones are left out."""
    values = {"ids": sorted(commitments), "shown": shown}
    rows = session.connection().execute(_OPEN_ITEMS, values)
    return {number: OpenItems(tuple(what), total) for number, what, total in rows}
