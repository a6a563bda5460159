"""`duban up`: a whole installation from an empty folder, with its real processes."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.adapters.embedded.places import is_free
from tests.folders import open_folder
from tests.processes import Program, command_line, is_alive

DUBAN = str(Path(sys.executable).with_name("duban"))
PARTS = {
    "数据库": "postgres -D",
    "消息队列": "valkey-server",
    "开发邮箱": "duban mailbox",
    "网页服务": "duban web",
    "后台任务": "workers.app worker",
    "定时器": "workers.app beat",
}
LONG = pytest.mark.timeout(400)


class Installation(Program):
    """A running `duban up`."""

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        super().__init__([DUBAN, "up"], home.parent / "output", env)
        self.home = home
        self.until(lambda: "按 Ctrl-C 停止" in self.said() or self.process.poll() is not None, 180)

    @property
    def port(self) -> int:
        found = re.search(r"督办已启动（.*）：http://127\.0\.0\.1:(\d+)", self.said())
        assert found, self.said()
        return int(found[1])

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def main_process(self, words: str) -> int:
        """Return the process that the supervisor itself started, not its pool."""
        return min(self.find(words))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def env() -> Iterator[dict[str, str]]:
    """The environment of an installation in an empty folder."""
    folder = open_folder("duban-test-")
    yield {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "DUBAN_HOME": str(folder / ".duban")}
    shutil.rmtree(folder)


@pytest.fixture
def up(env: dict[str, str]) -> Iterator[Callable[..., Installation]]:
    """Start installations there; none outlives the test."""
    started: list[Installation] = []

    def start(*, demo: bool = False) -> Installation:
        home = Path(env["DUBAN_HOME"])
        if not demo:
            mark_as_filled(home / "postgres")
        started.append(Installation(home, env))
        return started[-1]

    yield start
    for installation in started:
        if installation.process.poll() is None:
            installation.stop()


def mark_as_filled(folder: Path) -> None:
    """Spare this installation the demonstration town, which takes longer than all the rest."""
    if not folder.exists():
        folder.mkdir(mode=0o711, parents=True)
        folder.parent.chmod(0o711)
        (folder / "demo-loaded").touch()


def duban(env: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([DUBAN, *arguments], env=env, capture_output=True, text=True, check=False)


@LONG
def test_an_empty_folder_becomes_an_office_and_ctrl_c_leaves_nothing_running(
    up: Callable[..., Installation], env: dict[str, str]
) -> None:
    running = up(demo=True)
    assert running.status("/sign-in") == 200
    [address] = re.findall(r"http://127\.0\.0\.1:\d+(/sign-in/link/\S+)", running.said())
    assert running.status(address) == 200
    for name, words in PARTS.items():
        assert running.find(words), name
    notes = running.home / "environment"
    assert notes.stat().st_mode & 0o077 == 0
    assert "/sign-in/link/" in duban(env, "sign-in-link").stdout
    family = running.family()

    assert running.stop() == 0
    assert not [command_line(pid) for pid in family if is_alive(pid)]
    assert not notes.exists()
    assert "没有指定数据库" in duban(env, "sign-in-link").stderr

    again = up(demo=True)
    assert "装入演示数据" not in again.said()
    assert "登录链接" in again.said()


@LONG
def test_every_killed_part_comes_back(up: Callable[..., Installation]) -> None:
    running = up()
    for name, words in PARTS.items():
        before = running.main_process(words)
        os.kill(before, signal.SIGKILL)
        running.until(lambda name=name: f"{name}已重新启动" in running.said(), 60)
        running.until(lambda words=words, old=before: set(running.find(words)) - {old})
    running.until(lambda: answers(running), 60)


def answers(running: Installation) -> bool:
    try:
        return running.status("/sign-in") == 200
    except OSError:
        return False


@LONG
def test_a_second_start_in_the_same_folder_is_refused_and_harms_nothing(
    up: Callable[..., Installation], env: dict[str, str]
) -> None:
    running = up()
    second = duban(env, "up")
    assert second.returncode == 1
    assert f"正由进程 {running.process.pid} 使用" in second.stdout
    assert running.status("/sign-in") == 200
    assert (running.home / "environment").exists()


@LONG
def test_a_kill_of_the_supervisor_leaves_nothing_running(up: Callable[..., Installation]) -> None:
    running = up()
    family = running.family()
    running.process.kill()
    running.process.wait()
    running.until(lambda: not any(map(is_alive, family)), 60)


def test_a_chosen_port_that_is_taken_is_an_error_with_its_remedy(env: dict[str, str]) -> None:
    port = next(number for number in range(21000, 22000) if is_free(number))
    with socket.create_server(("127.0.0.1", port)):
        refused = duban(env | {"DUBAN_PORT": str(port)}, "up")
    assert refused.returncode == 1
    assert f"端口 {port} 已被别的程序占用：请改 DUBAN_PORT" in refused.stdout
