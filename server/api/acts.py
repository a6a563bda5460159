"""Acts of other systems: each carries a key, and is carried out once however often it is sent."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Header, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlmodel import Session
from starlette.background import BackgroundTask

from server.domain.access import Caller
from server.edge import Now
from server.services import repeats

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
        description="每次办理用一个新的键（如 UUID）；没有收到答复时用原来的键重发，不会办理两次",
    ),
]


def once(
    request: Request,
    session: Session,
    caller: Caller,
    key: str,
    asked: dict[str, Any],
    act: Callable[[], BaseModel],
    *,
    at: Now,
    status: int = 200,
    afterwards: BackgroundTask | None = None,
) -> Response:
    """Carry out an act and keep its answer; the same request gets the same bytes again."""
    mark = repeats.mark_of(request.method, request.url.path, asked)
    kept = repeats.earlier(session, caller.token_id, key, mark)
    if kept:
        return _answer(kept.body, kept.status, {"Idempotency-Replayed": "true"})
    body = act().model_dump(mode="json", by_alias=True)
    repeats.keep(session, caller.token_id, key, mark, status=status, body=body, now=at)
    return _answer(body, status, {}, afterwards)


def _answer(
    body: dict[str, Any],
    status: int,
    headers: dict[str, str],
    afterwards: BackgroundTask | None = None,
) -> Response:
    # The database does not keep the order of names; sorted, both answers are the same bytes.
    content = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return Response(content, status, headers, media_type="application/json", background=afterwards)
