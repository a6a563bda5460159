"""To whom a mail goes, who signs it, and what it is written from, read for a batch at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlmodel import Session

from server.db.queries import letters as queries
from server.db.queries import sign_offs
from server.db.queries.claims import Claimed
from server.db.queries.letters import Addressee, Line, OpenItems
from server.db.queries.sign_offs import Signature
from server.domain.dates import OFFICE_ZONE
from server.domain.lights import LightReading, LightScale, light_on
from server.domain.reminders import Role, next_stage, stage_title
from server.rendering.contexts import OfficeSign
from server.rendering.phrases import next_step_phrase
from server.services.reply_links import ensure_links, reply_token
from server.services.rules import Rules

SHOWN_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing needs besides the database."""

    base_url: str
    secret: str
    reply_links: bool
    rules: Rules
    scale: LightScale

    def links_for(self, person: Addressee) -> bool:
        """Return whether this person's mails carry reply links: the unit's own people's do."""
        return self.reply_links and not Role(person.role).at_office


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is said today of a date, reckoned once for all mails that name it."""

    today: date
    reading: Callable[[date], LightReading]
    next_step: Callable[[str, date, int], str]
    """By policy, due date and present rung: what happens if nothing is done."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the mails of a batch are written from."""

    people: Mapping[int, Addressee]
    lines: Mapping[int, list[Line]]
    open_items: Mapping[int, OpenItems]
    signatures: Mapping[int, list[Signature]]
    """By matter, those under its present date."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One mail's surroundings: to whom, from whom, when."""

    session: Session
    desk: Desk
    now: datetime
    outlook: Outlook
    facts: Facts
    person: Addressee

    @property
    def today(self) -> date:
        """Return the day on which the mail is written."""
        return self.outlook.today

    @property
    def sign(self) -> OfficeSign:
        """Return the office that signs."""
        name = self.person.office_name or f"{self.person.office_unit}政府信息公开领导小组办公室"
        return OfficeSign(name, self.person.office_phone)

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return self.desk.base_url.rstrip("/") + path

    def matter_url(self, matter_id: int) -> str:
        """Return the reply link for the unit's own people, the page behind sign-in for others.

        The link works once `ensure_links` has kept it.
        """
        if not self.desk.links_for(self.person):
            return self.url(f"/matters/{matter_id}")
        return self.url(f"/r/{reply_token(self.desk.secret, matter_id, self.person.id)}")

    def why(self, line: Line) -> str:
        """Return the Chinese reason of a reminder: its stage, and for whom one stands in."""
        away = f"（代{line.stands_in_for}接收）" if line.stands_in_for else ""
        return f"{stage_title(line.stage)}{away}"


def outlook(desk: Desk, now: datetime) -> Outlook:
    """Return what is said of dates at this moment."""
    today, rules = now.astimezone(OFFICE_ZONE).date(), desk.rules

    def reading(due_on: date) -> LightReading:
        return light_on(due_on, today, rules.calendar, desk.scale)

    def next_step(key: str, due_on: date, rung: int) -> str:
        policy = rules.policy(key)
        return next_step_phrase(policy, rung, next_stage(policy, due_on, today, rules.calendar))

    return Outlook(today, cache(reading), cache(next_step))


def gather_facts(
    session: Session, desk: Desk, messages: Sequence[Claimed], *, now: datetime
) -> Facts:
    """Read what a batch needs, and keep the reply links that its reminders will carry."""
    people = queries.addressees(session, {message.recipient_id for message in messages})
    reminders = [message for message in messages if message.kind == "reminder"]
    lines = queries.lines(session, [message.id for message in reminders])
    linked = {
        (line.matter_id, message.recipient_id)
        for message in reminders
        if desk.links_for(people[message.recipient_id])
        for line in lines[message.id]
    }
    ensure_links(session, desk.secret, linked, now=now)
    promised = {
        line.commitment_id for each in lines.values() for line in each if line.commitment_id
    }
    items = queries.open_items(session, promised, shown=SHOWN_ITEMS)
    return Facts(people, lines, items, _signatures(session, lines))


def _signatures(session: Session, lines: Mapping[int, list[Line]]) -> dict[int, list[Signature]]:
    signed: dict[int, list[Signature]] = {}
    for each in sign_offs.under(
        session, {line.matter_id for own in lines.values() for line in own}
    ):
        if each.slip_id is None:
            signed.setdefault(each.matter_id, []).append(each)
    return signed
