"""Robots of groups and webhooks: added, tried, paused, removed; what each was told."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.queries import channels as queries
from server.db.queries import units as unit_queries
from server.db.queries.channels import ChannelRow
from server.domain.channels import OFFICIAL, ChannelKind, listed_hosts, robot_told
from server.errors import Conflict, InvalidInput
from server.queue import TaskName, nudge
from server.services import channels as service
from server.services import units
from server.services.accounts import Visit
from server.services.channel_addresses import is_lost
from server.services.channels import AddedChannel, NewChannel
from server.settings import Settings
from server.web.deps import Config, Db, Now, Supervising, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]
SHOWN = 50
SAID = {
    "pause": "channel_paused",
    "resume": "channel_resumed",
    "remove": "channel_removed",
    "want_digest": "saved",
    "decline_digest": "saved",
}
LONGEST_NUMBER = 9


@router.get("")
def listed(request: Request, session: Db, visit: Supervising, config: Config) -> Response:
    """List the robots within the visitor's scope, and the form for a new one."""
    return _page(request, session, visit, config, {"unit": str(visit.person.unit_id)})


@router.post("")
def add(
    request: Request,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    kind: Text = "",
    unit: Text = "",
    name: Text = "",
    url: Text = "",
    secret: Text = "",
) -> Response:
    """Add a robot; a webhook's key is shown this once. Typed secrets are not repeated."""
    values = {"kind": kind, "unit": unit, "name": name}
    try:
        owner = units.visible(session, visit.person.scope, _number(unit))
        new, hosts = NewChannel(kind, name, url, secret), listed_hosts(config.channel_hosts)
        key = config.secret_key.get_secret_value()
        added = service.add(session, owner, new, actor(visit), listed=hosts, key=key, now=at)
    except (InvalidInput, Conflict) as error:
        return _page(request, session, visit, config, values, error=error)
    return _page(request, session, visit, config, {"unit": unit}, added=added)


@router.get("/{channel_id}")
def one(
    request: Request, channel_id: int, session: Db, visit: Supervising, config: Config
) -> Response:
    """Show what a robot was told and what came of it."""
    return _one(request, session, service.visible(session, visit.person.scope, channel_id), config)


@router.post("/{channel_id}/address")
def renew(
    request: Request,
    channel_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    url: Text = "",
    secret: Text = "",
) -> Response:
    """Enter a robot's address anew; a webhook's fresh key is shown this once."""
    row = service.visible(session, visit.person.scope, channel_id)
    hosts, key = listed_hosts(config.channel_hosts), config.secret_key.get_secret_value()
    try:
        added = service.renew(
            session, row.channel, url, secret, actor(visit), listed=hosts, key=key, now=at
        )
    except InvalidInput as error:
        return _one(request, session, row, config, error=error)
    return _one(request, session, row, config, added=added)


def _one(
    request: Request,
    session: Session,
    row: ChannelRow,
    config: Settings,
    *,
    added: AddedChannel | None = None,
    error: InvalidInput | None = None,
) -> Response:
    messages = queries.messages_of(session, row.channel.id, limit=SHOWN)
    return page(
        request,
        "channels/channel.html",
        STATUS[type(error)] if error else 200,
        row=row,
        lost=is_lost(row.channel, config.secret_key.get_secret_value()),
        messages=messages,
        events=queries.events_of(session, [each.id for each in messages]),
        told=robot_told,
        added=added,
        problem=str(error) if error else "",
        problems=error.problems if error else {},
    )


@router.post("/{channel_id}")
def act(
    channel_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    later: BackgroundTasks,
    act: Text = "",
) -> Response:
    """Try a robot out, pause, resume or remove it, choose whether it gets the digest."""
    channel = service.visible(session, visit.person.scope, channel_id).channel
    if act == "test":
        domain = config.mail_domain
        service.try_out(session, channel, actor(visit), mail_domain=domain, now=at)
        later.add_task(nudge, config.redis_url, TaskName.TELL_ROBOTS)
        return RedirectResponse(
            f"/channels/{channel_id}?done=channel_tested", 303, background=later
        )
    service.change(session, channel, act, actor(visit), now=at)
    back = "/channels" if act == "remove" else f"/channels/{channel_id}"
    return RedirectResponse(f"{back}?done={SAID[act]}", 303)


@router.post("/{channel_id}/messages/{sending_id}")
def see_to(
    channel_id: int,
    sending_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    later: BackgroundTasks,
    act: Text = "",
) -> Response:
    """Send once more what a robot could not be told, or settle it."""
    channel = service.visible(session, visit.person.scope, channel_id).channel
    if act == "redrive":
        service.redrive(session, channel, sending_id, actor(visit), now=at)
        later.add_task(nudge, config.redis_url, TaskName.TELL_ROBOTS)
        return RedirectResponse(
            f"/channels/{channel_id}?done=robot_redriven", 303, background=later
        )
    if act != "settle":
        raise InvalidInput("不认识的操作，请从页面上的按钮办理。")
    service.settle(session, channel, sending_id, actor(visit), now=at)
    return RedirectResponse(f"/channels/{channel_id}?done=settled", 303)


def _number(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= LONGEST_NUMBER):
        raise InvalidInput("请选择单位。", {"unit": "请选择"})
    return int(plain)


def _page(
    request: Request,
    session: Session,
    visit: Visit,
    config: Config,
    values: dict[str, str],
    *,
    added: AddedChannel | None = None,
    error: InvalidInput | Conflict | None = None,
) -> Response:
    rows = queries.of_scope(session, visit.person.scope)
    key = config.secret_key.get_secret_value()
    official = sorted(host for hosts in OFFICIAL.values() for host in hosts)
    return page(
        request,
        "channels/list.html",
        STATUS[type(error)] if error else 200,
        rows=rows,
        lost={each.channel.id for each in rows if is_lost(each.channel, key)},
        units=unit_queries.in_scope(session, visit.person.scope),
        kinds=list(ChannelKind),
        hosts=official + sorted(listed_hosts(config.channel_hosts)),
        values=values,
        added=added,
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
    )
