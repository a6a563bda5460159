"""Gathering planned reminders into one message per person and slot, office by office."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Offices:
    """The offices among whose people something is done, or all offices but these."""

    ids: tuple[int, ...] = ()
    among: bool = False

    @property
    def values(self) -> dict[str, object]:
        """Return the parameters of `condition`."""
        return {"offices": list(self.ids), "among": self.among} if self.condition else {}

    @property
    def condition(self) -> str:
        """Return the SQL that joins a contact `c` to its office and holds it to these."""
        if not self.ids and not self.among:
            return ""
        return f"JOIN unit u ON u.id = c.unit_id WHERE ({OFFICE_OF}) = ANY(:offices) = :among"


OFFICE_OF = """CASE WHEN c.role IN ('information_officer', 'unit_lead')
     THEN COALESCE(u.office_id, u.id) ELSE u.id END"""
"""The office whose hours hold for a contact `c` of unit `u`: its own, or the one above its unit."""
EVERY_OFFICE = Offices()


def compose(
    session: Session,
    *,
    slot: str,
    domain: str,
    now: datetime,
    not_after: datetime,
    offices: Offices = EVERY_OFFICE,
) -> int:
    """Gather pending reminders into one message per person and slot; return the messages made.

    `slot` is `2026-11-23:morning`. A message already on its way takes no more lines: they wait
    for the next slot.
    """
    connection = session.connection()
    values = {"slot": slot, "domain": domain, "now": now, "not_after": not_after}
    values |= offices.values
    made = connection.execute(
        text(f"""
INSERT INTO message (slot_key, kind, recipient_id, address, payload, on_uncertain, state,
                     message_id, subject, reply, created_at, next_attempt_at, not_after,
                     claims, failures, uncertain_count)
SELECT 'reminder:' || c.id || ':' || :slot, 'reminder', c.id, c.email, '{{}}', 'resend', 'queued',
       '<reminder.' || c.id || '.' || replace(:slot, ':', '.') || '@' || :domain || '>', '', '',
       :now, :now, :not_after, 0, 0, 0
FROM (SELECT DISTINCT recipient_id FROM reminder
      WHERE outcome = 'pending' AND message_id IS NULL) r
JOIN contact c ON c.id = r.recipient_id AND c.active
{offices.condition}
ON CONFLICT (slot_key) DO NOTHING
"""),
        values,
    ).rowcount
    connection.execute(
        text("""
UPDATE reminder r SET message_id = m.id
FROM message m
WHERE r.outcome = 'pending' AND r.message_id IS NULL AND m.recipient_id = r.recipient_id
  AND m.slot_key = 'reminder:' || r.recipient_id || ':' || :slot
  AND m.state = 'queued' AND m.body IS NULL
"""),
        values,
    )
    return made


_HUSH = """
UPDATE message SET next_attempt_at = :opens,
       not_after = greatest(not_after, CAST(:opens AS timestamptz) + interval '1 day')
WHERE kind = 'reminder' AND state = 'queued' AND next_attempt_at < :opens
"""


def hush(session: Session, offices: Offices, opens: datetime) -> None:
    """Let the reminder mails to these offices' people rest until the hours begin again."""
    among = (
        f" AND recipient_id IN (SELECT c.id FROM contact c {offices.condition})"
        if offices.condition
        else ""
    )
    session.connection().execute(text(_HUSH + among), {"opens": opens} | offices.values)
