"""Commands that run the parts: the whole trial installation, or one process of a real one."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from server.errors import InvalidInput

if TYPE_CHECKING:
    from server.settings import Settings

SOFT_STOP = {"REMAP_SIGTERM": "SIGQUIT"}
"""Celery's way to a stop with a limit: at SIGTERM a worker has worker_soft_shutdown_timeout
seconds to finish, then gives its tasks back. Without it, it would wait for them for ever."""
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Typer's context settings of the commands that pass their arguments to Celery."""


def up() -> None:
    """启动整套服务：数据库、队列、网页、后台任务、定时器、开发邮箱；按 Ctrl-C 停止。"""
    from server.commands.up import run_everything
    from server.settings import Settings

    # Not from the file that an earlier start left: its servers are gone.
    raise typer.Exit(run_everything(Settings(_env_file=None)))


def web(
    workers: Annotated[int, typer.Option(help="进程数", min=1)] = 1,
) -> None:
    """启动网页服务。"""
    import uvicorn

    from server import logs

    settings = _settings("DUBAN_DATABASE_URL", "DUBAN_SECRET_KEY")
    logs.configure(as_json=settings.log_json)
    uvicorn.run(
        "server.app:serve",
        factory=True,
        log_config=None,  # server.logs speaks for uvicorn too
        host=settings.host,
        port=settings.port,
        workers=workers,
        server_header=False,
        access_log=False,  # addresses may carry reply links
        timeout_graceful_shutdown=10,
    )


def worker(context: typer.Context) -> None:
    """启动后台任务进程；其余参数原样交给 Celery，如 --concurrency 4。"""
    _settings("DUBAN_DATABASE_URL", "DUBAN_REDIS_URL", "DUBAN_SECRET_KEY")
    os.environ.update(SOFT_STOP)
    _become(worker_command(*context.args))


def beat(context: typer.Context) -> None:
    """启动定时器；整个安装运行一个即可，多运行也不会重复发送。"""
    settings = _settings("DUBAN_DATABASE_URL", "DUBAN_REDIS_URL")
    _become(beat_command(settings.home, *context.args))


def sweep(
    now: Annotated[str, typer.Option("--now", help="按这个时刻执行，如 2027-01-20T09:00")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """立即执行一次提醒计划与发送，并给出各项计数。"""
    _settings("DUBAN_DATABASE_URL", "DUBAN_SMTP_URL", "DUBAN_SECRET_KEY")
    options = [*(["--now", now] if now else []), *(["--json"] if as_json else [])]
    _become([sys.executable, "-m", "workers.sweep", *options])


def migrate() -> None:
    """把数据库升级到本版本的结构；可重复执行。"""
    from server.db.migrate import migrate as upgrade

    settings = _settings("DUBAN_DATABASE_URL")
    upgrade(settings.database_url, settings.secret_key.get_secret_value())


def mailbox(
    port: Annotated[int, typer.Option(help="监听的端口", min=1, max=65535)] = 2525,
    keep: Annotated[int, typer.Option(help="保留最近多少封", min=1)] = 1000,
) -> None:
    """启动开发邮箱：收下所有邮件，存为数据目录 mailbox/ 下的 .eml 文件，不向外投递。"""
    from server.adapters.embedded.mailbox import serve_mailbox
    from server.clock import utc_now
    from server.settings import get_settings

    serve_mailbox(get_settings().home / "mailbox", port=port, keep=keep, now=utc_now)


def worker_command(*arguments: str) -> list[str]:
    """Return the command line of a Celery worker.

    Gossip and mingle only tell workers about each other, which none of ours needs to know.
    """
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    name = ["--hostname", f"duban-{os.getpid()}@%h"]
    return [*_celery(), "worker", *quiet, *name, *arguments]


def beat_command(home: Path, *arguments: str) -> list[str]:
    """Return the command line of Celery's beat, its notes kept in `home/beat`."""
    notes = home.absolute() / "beat"
    notes.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = ["--schedule", str(notes / "schedule"), "--pidfile", "", "--loglevel", "WARNING"]
    return [*_celery(), "beat", *options, *arguments]


def _celery() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "workers.app"]


def _become(command: list[str]) -> None:
    """Replace this process, so that whoever supervises it supervises Celery itself."""
    sys.stdout.flush()
    os.execv(command[0], command)


def _settings(*needed: str) -> "Settings":
    from server.settings import get_settings

    settings = get_settings()
    for variable in needed:
        value = getattr(settings, variable.removeprefix("DUBAN_").lower())
        if not (value if isinstance(value, str) else value.get_secret_value()):
            raise InvalidInput(
                f"没有设置环境变量 {variable}：单独运行这一部分时必须指定；"
                "试用时请改用 make run（或 duban up），它会自带所需的服务。"
            )
    return settings
