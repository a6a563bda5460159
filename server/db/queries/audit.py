"""Reading and sealing the record of acts."""

from collections.abc import Iterator

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from server.db.tables import AppState, AuditEvent

HEAD = "audit_head"


def lock_chain(session: Session) -> bool:
    """Return whether this transaction is now the only sealer."""
    statement = text("SELECT pg_try_advisory_xact_lock(480012)")
    return bool(session.connection().execute(statement).scalar_one())


def head(session: Session) -> tuple[int, str]:
    """Return the last sealed number and its hash; 0 and empty for a fresh chain."""
    statement = (
        select(AuditEvent.seq, AuditEvent.hash)
        .where(col(AuditEvent.seq).is_not(None))
        .order_by(col(AuditEvent.seq).desc())
        .limit(1)
    )
    row = session.exec(statement).first()
    return (row[0] or 0, row[1]) if row else (0, "")


def note_head(session: Session, seq: int, digest: str) -> None:
    """Keep where the chain ends apart from the chain."""
    state = session.get(AppState, HEAD) or AppState(key=HEAD, value={})
    state.value = {"seq": seq, "hash": digest}
    session.add(state)


def noted_head(session: Session) -> tuple[int, str] | None:
    """Return where the chain ended when it was last sealed; None before the first time."""
    state = session.get(AppState, HEAD)
    return (state.value["seq"], state.value["hash"]) if state else None


def waiting(session: Session) -> int:
    """Return how many acts are not chained yet."""
    statement = select(func.count()).select_from(AuditEvent).where(col(AuditEvent.seq).is_(None))
    return session.exec(statement).one()


def unsealed(session: Session, limit: int = 5000) -> list[AuditEvent]:
    """Return finished, unchained acts in the order in which they are to be chained."""
    statement = (
        select(AuditEvent)
        .where(col(AuditEvent.seq).is_(None))
        .where(text("audit_event.xmin::text::bigint < txid_snapshot_xmin(txid_current_snapshot())"))
        .order_by(col(AuditEvent.id))
        .limit(limit)
    )
    return list(session.exec(statement))


def sealed(session: Session, portion: int = 1000) -> Iterator[AuditEvent]:
    """Yield every chained act in order, read in portions that need no open cursor."""
    last = 0
    statement = select(AuditEvent).order_by(col(AuditEvent.seq)).limit(portion)
    while events := list(session.exec(statement.where(col(AuditEvent.seq) > last))):
        yield from events
        last = events[-1].seq or 0
        for event in events:
            session.expunge(event)


def latest(session: Session, action: str, subject: str, subject_id: int) -> AuditEvent | None:
    """Return the newest act of one kind on one thing."""
    statement = (
        select(AuditEvent)
        .where(
            AuditEvent.action == action,
            AuditEvent.subject == subject,
            AuditEvent.subject_id == subject_id,
        )
        .order_by(col(AuditEvent.id).desc())
        .limit(1)
    )
    return session.exec(statement).first()
