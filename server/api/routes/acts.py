"""Acts on matters, the same as on the pages: the unit answers, the office confirms or returns."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from server.api.acts import Key, once
from server.api.deps import Answering, Seen, Supervising
from server.api.problems import Overtaken
from server.api.schemas import acts
from server.api.schemas.matters import MatterPage
from server.api.schemas.params import Id
from server.db.tables import Matter
from server.domain.access import Caller
from server.edge import Config, Db, Now
from server.errors import Conflict
from server.services import closings, replies, tokens
from server.services import matters as service
from server.services.overview import Sight
from server.services.replies import Answer

router = APIRouter(prefix="/matters/{matter_id}", tags=["办理"])
Do = Callable[[Session, Matter, Answer], object]


class Desk:
    """Carries out one act of one request."""

    def __init__(
        self, request: Request, session: Db, seen: Seen, at: Now, key: Key, matter_id: Id
    ) -> None:
        self.request, self.session, self.seen = request, session, seen
        self.at, self.key, self.matter_id = at, key, matter_id

    def answer(self, caller: Caller, asked: acts.Act, do: Do) -> Response:
        """Do it once; when the matter moved on meanwhile, say how it is now."""
        matter = replies.visible(self.session, caller.scope, self.matter_id)
        by = Answer(tokens.actor(caller), "api")

        def act() -> MatterPage:
            try:
                with self.session.begin_nested():
                    held = matter
                    if isinstance(asked, acts.Seen):
                        held = replies.unchanged(self.session, matter, asked.version)
                    do(self.session, held, by)
            except Conflict as error:
                now_is = _page(self.session, matter, self.seen)
                raise Overtaken(str(error), now_is.model_dump(mode="json")) from error
            return _page(self.session, matter, self.seen)

        said = asked.model_dump()
        return once(self.request, self.session, caller, self.key, said, act, at=self.at)


def _page(session: Session, matter: Matter, seen: Sight) -> MatterPage:
    return MatterPage.of(service.dossier(session, matter, seen), seen)


At = Annotated[Desk, Depends()]


@router.post("/acknowledge", summary="签收", response_model=MatterPage)
def acknowledge(caller: Answering, desk: At, asked: acts.Seen) -> Response:
    """Sign for a matter."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        replies.acknowledge(session, matter, by, now=desk.at)

    return desk.answer(caller, asked, do)


@router.post("/items/{item_id}/tick", summary="勾选清单的一项", response_model=MatterPage)
def tick(caller: Answering, desk: At, item_id: Id, asked: acts.Tick) -> Response:
    """Tick or untick one item, with its evidence."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        replies.tick(session, matter, item_id, by, now=desk.at, **asked.model_dump())

    return desk.answer(caller, asked, do)


@router.post("/evidence", summary="补充说明或佐证", response_model=MatterPage)
def add_evidence(caller: Answering, desk: At, asked: acts.Evidence) -> Response:
    """Add a remark or a piece of evidence."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        replies.add_note(session, matter, by, asked.note, asked.evidence, now=desk.at)

    return desk.answer(caller, asked, do)


@router.post("/file", summary="反馈节点已报送、已公布", response_model=MatterPage)
def file(caller: Answering, desk: At, asked: acts.Filing) -> Response:
    """Report a milestone as done."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        replies.file(session, matter, by, asked.url, asked.note, now=desk.at)

    return desk.answer(caller, asked, do)


@router.post("/submit", summary="整改事项提交复核", response_model=MatterPage)
def submit(caller: Answering, desk: At, asked: acts.Submission) -> Response:
    """Report a commitment as done."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        replies.submit(session, matter, by, asked.note, asked.evidence, now=desk.at)

    return desk.answer(caller, asked, do)


@router.post("/confirm", summary="确认销号（办公室）", response_model=MatterPage)
def confirm(caller: Supervising, desk: At, config: Config, asked: acts.Confirmation) -> Response:
    """Close an answered matter; its unit is told."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        closings.confirm(session, matter, by, asked.note, now=desk.at)
        closings.tell_unit(
            session,
            matter,
            "confirmed",
            mail_domain=config.mail_domain,
            remark=asked.note,
            now=desk.at,
        )

    return desk.answer(caller, asked, do)


@router.post("/return", summary="退回（办公室）", response_model=MatterPage)
def send_back(caller: Supervising, desk: At, config: Config, asked: acts.Reason) -> Response:
    """Return an answered matter with a reason; its unit is told."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        closings.send_back(session, matter, by, asked.reason, now=desk.at)
        domain = config.mail_domain
        closings.tell_unit(session, matter, "returned", mail_domain=domain, now=desk.at)

    return desk.answer(caller, asked, do)


@router.post("/reopen", summary="重新打开（办公室）", response_model=MatterPage)
def reopen(caller: Supervising, desk: At, config: Config, asked: acts.Reason) -> Response:
    """Take a closing back; its unit is told."""

    def do(session: Session, matter: Matter, by: Answer) -> None:
        closings.reopen(session, matter, by, asked.reason, now=desk.at)
        domain = config.mail_domain
        closings.tell_unit(session, matter, "returned", mail_domain=domain, now=desk.at)

    return desk.answer(caller, asked, do)
