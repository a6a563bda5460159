"""Tokens of other systems: made, listed and revoked on the command line."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from server.db.tables import ApiToken

token = typer.Typer(no_args_is_help=True, help="接口令牌：供其他系统调用 /api/v1。")
_JSON = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@token.command("create")
def create(
    name: Annotated[str, typer.Option(help="给哪个系统用，如 办公自动化系统")],
    unit: Annotated[str, typer.Option(help="单位代码：令牌只看到这个单位，办公室的看到所辖")],
    scope: Annotated[str, typer.Option(help="read 查看，answer 查看和反馈，office 全部")] = "read",
    days: Annotated[int, typer.Option(help="有效天数")] = 365,
    as_json: _JSON = False,
) -> None:
    """签发一个令牌并显示；令牌只显示这一次，请立即存入对方系统。"""
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.db.queries import units
    from server.services import tokens
    from server.services.audit import Actor
    from server.settings import get_settings

    new = tokens.NewToken(name, scope, days)
    with one_transaction(get_settings().database_url) as session:
        found = units.by_code(session, unit)
        if found is None:
            raise InvalidInput(f"没有代码为“{unit}”的单位，请核对。")
        made = tokens.make(session, found, new, Actor(None, "命令行"), now=utc_now())
        facts = _facts(made.token, found.code) | {"token": made.secret}
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    print(made.secret)
    typer.echo(f"令牌 {facts['id']}，{facts['expires_at'][:10]} 到期；只显示这一次。", err=True)


@token.command("list")
def listed(as_json: _JSON = False) -> None:
    """列出全部令牌：权限、到期、最后使用。"""
    from server.commands.columns import aligned
    from server.db.engine import one_transaction
    from server.db.queries import tokens as queries
    from server.domain.access import Scope
    from server.settings import get_settings

    with one_transaction(get_settings().database_url) as session:
        rows = queries.of_scope(session, Scope("/", subtree=True))
        facts = [_facts(row.token, row.unit.code) for row in rows]
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    heads = ["编号", "名称", "单位", "权限", "到期", "最后使用", "撤销"]
    keys = ["id", "name", "unit", "scope", "expires_at", "last_used_at", "revoked_at"]
    cells = [[str(each[key] or "—")[:16] for key in keys] for each in facts]
    print("\n".join(aligned([heads, *cells])))


@token.command("revoke")
def revoke(number: Annotated[int, typer.Argument(help="令牌编号，见 duban token list")]) -> None:
    """撤销一个令牌，立即失效。"""
    from server.clock import utc_now
    from server.db.engine import one_transaction
    from server.db.tables import ApiToken
    from server.services import tokens
    from server.services.audit import Actor
    from server.settings import get_settings

    with one_transaction(get_settings().database_url) as session:
        found = session.get(ApiToken, number)
        if found is None:
            raise NotFound(f"没有编号为 {number} 的令牌，请用 duban token list 核对。")
        tokens.revoke(session, found, Actor(None, "命令行"), now=utc_now())
        name = found.name
    print(f"令牌“{name}”已撤销，立即失效。")


def _facts(held: "ApiToken", unit: str) -> dict[str, Any]:
    """Return what may be told of a token."""
    return {
        "id": held.id,
        "name": held.name,
        "unit": unit,
        "scope": held.scope,
        "ending": held.ending,
        "created_at": held.created_at.isoformat(),
        "expires_at": held.expires_at.isoformat(),
        "last_used_at": held.last_used_at.isoformat() if held.last_used_at else None,
        "revoked_at": held.revoked_at.isoformat() if held.revoked_at else None,
    }
