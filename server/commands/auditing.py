"""The record of acts."""

import typer

audit = typer.Typer(no_args_is_help=True, help="操作记录。")


@audit.callback()
def _group() -> None:
    """操作记录。"""


@audit.command("verify")
def verify() -> None:
    """核对操作记录的哈希链；发现改动时给出第一处编号，退出码为 1。"""
    from server.db.engine import one_transaction
    from server.services import audit as service
    from server.settings import get_settings

    with one_transaction(get_settings().database_url) as session:
        service.seal(session)
    with one_transaction(get_settings().database_url) as session:
        count, broken = service.verify(session)
    if broken is not None:
        print(f"操作记录第 {broken} 条与其哈希不符：该条或其前一条被改动、删除过。")
        raise typer.Exit(1)
    print(f"操作记录完整：共 {count} 条，哈希链无断点。")
