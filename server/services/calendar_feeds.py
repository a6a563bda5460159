"""A person's own calendar (日历订阅): a secret address, shown once, kept as a hash."""

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from server.db.queries import calendar_feeds as queries
from server.db.queries import letters
from server.db.queries.calendar_feeds import Common, Dated
from server.db.queries.letters import OpenItems
from server.db.tables import CalendarFeed, Contact, Unit
from server.domain.access import Scope
from server.domain.feeds import addressed_as, bells, named
from server.domain.reminders import Addressee, Role
from server.errors import Conflict, NotFound
from server.rendering.ics import CalendarEntry, Reader, calendar_file
from server.services import audit
from server.services.accounts import digest
from server.services.audit import Actor
from server.services.duties import duty, missing
from server.services.rules import Rules
from server.services.scenes import SHOWN_ITEMS

SHOWN_UNITS = 20
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What writing a calendar needs besides the database."""

    base_url: str
    domain: str
    """The right side of every entry's identity; stable for the life of the installation."""
    rules: Rules

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return self.base_url.rstrip("/") + path


def of_person(session: Session, contact_id: int) -> CalendarFeed | None:
    """Return a person's feed; None where there is none."""
    return session.get(CalendarFeed, contact_id)


def renew(session: Session, contact_id: int, actor: Actor, *, now: datetime) -> str:
    """Return the secret of a fresh address; the former one is dead from now on."""
    secret = secrets.token_urlsafe(32)
    feed = session.get(CalendarFeed, contact_id, with_for_update=True)
    act = "renew" if feed else "create"
    if feed is None:
        feed = CalendarFeed(contact_id=contact_id, token_hash="", created_at=now)
        session.add(feed)
    feed.token_hash, feed.created_at, feed.last_read_at = digest(secret), now, None
    _record(session, contact_id, act, actor, now)
    return secret


def revoke(session: Session, contact_id: int, actor: Actor, *, now: datetime) -> None:
    """Let no calendar read the address any more."""
    feed = session.get(CalendarFeed, contact_id, with_for_update=True)
    if feed is None:
        raise Conflict("没有正在使用的日历订阅地址，不需要停用。")
    session.delete(feed)
    _record(session, contact_id, "revoke", actor, now)


def _record(session: Session, contact_id: int, act: str, actor: Actor, now: datetime) -> None:
    unit = session.get_one(Contact, contact_id).unit_id
    audit.record(session, actor, act, "calendar_feed", contact_id, now=now, unit_id=unit)


def by_secret(session: Session, secret: str, *, now: datetime) -> tuple[Contact, Unit]:
    """Return whose calendar an address is; NotFound when it is nobody's any more."""
    hashed = digest(secret)
    found = queries.holder(session, hashed)
    # Looked up by a hash that a caller cannot steer, and compared once more without haste.
    if found is None or not hmac.compare_digest(found[0].token_hash, hashed):
        raise NotFound("这个日历订阅地址无效或已停用。请登录系统，在“我的”页面重新生成。")
    queries.note_read(session, found[1].id, now, at_least=_NOTED_EVERY)
    return found[1], found[2]


def written(session: Session, contact: Contact, unit: Unit, shelf: Shelf) -> bytes:
    """Return a person's open deadlines as an iCalendar file.

    A unit's people see their unit's matters one by one; whoever sits at an office also what the
    units below owe, a day's equal matters as one entry.
    """
    reader = Reader(f"督办：{unit.name} {contact.name}", shelf.url("/"))
    entries = [*_own(session, contact, shelf)]
    if Role(contact.role).at_office:
        entries += _others(session, contact, unit, shelf)
    return calendar_file(reader, entries)


def _addressee(contact: Contact) -> Addressee:
    return addressed_as(contact.role, is_substitute=contact.is_substitute)


def _own(session: Session, contact: Contact, shelf: Shelf) -> Iterator[CalendarEntry]:
    matters = queries.of_unit(session, contact.unit_id)
    promised = {each.commitment_id for each in matters if each.commitment_id}
    items = letters.open_items(session, promised, shown=SHOWN_ITEMS)
    for each in matters:
        yield _entry(each, items.get(each.commitment_id or 0), _addressee(contact), shelf)


def _entry(
    owed: Dated, items: OpenItems | None, addressee: Addressee, shelf: Shelf
) -> CalendarEntry:
    policy = shelf.rules.policy(owed.policy)
    lacking = "；".join(missing(owed, items))
    unsure = "（暂定）" if owed.provisional and not owed.statutory else ""
    said = (
        f"办理：{duty(owed)}",
        f"时限：{_kind(owed.statutory)}{unsure}",
        f"依据：{owed.source}",
        f"尚缺：{lacking}" if lacking else "",
    )
    return CalendarEntry(
        uid=f"matter-{owed.matter_id}@{shelf.domain}",
        on=owed.due_on,
        title=f"{owed.title}{unsure}",
        said=tuple(line for line in said if line),
        link=shelf.url(f"/matters/{owed.matter_id}"),
        sequence=owed.due_version - 1,
        modified_at=owed.moved_at,
        bells=bells(policy, owed.due_on, addressee, shelf.rules.calendar),
    )


def _others(
    session: Session, contact: Contact, unit: Unit, shelf: Shelf
) -> Iterator[CalendarEntry]:
    scope = Scope(unit.path, subtree=True)
    for each in queries.of_others(session, scope, unit.id, shown=SHOWN_UNITS):
        yield _common(each, unit, _addressee(contact), shelf)


def _common(owed: Common, unit: Unit, addressee: Addressee, shelf: Shelf) -> CalendarEntry:
    policy = shelf.rules.policy(owed.policy)
    expected = owed.due_on >= shelf.rules.calendar.provisional_from and not owed.statutory
    unsure = "（暂定）" if expected else ""
    what = owed.title if owed.milestone else f"整改事项 {owed.matters} 项"
    day = owed.due_on.isoformat()
    key = f"{owed.milestone}-{owed.report_year}" if owed.milestone else "commitments"
    return CalendarEntry(
        uid=f"units-{unit.id}-{key}-{day}@{shelf.domain}",
        on=owed.due_on,
        title=f"{what}（{owed.units} 个单位）{unsure}",
        said=(
            f"尚未办结：{named(owed.names, owed.units)}",
            f"时限：{_kind(owed.statutory)}{unsure}",
            f"依据：{owed.source}",
        ),
        link=shelf.url("/matters"),
        sequence=owed.due_version - 1,
        modified_at=owed.moved_at,
        bells=bells(policy, owed.due_on, addressee, shelf.rules.calendar),
    )


def _kind(statutory: bool) -> str:
    return "法定时限" if statutory else "本办公室时限"
