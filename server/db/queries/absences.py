"""Who is away, who stands in, and handing over what was already planned."""

from datetime import date

from sqlalchemy import text
from sqlmodel import Session

_REROUTE = """
FROM absence a JOIN contact s ON s.id = a.substitute_id AND s.active
WHERE a.contact_id = r.recipient_id AND :today BETWEEN a.first_on AND a.last_on
  AND r.outcome IN ('pending', 'held') AND r.message_id IS NULL
  AND {known} EXISTS (
    SELECT FROM reminder o WHERE o.matter_id = r.matter_id AND o.due_version = r.due_version
      AND o.stage = r.stage AND o.recipient_id = a.substitute_id)
"""


def reroute_absent(session: Session, today: date) -> None:
    """Hand what was planned and not yet mailed to whoever stands in for people away today."""
    connection = session.connection()
    known = _REROUTE.format(known="")
    connection.execute(
        text(f"UPDATE reminder r SET outcome = 'cancelled' {known}"), {"today": today}
    )
    fresh = _REROUTE.format(known="NOT")
    connection.execute(
        text(
            "UPDATE reminder r SET recipient_id = a.substitute_id,"
            f" on_behalf_of = r.recipient_id {fresh}"
        ),
        {"today": today},
    )
