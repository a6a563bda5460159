"""`duban up`: a whole installation under one supervisor, its missing parts from wheels."""

import contextlib
import http.client
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGINT
from subprocess import DEVNULL, PIPE, Popen

from server.adapters.embedded import open_cluster, open_store
from server.adapters.embedded.places import held, is_free, kept_port, kept_secret
from server.adapters.embedded.process import StartFailed, spawn
from server.adapters.embedded.supervisor import Child, Launch, Stopped, Supervisor
from server.commands.run import SOFT_STOP, beat_command, worker_command
from server.errors import AppError, Conflict
from server.places import ENVIRONMENT_FILE
from server.settings import Settings

START_PATIENCE = 90.0
WORKER_PROCESSES = "2"
WORKER_PATIENCE = 40.0
"""Longer than the worker's own limit for finishing what it has begun."""
PORTS_TRIED = 100


def run_everything(settings: Settings) -> int:
    """Run until somebody asks to stop; return the process's exit code."""
    supervisor = Supervisor(_say)
    home = settings.home.absolute()
    try:
        # The listener is the inner block: children end while the locks are still ours.
        with contextlib.ExitStack() as locks:
            locks.enter_context(held(home))
            locks.callback((home / ENVIRONMENT_FILE).unlink, missing_ok=True)
            with supervisor.listening():
                _start(settings, home, supervisor, locks)
                supervisor.watch()
            _say("已全部停止。")
    except Stopped:
        _say("已全部停止。")
    except AppError as error:
        _say(f"启动失败：{error}")
        return 1
    return 0


def _start(
    settings: Settings, home: Path, supervisor: Supervisor, locks: contextlib.ExitStack
) -> None:
    began = time.monotonic()
    _say(f"督办正在启动，数据目录 {home}")
    parts = _Parts(settings, home, supervisor, locks, _first_environment(settings, home))
    own_database = parts.database()
    parts.queue()
    parts.mailbox()
    parts.fill(demo=own_database)
    link = parts.pages()
    _say(f"督办已启动（{time.monotonic() - began:.1f} 秒）：{parts.env['DUBAN_BASE_URL']}")
    parts.background()
    _note_environment(home / ENVIRONMENT_FILE, parts.env)
    if link:
        _say(f"登录链接（15 分钟内可用一次，过期可运行 duban sign-in-link 再取）：\n  {link}")
    _say(f"日志在 {home / 'logs'}。按 Ctrl-C 停止。")


@dataclass(slots=True)
class _Parts:
    """The parts of an installation; each one started adds to `env` what the others need."""

    settings: Settings
    home: Path
    supervisor: Supervisor
    locks: contextlib.ExitStack
    env: dict[str, str]

    def database(self) -> bool:
        """Start the embedded PostgreSQL unless another is set; say whether it is ours."""
        if self.settings.database_url:
            return False
        cluster = self.locks.enter_context(open_cluster(self.home))
        self.supervisor.start(
            Child("数据库", cluster.launch, cluster.log, SIGINT, patience=30, foundation=True)
        )
        self.env["DUBAN_DATABASE_URL"] = cluster.url()
        return True

    def queue(self) -> None:
        """Start the embedded Valkey unless another server is set."""
        if self.settings.redis_url:
            return
        store = self.locks.enter_context(open_store(self.home))
        self.supervisor.start(Child("消息队列", store.launch, store.log, foundation=True))
        self.env["DUBAN_REDIS_URL"] = store.url()

    def mailbox(self) -> None:
        """Start the development mailbox unless a mail server is set."""
        if self.settings.smtp_url:
            return
        port = kept_port(self.home / "mailbox.port")
        self.env["DUBAN_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        self.env["DUBAN_MAILBOX"] = "true"
        self._keep("开发邮箱", "mailbox", [_duban(), "mailbox", "--port", str(port)])

    def fill(self, *, demo: bool) -> None:
        """Migrate the database; put the demonstration town into a new one of our own."""
        self._complete("升级数据库结构", "migrate")
        marker = self.home / "postgres" / "demo-loaded"
        if demo and not marker.exists():
            _say("首次启动，正在装入演示数据 …")
            self._complete("装入演示数据", "demo")
            marker.touch()

    def pages(self) -> str:
        """Start the pages and wait until they answer; return a link to sign in with.

        The link is empty when the database has nobody to sign in yet.
        """
        self._keep("网页服务", "web", [_duban(), "web"])
        with Popen([_duban(), "sign-in-link"], env=self.env, stdout=PIPE, stderr=DEVNULL) as link:
            port = int(self.env["DUBAN_PORT"])
            if not self.supervisor.wait_until(partial(_answers, port), START_PATIENCE):
                raise StartFailed(f"网页服务没有应答，原因见 {self.home / 'logs' / 'web.log'}。")
            return link.communicate()[0].decode().strip()

    def background(self) -> None:
        """Start what works unseen, after the pages: on a small machine they would wait for it."""
        worker = worker_command("--concurrency", WORKER_PROCESSES)
        self._keep("后台任务", "worker", worker, patience=WORKER_PATIENCE)
        self._keep("定时器", "beat", beat_command(self.home))

    def _keep(self, name: str, log: str, command: list[str], patience: float = 20) -> None:
        launch, file = self._launch(log, command)
        self.supervisor.start(Child(name, launch, file, patience=patience))

    def _complete(self, name: str, command: str) -> None:
        launch, file = self._launch(command, [_duban(), command])
        self.supervisor.complete(name, launch, file)

    def _launch(self, log: str, command: list[str]) -> tuple[Launch, Path]:
        file = self.home / "logs" / f"{log}.log"
        return partial(spawn, command, log=file, env=self.env), file


def _first_environment(settings: Settings, home: Path) -> dict[str, str]:
    port = web_port(settings, chosen="DUBAN_PORT" in os.environ)
    env = {
        "DUBAN_BASE_URL": f"http://127.0.0.1:{port}",
        **os.environ,
        "DUBAN_PORT": str(port),
        "DUBAN_HOME": str(home),
        "DUBAN_TRIAL": "true",
        "PYTHONUNBUFFERED": "1",
        **SOFT_STOP,
    }
    if not settings.secret_key.get_secret_value():
        env["DUBAN_SECRET_KEY"] = kept_secret(home / "secret")
    return env


def web_port(settings: Settings, *, chosen: bool) -> int:
    """Return the port for the pages: the settings', or the next free one unless it was `chosen`."""
    if is_free(settings.port, settings.host):
        return settings.port
    if chosen:
        raise Conflict(f"端口 {settings.port} 已被别的程序占用：请改 DUBAN_PORT，或停止那个程序。")
    for port in range(settings.port + 1, settings.port + PORTS_TRIED):
        if is_free(port, settings.host):
            return port
    raise Conflict(
        f"{settings.port} 起的 {PORTS_TRIED} 个端口都被占用：请用 DUBAN_PORT 指定一个空闲端口。"
    )


def _note_environment(file: Path, env: Mapping[str, str]) -> None:
    """Leave the addresses to commands run beside this one, readable by their owner alone."""
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    names = sorted(name for name in env if name.startswith("DUBAN_"))
    file.write_text("".join(f"{name}={_quoted(env[name])}\n" for name in names), "utf-8")


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except OSError:
        return False
    finally:
        connection.close()


def _duban() -> str:
    """Return the command line beside this interpreter."""
    return str(Path(sys.executable).with_name("duban"))


def _say(text: str) -> None:
    print(text, flush=True)
