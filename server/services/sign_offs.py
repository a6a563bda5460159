"""Signing for a reminder or a slip (签收): an act by a person, never inferred from opening."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import sign_offs as queries
from server.db.queries import slips as slip_queries
from server.db.queries.sign_offs import Signature
from server.db.tables import Contact, Matter, Slip
from server.domain.dates import OFFICE_ZONE, chinese_date
from server.errors import NotAllowed
from server.rendering.pages import WORDS
from server.services.audit import Actor


@dataclass(frozen=True, slots=True)
class Paper:
    """What is signed for: the matter under its present date, or a slip issued on it."""

    slip: Slip | None
    signed: list[Signature]
    waiting: list[Contact]
    """The unit's people who have not signed."""


@dataclass(frozen=True, slots=True)
class SignOffs:
    """Every paper of one matter with who signed and who did not."""

    papers: list[Paper]

    def wants(self, contact_id: int | None) -> bool:
        """Return whether this person still has something to sign."""
        return contact_id is not None and any(
            all(each.contact_id != contact_id for each in paper.signed) for paper in self.papers
        )


def of_matter(session: Session, matter: Matter, slips: list[Slip]) -> SignOffs:
    """Return who signed for a matter and for the slips issued on it."""
    signatures = queries.under(session, [matter.id])
    people = queries.signers(session, matter.unit_id)
    return SignOffs([_paper(slip, signatures, people) for slip in (None, *slips)])


def _paper(slip: Slip | None, signatures: list[Signature], people: list[Contact]) -> Paper:
    signed = [each for each in signatures if each.slip_id == (slip.id if slip else None)]
    done = {each.contact_id for each in signed}
    return Paper(slip, signed, [each for each in people if each.id not in done])


def unsigned(session: Session, matter: Matter, actor: Actor) -> list[Slip | None]:
    """Return what somebody has still to sign: the matter as None, and its issued slips."""
    signed = queries.signed_papers(
        session, matter, contact_id=actor.contact_id, token_id=actor.token_id
    )
    papers: list[Slip | None] = [None, *slip_queries.of_matter(session, matter.id)]
    return [each for each in papers if (each.id if each else None) not in signed]


def refuse_strangers(session: Session, matter: Matter, contact_id: int | None) -> None:
    """Refuse the signature of somebody who is signed in and not of the matter's unit."""
    contact = session.get(Contact, contact_id) if contact_id else None
    if contact is not None and contact.unit_id != matter.unit_id:
        raise NotAllowed("签收须由承办单位的联系人本人办理，办公室不能代签。")


def slip_title(slip: Slip) -> str:
    """Return how a slip is named: 红色督办单〔2026〕3号."""
    return f"{WORDS['colour'][slip.colour]}〔{slip.year}〕{slip.number}号"


def told(signatures: list[Signature], recipient: int, *, supervising: bool) -> str:
    """Return what a mail says of the signatures under one matter."""
    own = next((each for each in signatures if each.contact_id == recipient), None)
    if own:
        return f"您已于{_day(own.at)}签收。"
    names = "、".join(f"{each.name or '其他系统'}（{_day(each.at)}）" for each in signatures)
    if supervising:
        return f"{names}已签收。" if names else "单位尚无人签收。"
    asked = "请打开链接点“签收”。"
    return f"{names}已签收；您尚未签收，{asked}" if names else f"尚未签收，{asked}"


def _day(at: datetime) -> str:
    return chinese_date(at.astimezone(OFFICE_ZONE).date())
