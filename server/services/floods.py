"""A person releases, or drops, the mails of a first plan that were too many to send unseen."""

from datetime import datetime

from sqlmodel import Session

from server.db.queries import floods as queries
from server.db.tables import Flood
from server.domain.access import Scope
from server.errors import Conflict, NotFound
from server.services import audit
from server.services.audit import Actor


def decide(
    session: Session, scope: Scope, flood_id: int, actor: Actor, *, release: bool, now: datetime
) -> Flood:
    """Let the held mails go out with the next slot, or leave them to the next stages."""
    flood = queries.flood(session, scope, flood_id)
    if flood is None:
        raise NotFound("没有找到这批待放行的邮件，或者它不在您的管理范围内。")
    if flood.state != "waiting":
        raise Conflict(f"这批邮件已由{flood.decided_by_name}处理，请刷新页面。")
    moved = queries.end_flood(session, flood.office_id, "pending" if release else "cancelled")
    flood.state = "released" if release else "dropped"
    flood.decided_by_name, flood.decided_at = actor.label, now
    audit.record(
        session,
        actor,
        "release_flood" if release else "drop_flood",
        "flood",
        flood.id,
        now=now,
        unit_id=flood.office_id,
        people=flood.people,
        reminders=moved,
    )
    return flood
