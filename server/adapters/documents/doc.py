"""Word files of before 2007 become docx by LibreOffice, where the machine has it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from server.domain.reports.source import SourceText
from server.errors import Refused

CPU_SECONDS = 25
WALL_SECONDS = 40
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_FILTERS = ("--infilter=MS Word 97", "--convert-to", "docx:MS Word 2007 XML")


def read(content: bytes, name: str) -> SourceText:
    """Return the text and tables of a .doc file.

    Raises: Refused, when there is no LibreOffice or it cannot read the file.
    """
    from server.adapters.documents import docx  # noqa: PLC0415  # only converting needs no lxml

    return docx.read(to_docx(content, name), name)


def to_docx(content: bytes, name: str) -> bytes:
    """Return the file as docx, made by a LibreOffice with a profile of its own.

    Raises: Refused, as above.
    """
    program = converter()
    if program is None:
        raise Refused(
            f"文件“{name}”是旧版 Word 文件（.doc），服务器没有安装 LibreOffice，不能直接读取。"
            "请用 Word 或 WPS 打开，另存为 .docx 后重新导入。"
        )
    with tempfile.TemporaryDirectory(prefix="duban-doc-") as folder:
        source = Path(folder) / "report.doc"
        source.write_bytes(content)
        _convert(program, source, name)
        made = source.with_suffix(".docx")
        if not made.is_file():
            raise _unreadable(name)
        return made.read_bytes()


def converter() -> str | None:
    """Return the path of LibreOffice, None where there is none."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).exists()), None)


def _convert(program: str, source: Path, name: str) -> None:
    limits = [sys.executable, "-m", "server.adapters.documents.limits", str(CPU_SECONDS)]
    options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", *_FILTERS]
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    process = subprocess.Popen(  # noqa: S603  # no shell; the program is found by us
        [*limits, program, profile, *options, "--outdir", str(source.parent), str(source)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).resolve().parents[3],
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(source.parent), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        process.wait(WALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Refused(
            f"文件“{name}”由 LibreOffice 转换时超过 {WALL_SECONDS} 秒。请另存为 .docx 后重新导入。"
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole group: soffice is a script whose children do the work."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def _unreadable(name: str) -> Refused:
    return Refused(
        f"文件“{name}”是旧版 Word 文件（.doc），LibreOffice 打不开，可能已损坏。"
        "请用 Word 或 WPS 打开，另存为 .docx 后重新导入。"
    )
