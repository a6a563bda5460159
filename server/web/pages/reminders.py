"""What was sent, with the mail server's answer, and what waits for a person."""

import re
from email import message_from_bytes, policy
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.queries import dead_letters, suppression
from server.db.queries import mail_ledger as queries
from server.db.queries.mail_ledger import MailFilter, MailRow
from server.errors import NotFound
from server.services import floods, redriving
from server.services.accounts import Visit
from server.web.deps import Db, Now, Supervising, Watching, actor
from server.web.templating import page

router = APIRouter(prefix="/reminders")
PAGE = 50
Act = Annotated[str, Form()]
Before = Annotated[int | None, Query(ge=1)]
_REPLY_LINK = re.compile(r"(/r/)[\w-]{20,}")


@router.post("/floods/{flood_id}")
def release(flood_id: int, session: Db, visit: Supervising, at: Now, act: Act = "") -> Response:
    """Release the held mails of a first plan, or leave them to the next stages."""
    flood = floods.decide(
        session, visit.person.scope, flood_id, actor(visit), release=act == "release", now=at
    )
    return RedirectResponse(f"/reminders?done=flood_{flood.state}", 303)


@router.get("/ledger")
def ledger(
    request: Request,
    session: Db,
    visit: Watching,
    state: str = "",
    kind: str = "",
    q: str = "",
    before: Before = None,
) -> Response:
    """Show what was sent, newest first."""
    wanted = MailFilter(state=state, kind=kind, words=q.strip())
    rows = queries.messages(session, visit.person.scope, wanted, before=before, limit=PAGE + 1)
    more = rows[PAGE - 1].message.id if len(rows) > PAGE else None
    return page(
        request, "reminders/ledger.html", rows=rows[:PAGE], wanted=wanted, more=more, before=before
    )


@router.get("/undelivered")
def undelivered(
    request: Request, session: Db, visit: Watching, before: Before = None, problem: str = ""
) -> Response:
    """Show the mails that did not arrive, and the addresses that refuse mail."""
    rows = dead_letters.listed(session, visit.person.scope, before=before, limit=PAGE + 1)
    more = rows[PAGE - 1].message.id if len(rows) > PAGE else None
    addresses = suppression.listed(session, visit.person.scope)
    return page(
        request,
        "reminders/undelivered.html",
        rows=rows[:PAGE],
        more=more,
        addresses=addresses,
        problem=problem,
    )


@router.post("/messages/{message_id}/redrive")
def redrive(message_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Send an undelivered mail once more."""
    found = _visible(session, visit, message_id)
    redriving.redrive(session, actor(visit), found.message, now=at)
    return RedirectResponse("/reminders/undelivered?done=redriven", 303)


@router.post("/messages/{message_id}/settle")
def settle(
    message_id: int, session: Db, visit: Supervising, at: Now, how: Annotated[str, Form()] = ""
) -> Response:
    """Note that the recipient was told otherwise."""
    found = _visible(session, visit, message_id)
    redriving.settle(session, actor(visit), found.message, how, now=at)
    return RedirectResponse("/reminders/undelivered?done=settled", 303)


def _visible(session: Session, visit: Visit, message_id: int) -> MailRow:
    found = queries.message(session, visit.person.scope, message_id)
    if found is None:
        raise NotFound("没有找到这封邮件，或者它不在您的管理范围内。")
    return found


@router.get("/messages/{message_id}")
def message(request: Request, message_id: int, session: Db, visit: Watching) -> Response:
    """Show one message: its lines, what happened to it, what it said."""
    found = _visible(session, visit, message_id)
    return page(
        request,
        "reminders/message.html",
        row=found,
        lines=queries.lines_of(session, message_id),
        events=queries.events(session, message_id),
        text=_shown(found.message.body) if found.message.kind != "sign_in" else "",
    )


def _shown(body: bytes | None) -> str:
    """Return a mail's plain text with the recipient's reply links blotted out."""
    if body is None:
        return ""
    plain = message_from_bytes(body, policy=policy.default).get_body(("plain",))
    return _REPLY_LINK.sub(r"\1…", plain.get_content()) if plain else ""
