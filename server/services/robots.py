"""Delivering to robots by the same ledger as mail: claim, bind, write, intend, send, record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from server.adapters.robots import Post
from server.adapters.sealing import SealedByAnotherKey
from server.db.queries import channels as queries
from server.db.queries import claims, messages
from server.db.queries.channels import Told
from server.db.queries.claims import Claimed
from server.db.queries.messages import Ending
from server.db.tables import Channel, Matter, Slip, Unit
from server.domain.binding import MOST_INTERRUPTIONS
from server.domain.channels import ChannelKind, target_of
from server.domain.dates import chinese_date
from server.errors import InvalidInput
from server.rendering import robots as rendering
from server.rendering.robots import RobotLine, RobotNote
from server.services import channel_addresses
from server.services.delivery import DEFAULT_LEASES, Leases
from server.services.digests import group_note
from server.services.scenes import Desk, Outlook, outlook
from server.services.sign_offs import slip_title


@dataclass(frozen=True, slots=True)
class RobotParcel:
    """A message under lease with what is to be posted."""

    message: Claimed
    post: Post


def claim(
    session: Session, *, owner: str, limit: int, leases: Leases = DEFAULT_LEASES
) -> tuple[Claimed, ...]:
    """Lease up to `limit` messages to robots whose time has come."""
    taken = claims.claim(session, owner=owner, limit=limit, hold=leases.hold, at=None, robots=True)
    return tuple(taken)


def prepare(
    session: Session,
    taken: Sequence[Claimed],
    desk: Desk,
    *,
    listed: Collection[str],
    now: datetime,
) -> list[RobotParcel]:
    """Return what is to be posted, written anew unless it may have arrived already.

    Settles what is not worth sending: nothing in it is true any more, its robot was paused or
    removed or may not be spoken to, its time is over.
    """
    held = queries.held(session, [each.channel_id for each in taken])
    writer = _Writer(session, desk, outlook(desk, now), now, queries.lines(session, _ids(taken)))
    parcels, frozen = [], []
    for message in taken:
        channel, unit = held[message.channel_id]
        post = _bound(session, message, channel, unit, writer, listed)
        if post is None:
            continue
        parcels.append(RobotParcel(message, post))
        row = {"id": message.id, "token": message.token, "body": post.body}
        frozen.append(row | {"subject": writer.subject, "payload": message.payload})
    if frozen:
        claims.freeze(session, frozen)
    return parcels


def _ids(taken: Sequence[Claimed]) -> list[int]:
    return [message.id for message in taken]


def _bound(
    session: Session,
    message: Claimed,
    channel: Channel,
    unit: Unit,
    writer: "_Writer",
    listed: Collection[str],
) -> Post | None:
    state, reason = _fault(message, channel)
    kind = ChannelKind(channel.kind)
    if not state:
        try:
            address = channel_addresses.address_of(channel, writer.desk.secret)
            target = target_of(kind, address.url, listed)
        except (InvalidInput, SealedByAnotherKey) as error:
            state, reason = "dead", str(error)
    note = None if state else writer.note(message, channel, unit)
    if not state and note is None:
        state, reason = "cancelled", "所说的事都已办结、答复或变更"
    if state or note is None:
        messages.finish(session, [(message, Ending(state, state, detail=reason))])
        return None
    body = message.body if message.uncertain_count else None
    return Post(
        kind, address.url, address.secret, target, message.message_id.strip("<>"),
        body or rendering.body(kind, note),
    )  # fmt: skip


def _fault(message: Claimed, channel: Channel) -> tuple[str, str]:
    """Return the state in which a message ends unsent, and why; empty when it may be sent."""
    if channel.state != "active":
        return "cancelled", "目标已暂停或移除"
    if message.expired:
        return "dead", "到期仍未送达"
    if message.claims - 1 > MOST_INTERRUPTIONS:
        return "dead", "处理它的进程多次中断"
    return "", ""


@dataclass(slots=True)
class _Writer:
    """Writes the notes of a batch."""

    session: Session
    desk: Desk
    outlook: Outlook
    now: datetime
    lines: dict[int, list[Told]]
    subject: str = ""

    def note(self, message: Claimed, channel: Channel, unit: Unit) -> RobotNote | None:
        """Return what a message says now; None when nothing of it is true any more."""
        what = str(message.payload.get("what"))
        office = unit.office_name or unit.name
        plain = RobotNote(
            kind=what, title="", office=office, lines=(), text="",
            home=self.desk.base_url.rstrip("/") + "/matters", at=self.now.isoformat(),
        )  # fmt: skip
        if what == "digest":
            note = self._digest(unit, plain)
        else:
            written = {"reminders": self._reminders, "slip": self._slip}.get(what, self._test)
            note = written(message, plain)
        self.subject = note.title if note else ""
        return note

    def _reminders(self, message: Claimed, plain: RobotNote) -> RobotNote | None:
        lines = tuple(self._line(each) for each in self.lines[message.id])
        if not lines:
            return None
        day = chinese_date(self.outlook.today)
        return replace(plain, title=f"【督办】{len(lines)} 项待办（{day}）", lines=lines)

    def _line(self, told: Told) -> RobotLine:
        return RobotLine(
            unit=told.unit, title=told.title, due_on=told.due_on,
            reading=self.outlook.reading(told.due_on), link=self._link(told.matter_id),
            matter_id=told.matter_id, stage=told.stage,
        )  # fmt: skip

    def _link(self, matter_id: int) -> str:
        return f"{self.desk.base_url.rstrip('/')}/matters/{matter_id}"

    def _slip(self, message: Claimed, plain: RobotNote) -> RobotNote | None:
        slip = self.session.get(Slip, message.payload["slip"])
        matter = self.session.get(Matter, slip.matter_id) if slip else None
        if slip is None or matter is None or slip.state != "released":
            return None
        unit = self.session.get_one(Unit, matter.unit_id)
        line = RobotLine(
            unit=unit.name, title=matter.title, due_on=matter.due_on,
            reading=self.outlook.reading(matter.due_on), link=self._link(matter.id),
            matter_id=matter.id, stage=slip.stage,
        )  # fmt: skip
        by = f"请于{chinese_date(slip.answer_by)}前反馈，并登录签收。" if slip.answer_by else ""
        title = f"【督办】{slip_title(slip)}：{unit.name}"
        return replace(plain, title=title, lines=(line,), text=f"{slip.demand}\n{by}".strip())

    def _digest(self, unit: Unit, plain: RobotNote) -> RobotNote | None:
        home = self.desk.base_url.rstrip("/") + "/"
        title, said = group_note(
            self.session, unit, self.desk.rules.calendar, self.desk.scale,
            home=home, today=self.outlook.today,
        )  # fmt: skip
        return replace(plain, title=title, text=said, home=home) if title else None

    def _test(self, message: Claimed, plain: RobotNote) -> RobotNote:
        text = (
            "这是一条测试消息：收到即表示本群（或本系统）能收到督办提醒。提醒邮件照发，不受影响。"
        )
        return replace(plain, title="【督办】测试消息", text=text)
