"""The acts on a matter, the same from a reminder's link and for the signed-in."""

from collections.abc import Callable
from datetime import date, datetime

from fastapi import Request
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.tables import Contact, Matter
from server.domain.dates import OFFICE_ZONE, parse_date
from server.errors import InvalidInput
from server.services import closings, extensions, replies
from server.services.replies import Answer

OFFICE_MAILS = {
    "confirmed": "confirmed",
    "returned": "returned",
    "reopened": "returned",
    "extension_granted": "extension",
    "extension_refused": "extension",
}
"""Which mail tells the unit of what the office did."""

Act = Callable[[Session, Matter, Answer, FormData, datetime], str]


async def form_of(request: Request) -> FormData:
    """Return the submitted form."""
    return await request.form()


def perform(
    session: Session, matter: Matter, answer: Answer, form: FormData, *, now: datetime, office: bool
) -> str:
    """Carry out the act that the form names; return the key of what to say afterwards."""
    known = UNIT_ACTS | OFFICE_ACTS if office else UNIT_ACTS
    act = known.get(word(form, "act"))
    if act is None:
        raise InvalidInput("不认识的操作，请从页面上的按钮办理。")
    return act(session, matter, answer, form, now)


def word(form: FormData, name: str) -> str:
    """Return a field as text; files and missing fields are empty."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _acknowledge(
    session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime
) -> str:
    replies.acknowledge(session, matter, answer, now=now)
    return "acknowledged"


def _tick(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    item, version = word(form, "item"), word(form, "version")
    if not item.isdecimal():
        raise InvalidInput("没有选中清单中的任何一项，请刷新页面后重试。")
    replies.tick(
        session,
        matter,
        int(item),
        answer,
        done=word(form, "done") == "1",
        evidence=word(form, "evidence"),
        note=word(form, "note"),
        version=int(version) if version.isdecimal() else None,
        now=now,
    )
    return "saved"


def _note(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    note, evidence = word(form, "note"), word(form, "evidence")
    replies.add_note(session, matter, answer, note, evidence, now=now)
    return "noted"


def _file(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    replies.file(session, matter, answer, word(form, "url"), word(form, "note"), now=now)
    return "answered"


def _submit(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    note, evidence = word(form, "note"), word(form, "evidence")
    replies.submit(session, matter, answer, note, evidence, now=now)
    return "answered"


def _confirm(
    session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime
) -> str:
    closings.confirm(session, matter, answer, word(form, "note"), now=now)
    return "confirmed"


def _return(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    closings.send_back(session, matter, answer, word(form, "reason"), now=now)
    return "returned"


def _reopen(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    closings.reopen(session, matter, answer, word(form, "reason"), now=now)
    return "reopened"


def _nil(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    who = session.get(Contact, answer.actor.contact_id)
    if who is None or who.unit_id != matter.unit_id:
        raise InvalidInput("零报告须由本单位联系人本人签署。")
    replies.declare_nil(session, matter, answer, word(form, "signature"), who.name, now=now)
    return "nil"


def _ask(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    reason, progress = word(form, "reason"), word(form, "progress")
    wanted_on = _date(form, "wanted_on")
    extensions.ask(session, matter, answer, reason, progress, wanted_on, today=_day(now), now=now)
    return "extension_asked"


def _unask(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    extensions.withdraw(session, matter, answer, now=now)
    return "extension_withdrawn"


def _grant(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    granted_on = _date(form, "granted_on")
    extensions.grant(
        session, matter, answer, granted_on, word(form, "reason"), today=_day(now), now=now
    )
    return "extension_granted"


def _refuse(session: Session, matter: Matter, answer: Answer, form: FormData, now: datetime) -> str:
    extensions.refuse(session, matter, answer, word(form, "reason"), now=now)
    return "extension_refused"


def _date(form: FormData, name: str) -> date:
    try:
        return parse_date(word(form, name))
    except InvalidInput as error:
        raise InvalidInput(str(error), {name: "请填写日期"}) from error


def _day(now: datetime) -> date:
    return now.astimezone(OFFICE_ZONE).date()


UNIT_ACTS: dict[str, Act] = {
    "acknowledge": _acknowledge,
    "tick": _tick,
    "note": _note,
    "file": _file,
    "submit": _submit,
    "nil": _nil,
    "ask_extension": _ask,
    "withdraw_extension": _unask,
}
OFFICE_ACTS: dict[str, Act] = {
    "confirm": _confirm,
    "return": _return,
    "reopen": _reopen,
    "grant_extension": _grant,
    "refuse_extension": _refuse,
}
