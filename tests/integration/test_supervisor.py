"""The supervisor with real children: none is left behind, the dead come back."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.folders import open_folder
from tests.processes import Program, command_line, is_alive

# The program under test: both servers, and two children of its own.
PROGRAM = """
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from signal import SIGINT
from server.adapters.embedded import open_cluster, open_store
from server.adapters.embedded.process import spawn
from server.adapters.embedded.supervisor import Child, Supervisor

home = Path(sys.argv[1])
say = partial(print, flush=True)
supervisor = Supervisor(say)
with ExitStack() as locks:
    cluster = locks.enter_context(open_cluster(home))
    store = locks.enter_context(open_store(home))
    with supervisor.listening():
        for name, launch, log, stop in (
            ("数据库", cluster.launch, cluster.log, SIGINT),
            ("消息队列", store.launch, store.log, SIGINT),
        ):
            supervisor.start(Child(name, launch, log, stop, foundation=True))
        for number, line in enumerate(sys.argv[2:]):
            log = home / f"{number}.log"
            launch = partial(spawn, ["sh", "-c", line], log=log)
            supervisor.start(Child(f"子进程{number}", launch, log, patience=1))
        say("已启动")
        supervisor.watch()
    say("已停止")
"""
SLEEPER = "sleep 300 & sleep 301; wait"


class Supervised(Program):
    """The program above in a home of its own, fully started."""

    def __init__(self, home: Path, *lines: str) -> None:
        self.home = home
        command = [sys.executable, "-c", PROGRAM, str(home), *lines]
        super().__init__(command, home.parent / "output")
        self.until(lambda: "已启动" in self.said())


@pytest.fixture
def supervise() -> Iterator[Callable[..., Supervised]]:
    """Start supervisors in a folder of their own; nothing of them outlives the test."""
    started: list[Supervised] = []
    folder = open_folder("duban-test-")

    def start(*lines: str) -> Supervised:
        started.append(Supervised(folder / ".duban", *lines))
        return started[-1]

    yield start
    for supervised in started:
        if supervised.process.poll() is None:
            supervised.process.send_signal(signal.SIGTERM)
        supervised.process.wait(60)
    shutil.rmtree(folder)


@pytest.mark.parametrize("request_to_stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_stop_ends_every_child(
    supervise: Callable[..., Supervised], request_to_stop: signal.Signals
) -> None:
    running = supervise(SLEEPER)
    family = running.family()
    assert len(family) >= 5
    running.process.send_signal(request_to_stop)
    assert running.process.wait(20) == 0
    assert "已停止" in running.said()
    assert not [command_line(pid) for pid in family if is_alive(pid)]


def test_a_kill_of_the_supervisor_leaves_no_server_behind(
    supervise: Callable[..., Supervised],
) -> None:
    running = supervise("exec sleep 300")
    family = running.family()
    running.process.kill()
    running.process.wait()
    running.until(lambda: not any(is_alive(pid) for pid in family))
    log = (running.home / "logs" / "postgres.log").read_text()
    assert "received fast shutdown request" in log


def test_the_start_after_a_killed_supervisor_waits_for_its_servers_to_leave(
    supervise: Callable[..., Supervised],
) -> None:
    running = supervise()
    running.process.kill()
    again = supervise()
    assert again.find("postgres -D")


@pytest.mark.parametrize(
    ("name", "words"),
    [("数据库", "postgres -D"), ("消息队列", "valkey-server"), ("子进程0", "sleep 302")],
)
def test_a_killed_child_comes_back_and_is_reported(
    supervise: Callable[..., Supervised], name: str, words: str
) -> None:
    running = supervise("exec sleep 302")
    [before] = running.find(words)[:1]
    os.kill(before, signal.SIGKILL)
    running.until(lambda: f"{name}已重新启动" in running.said())
    assert f"{name}意外退出（被信号 SIGKILL 终止），0.5 秒后重新启动" in running.said()
    assert before not in running.find(words)
    assert running.find(words)


def test_what_a_dead_child_had_started_ends_with_it(supervise: Callable[..., Supervised]) -> None:
    running = supervise("sleep 303 & exec sleep 304")
    grandchild = running.find("sleep 303")
    os.kill(running.find("sleep 304")[0], signal.SIGKILL)
    running.until(lambda: "子进程0已重新启动" in running.said())
    assert not any(is_alive(pid) for pid in grandchild)


def test_a_child_that_keeps_dying_is_given_longer_and_longer_pauses(
    supervise: Callable[..., Supervised],
) -> None:
    running = supervise("exit 7")
    running.until(lambda: "2 秒后重新启动" in running.said())
    said = running.said()
    assert said.index("（返回 7），0.5 秒后") < said.index("，1 秒后") < said.index("，2 秒后")


def test_a_child_that_ignores_the_request_is_killed_when_patience_ends(
    supervise: Callable[..., Supervised],
) -> None:
    running = supervise("trap '' TERM; while :; do sleep 0.1; done")
    [stubborn] = running.find("trap")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert not is_alive(stubborn)
