"""Requests that arrive twice: the same key gets the first answer, and no second act."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from server.db.queries import tokens as queries
from server.db.tables import ApiAnswer
from server.errors import Conflict, InvalidInput

KEPT = timedelta(days=7)


def mark_of(method: str, path: str, asked: dict[str, Any]) -> str:
    """Return by what the same request is known again: what it asks, not how it is written."""
    content = json.dumps([method, path, asked], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()


def earlier(session: Session, token_id: int, key: str, mark: str) -> ApiAnswer | None:
    """Return the answer kept for this request; None when it is the first, which now holds the key.

    The key is held until this transaction ends, and the answer is kept in it: whatever kills the
    act takes the hold with it. Conflict while another holds it; InvalidInput under another request.
    """
    if not queries.lock_key(session, token_id, key):
        raise Conflict("带这个 Idempotency-Key 的请求正在办理，请稍等几秒后原样重试。")
    kept = queries.answer(session, token_id, key)
    if kept and kept.request != mark:
        raise InvalidInput(
            "这个 Idempotency-Key 已用于另一个请求，请求没有办理。请为新的请求换一个键。",
            {"header.Idempotency-Key": "请换一个"},
        )
    return kept


def keep(
    session: Session,
    token_id: int,
    key: str,
    mark: str,
    *,
    status: int,
    body: dict[str, Any],
    now: datetime,
) -> None:
    """Keep an answer for whoever sends the same request again."""
    session.add(
        ApiAnswer(token_id=token_id, key=key, request=mark, status=status, body=body, at=now)
    )


def forget(session: Session, *, now: datetime) -> int:
    """Drop answers too old to be asked for again; return how many."""
    return queries.forget_answers(session, now - KEPT)
