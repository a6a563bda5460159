"""Lifting what is held against an address, once a person has seen to it."""

from datetime import datetime

from sqlmodel import Session

from server.db.queries import suppression as queries
from server.db.tables import Contact
from server.errors import Conflict
from server.services import audit
from server.services.audit import Actor


def lift(session: Session, actor: Actor, contact: Contact, *, now: datetime) -> None:
    """Let mail go to a person's address again. Raises: Conflict if nothing was held against it."""
    found = queries.of_contact(session, contact)
    if found is None:
        raise Conflict("这个邮箱没有被停发，不需要恢复。")
    detail = {"address": found.address, "reason": found.reason, "failures": found.failures}
    session.delete(found)
    audit.record(
        session,
        actor,
        "restore_address",
        "contact",
        contact.id,
        now=now,
        unit_id=contact.unit_id,
        **detail,
    )
