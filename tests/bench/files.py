"""1,000 docx through real workers on a real PostgreSQL and Valkey; text of growing length.

python -m tests.bench.files [--json]
"""

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from server.adapters.embedded import start_postgres, start_valkey
from server.clock import utc_now
from server.commands.run import worker_command
from server.db.engine import make_engine, transaction
from server.db.migrate import migrate
from server.db.tables import Unit
from server.errors import Refused
from server.queue import TaskName, nudge
from server.services.audit import SYSTEM
from server.services.reading import read_file
from server.services.reports import Upload, import_report
from tests.bench.table import Rows, main
from tests.bench.town import add_county
from tests.packing import docx, paragraph
from tests.processes import descendants

FILES = int(os.environ.get("BENCH_FILES", "1000"))
PROCESSES = int(os.environ.get("BENCH_PROCESSES", "2"))
YEAR = 2025
LENGTHS = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
"""Of texts, in bytes; a reading may end in a refusal, never late."""
_NEEDS = ("公开内容不够丰富", "更新不够及时", "公开渠道较为单一", "业务培训不够", "解读形式单一")
_DEEDS = ("充实民生信息", "每周更新栏目", "开通微信公众号", "每季度组织培训", "增加图文解读")
_PROSE = (
    "我局坚持以公开为常态、不公开为例外，围绕群众关切的{}事项，全年公开信息{}条，办理留言{}件。"
)
_TABLE = (
    ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
    ("规章", "0", "0", "0"),
    ("行政规范性文件", "2", "0", "12"),
)


def measure() -> Rows:
    """Return the workers' figures, then one row for each length of text."""
    return [_through_workers(), *(_text(length) for length in LENGTHS)]


def _through_workers() -> dict[str, object]:
    with _servers() as (engine, environment, home):
        with transaction(engine) as session:
            add_county(session, FILES)
            size = _take_in(session)
        with (home / "worker.log").open("wb") as log:
            began = time.perf_counter()
            worker = subprocess.Popen(
                worker_command("--concurrency", str(PROCESSES), "-Q", "parse"),
                env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            try:
                peak = _until_read(engine, environment["DUBAN_REDIS_URL"], worker.pid)
                seconds = time.perf_counter() - began
            finally:
                os.killpg(worker.pid, signal.SIGTERM)
                worker.wait(30)
        refused = _count(engine, "refused")
    return {
        "what": f"{FILES} docx, {PROCESSES} workers", "kB": size // FILES // 1024,
        "seconds": round(seconds, 1), "a second": round(FILES / seconds, 1),
        "peak MB": peak // 1024, "refused": refused,
    }  # fmt: skip


@contextmanager
def _servers() -> Iterator[tuple[Engine, dict[str, str], Path]]:
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_postgres(home) as postgres, start_valkey(home) as valkey:
            migrate(postgres.url)
            engine = make_engine(postgres.url)
            environment = os.environ | {
                "DUBAN_DATABASE_URL": postgres.url,
                "DUBAN_REDIS_URL": valkey.url,
                "DUBAN_SMTP_URL": "smtp://127.0.0.1:9",
                "DUBAN_SECRET_KEY": "k" * 43,
                "DUBAN_HOME": folder,
                "DUBAN_TRIAL": "true",
            }
            yield engine, environment, home
            engine.dispose()


def _take_in(session: Session) -> int:
    """Import one report for each department; return their bytes."""
    units = session.exec(select(Unit).where(Unit.kind == "department")).all()
    total = 0
    for unit in units:
        content = _report(unit)
        total += len(content)
        upload = Upload(f"{unit.name}{YEAR}年报.docx", content)
        import_report(session, unit, YEAR, upload, SYSTEM, now=utc_now())
    return total


def _report(unit: Unit) -> bytes:
    """Return a report of usual length as docx: prose, a table, problems and measures."""
    dice = Random(unit.id)
    lines = [
        f"{unit.name}{YEAR}年政府信息公开工作年度报告",
        "一、总体情况",
        *(
            _PROSE.format(word, dice.randrange(500), dice.randrange(90))
            for word in "财政教育住房" * 4
        ),
        "二、主动公开政府信息情况",
    ]
    rest = [
        "五、政府信息公开工作存在的主要问题及改进情况",
        "存在的问题：" + _listed(dice.sample(_NEEDS, 3)),
        "改进措施：" + _listed(dice.sample(_DEEDS, 3)),
        "六、其他需要报告的事项",
        "本年度没有其他需要报告的事项。",
    ]
    return docx("".join(map(paragraph, lines)) + _table() + "".join(map(paragraph, rest)))


def _listed(words: list[str]) -> str:
    marks = ("一是", "二是", "三是")
    return "".join(f"{mark}{word}。" for mark, word in zip(marks, words, strict=True))


def _table() -> str:
    rows = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in _TABLE)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def _until_read(engine: Engine, redis_url: str, worker: int) -> int:
    """Hint, wait until no file waits; return the workers' greatest memory in kB."""
    for _ in range(PROCESSES):
        nudge(redis_url, TaskName.READ_REPORTS)
    watch = _Memory(worker)
    while _count(engine, "waiting") + _count(engine, "reading"):
        time.sleep(0.2)
    return watch.stop()


def _count(engine: Engine, state: str) -> int:
    with engine.connect() as connection:
        statement = text("SELECT count(*) FROM report WHERE state = :state")
        return int(connection.execute(statement, {"state": state}).scalar_one())


class _Memory:
    """Samples what a process and all below it hold, shared pages counted once."""

    def __init__(self, process: int) -> None:
        self._process, self._peak = process, 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> int:
        """Return the greatest sum seen, in kB."""
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            family = [self._process, *descendants(self._process)]
            self._peak = max(self._peak, sum(map(_held, family)))


def _held(process: int) -> int:
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line[:4] == "Pss:"), 0)


def _text(length: int) -> dict[str, object]:
    """Read a report whose prose is repeated until it has this many bytes."""
    head = f"青石镇财政局{YEAR}年政府信息公开工作年度报告\n一、总体情况\n"
    tail = "二、存在的问题\n一是公开内容不够丰富。\n三、改进措施\n一是充实民生信息。\n"
    line = _PROSE.format("财政", 12, 3) + "\n"
    content = (head + line * (length // len(line.encode())) + tail).encode()
    read_file(head.encode(), "warm.txt")
    began = time.perf_counter()
    try:
        said = f"{len(read_file(content, 'long.txt')[1].problems)} problems"
    except Refused as error:
        said = str(error)
    seconds = time.perf_counter() - began
    return {
        "what": f"text, {said}"[:40], "kB": length // 1000, "seconds": round(seconds, 2),
        "a second": round(1 / seconds, 1), "peak MB": "", "refused": "",
    }  # fmt: skip


if __name__ == "__main__":
    main(measure)
