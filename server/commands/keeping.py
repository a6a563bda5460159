"""Commands that keep the installation safe: backup, restore, release, and returned mail."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from server.errors import AppError, Conflict

TEMPORARY_FAILURE = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the mail and pipes it once more."""


def backup(
    file: Annotated[Path, typer.Argument(help="备份文件，如 duban-2026-11-29.dump")],
) -> None:
    """把整个数据库（含上传的文件）备份到一个文件；写完并检查通过才出现。"""
    from server import clock
    from server.adapters.backups import dump
    from server.adapters.postgres_tools import tools_for
    from server.db.engine import one_transaction
    from server.services import keeping
    from server.settings import get_settings

    url = get_settings().database_url
    with one_transaction(url) as session:
        major = keeping.server_major(session)
    size = dump(url, file, tools_for(major))
    with one_transaction(url) as session:
        keeping.note_backup(session, file.name, size, now=clock.utc_now())
    print(f"已备份到 {file}，{size / 1024**2:.1f} MB。请复制到另一台机器保存。")


def restore(
    file: Annotated[Path, typer.Argument(help="duban backup 写出的文件", exists=True)],
) -> None:
    """从备份恢复到一个空的数据库；恢复后暂停发送，直到有人放行。"""
    from server.adapters.backups import load
    from server.adapters.epoch_file import read_epoch
    from server.adapters.postgres_tools import tools_for
    from server.db.engine import one_transaction
    from server.db.migrate import migrate
    from server.services import holding, keeping
    from server.settings import get_settings

    settings = get_settings()
    with one_transaction(settings.database_url) as session:
        major = keeping.server_major(session)
        if not keeping.is_empty(session):
            raise Conflict(
                "这个数据库里已有数据，恢复会覆盖它们，没有执行。"
                "请新建一个空的数据库，把 DUBAN_DATABASE_URL 指向它再恢复。"
            )
    load(settings.database_url, file, tools_for(major), held_because=holding.RESTORED)
    migrate(settings.database_url, settings.secret_key.get_secret_value())
    with one_transaction(settings.database_url) as session:
        noted = read_epoch(settings.home)
        holding.hold_restored(session, holding.Noted(*noted) if noted else None)
        counts = keeping.counts(session)
    print(f"已恢复：{counts}。发送已暂停：核对后在“系统状态”页面放行，或运行 duban release。")


def release() -> None:
    """放行：恢复或新增主机后，确认无误，允许本系统从本机发送邮件。"""
    from server import clock
    from server.adapters import epoch_file
    from server.db.engine import one_transaction
    from server.db.queries import installation
    from server.services import holding
    from server.services.audit import SYSTEM
    from server.settings import get_settings

    settings = get_settings()
    with one_transaction(settings.database_url) as session:
        held = installation.standing(session).held_since is not None
        if held:
            holding.release(session, SYSTEM, now=clock.utc_now())
        standing = installation.standing(session)
    epoch_file.write_epoch(settings.home, standing.name, standing.epoch)
    print("已放行，积压的邮件将由后台任务发出。" if held else "发送没有暂停；本机已登记为可发送。")


def bounce(
    recipient: Annotated[str, typer.Option(help="退信投递到的地址；不写则看信头")] = "",
) -> None:
    """从标准输入读入一封退信；供邮件服务器以管道投递，暂不能处理时返回 75。"""
    from sqlalchemy.exc import SQLAlchemyError

    from server import clock
    from server.adapters.mail.bounces import LARGEST
    from server.db.engine import one_transaction
    from server.domain.bounces import BOUNCE_WORDS
    from server.services import bounces
    from server.settings import get_settings

    settings = get_settings()
    raw = sys.stdin.buffer.read(LARGEST)
    secret = settings.secret_key.get_secret_value()
    try:
        with one_transaction(settings.database_url) as session:
            verdict = bounces.take(session, raw, secret, now=clock.utc_now(), recipient=recipient)
    except (SQLAlchemyError, AppError) as error:
        print(f"暂时不能处理，请稍后再投递：{error}", file=sys.stderr)
        raise typer.Exit(TEMPORARY_FAILURE) from error
    print(BOUNCE_WORDS[verdict])
