"""Real files of every kind are read as what they say, each in a process of its own."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter

from server.adapters.documents import limits, sandbox
from server.adapters.documents.archive import MOST_FILES, read_archive
from server.adapters.documents.doc import converter
from server.adapters.documents.reading import _storable, read_document
from server.adapters.documents.sandbox import read_document_apart
from server.domain.reports.parsed import ParsedReport
from server.errors import Refused
from server.services.reading import read_file
from tests.packing import REPORT, docx, ole, packed, paragraph, pdf, pdf_page, stream
from tests.processes import descendants, is_alive

SAMPLES = Path(__file__).parents[1] / "cases" / "files"
TUNED = Path(__file__).parents[1] / "cases" / "reports" / "tune"
NO_OFFICE = pytest.mark.skipif(converter() is None, reason="no LibreOffice on this machine")
TABLE = [
    ["第二十条第（一）项"],
    ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
    ["规章", "0", "0", "0"],
    ["行政规范性文件", "2", "0", "12"],
    ["第二十条第（五）项"],
]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def rows(document_tables: object) -> list[list[str]]:
    found: dict[int, list[str]] = {}
    for table in document_tables:  # type: ignore[attr-defined]  # tables of a SourceText
        for cell in table.cells:
            found.setdefault(cell.row, []).append(cell.text)
    return list(found.values())


def test_a_pdf_gives_whole_paragraphs_without_page_numbers_and_heads() -> None:
    document = read_document(sample("report.pdf"), "report.pdf")
    lines = document.text.splitlines()
    assert lines[0] == "青石镇财政局2025年政府信息公开工作年度报告"
    assert lines[1].endswith("统计期限自2025年1月1日起至2025年12月31日止。")
    assert "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况" in lines
    assert document.margins == ("- 1 -", "- 2 -", "青石镇人民政府文件")
    assert not any("青石镇人民政府文件" in line or line.startswith("-") for line in lines)


def test_a_ruled_table_in_a_pdf_becomes_cells_in_their_places() -> None:
    document = read_document(sample("report.pdf"), "report.pdf")
    assert rows(document.tables) == TABLE
    for cell in document.tables[0].cells:
        assert document.text[cell.start : cell.end] == cell.text


@NO_OFFICE
def test_an_old_doc_is_read_as_the_pdf_of_the_same_report_is() -> None:
    _, from_doc = read_file(sample("report.doc"), "report.doc")
    _, from_pdf = read_file(sample("report.pdf"), "report.pdf")
    assert said(from_doc) == said(from_pdf)
    assert len(from_doc.problems) == len(from_doc.measures) == 3


def said(report: ParsedReport) -> list[object]:
    items = [(one.role, "".join(one.text.split())) for one in (*report.problems, *report.measures)]
    figures = [(one.key, one.state, one.value) for one in report.figures]
    return [report.unit, report.report_year, items, figures]


@NO_OFFICE
@pytest.mark.timeout(300)
def test_reports_say_the_same_as_docx_and_as_pdf(tmp_path: Path) -> None:
    """One of the corpus is left out: its T4 headings are cut in two by a page's end."""
    names = [path for path in sorted(TUNED.glob("*.docx")) if not path.name.startswith("102")][:12]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(converter()), profile, "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", tmp_path, *names], check=True, capture_output=True)
    for path in names:
        made = tmp_path / path.with_suffix(".pdf").name
        _, before = read_file(path.read_bytes(), path.name)
        _, after = read_file(made.read_bytes(), made.name)
        assert said(after) == said(before), path.name


def test_without_libreoffice_an_old_doc_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.adapters.documents.doc.converter", lambda: None)
    with pytest.raises(Refused, match=r"LibreOffice.*另存为 \.docx"):
        read_document_apart(sample("report.doc"), "report.doc")


@NO_OFFICE
def test_a_doc_that_libreoffice_cannot_open_is_refused() -> None:
    broken = ole({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(500)})
    with pytest.raises(Refused, match=r"打不开|没有文字"):
        read_document_apart(broken, "broken.doc")


def test_a_page_without_text_among_others_is_told() -> None:
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    image = stream(b"\x80", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
                   b"/ColorSpace/DeviceGray")  # fmt: skip
    words = b"".join(b"BT /F 12 Tf 50 %d Td (Annual report line %d) Tj ET\n" % (700 - 20 * n, n)
                     for n in range(20))  # fmt: skip
    objects = pdf_page(words, b"/Font<</F 5 0 R>>", font, image)
    resources = b"/Resources<</XObject<</I 6 0 R>>>>"
    picture = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 8 0 R%b>>" % resources
    objects[1] = b"<</Type/Pages/Count 2/Kids[3 0 R 7 0 R]>>"
    document = read_document(pdf([*objects, picture, stream(b"q 595 0 0 842 0 0 cm /I Do Q")]), "x")
    assert document.notes == ("第 2 页是图片，没有读到文字，请核对",)


def workbook(fill: object) -> bytes:
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book)  # type: ignore[operator]  # a function of the book
    return target.getvalue()


def statistics(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("统计表")
    sheet.merge_range("A1:C1", "政府信息公开情况统计表")
    sheet.write_row("A2", ["统计指标", "单位", "统计数"])
    sheet.write_row("A3", ["一、主动公开政府信息数", "条", 264])
    sheet.merge_range("A4:A5", "其中")
    sheet.write_row("B4", ["条", 0.1 + 0.2])
    sheet.write_row("B5", ["条", "/"])
    book.add_worksheet("说明").write("A1", "本表由各单位填写。")
    hidden = book.add_worksheet("草稿")
    hidden.write("A1", "不应读入")
    hidden.hide()


def test_a_workbook_shows_numbers_as_people_see_them_and_merged_cells_once() -> None:
    document = read_document(workbook(statistics), "统计表.xlsx")
    assert document.kind == "xlsx"
    assert rows(document.tables) == [
        ["统计指标", "单位", "统计数"], ["一、主动公开政府信息数", "条", "264"],
        ["其中", "条", "0.3"], ["条", "/"],
    ]  # fmt: skip
    assert next(cell for cell in document.tables[0].cells if cell.text == "其中").row_span == 2
    assert document.text.splitlines()[0] == "政府信息公开情况统计表"
    assert "本表由各单位填写。" in document.text
    assert "不应读入" not in document.text
    assert document.notes == ("工作表“草稿”是隐藏的，没有读入",)


def test_a_doubt_of_the_adapter_becomes_a_finding() -> None:
    _, parsed = read_file(workbook(statistics), "统计表.xlsx")
    assert [one.severity for one in parsed.findings if one.code == "DOC-02"] == ["question"]


# -- the process apart ------------------------------------------------------------------------


def test_what_is_read_apart_is_what_is_read_here() -> None:
    content = docx()
    assert read_document_apart(content, "a.docx") == read_document(content, "a.docx")


def test_a_child_that_was_killed_is_started_again_and_the_file_read() -> None:
    read_document_apart(docx(), "a.docx")
    child = sandbox._sandbox()._child
    assert child is not None
    os.killpg(child.pid, signal.SIGKILL)
    assert read_document_apart(docx(), "a.docx").text.startswith(REPORT[0])


def test_a_reading_that_never_ends_is_killed_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "_PATIENCE", 0.5)
    slow = sandbox.Sandbox()
    endless = ["sh", "-c", "sleep 60 & sleep 60"]
    monkeypatch.setattr(sandbox, "_COMMAND", endless)
    with pytest.raises(Refused, match="用时超过上限"):
        slow.ask(sandbox.Request("document", "a.docx"), docx())
    slow.close()


def test_the_child_ends_with_its_parent() -> None:
    program = (
        "import os, sys, time\n"
        "from server.adapters.documents.sandbox import read_document_apart, _sandbox\n"
        "read_document_apart('一、公开'.encode(), 'a.txt')\n"
        "print(_sandbox()._child.pid, flush=True)\n"
        "os._exit(0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          check=True)  # fmt: skip
    child, until = int(done.stdout), time.monotonic() + 5
    while is_alive(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_alive(child)
    assert descendants(child) == []


def test_the_child_knows_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SECRET_KEY", "k" * 40)
    fresh = sandbox.Sandbox()
    fresh.ask(sandbox.Request("document", "a.txt"), "公开".encode())
    assert fresh._child is not None
    environment = Path(f"/proc/{fresh._child.pid}/environ").read_bytes()
    fresh.close()
    assert b"DUBAN" not in environment


def test_limits_are_tighter_than_the_promised_answer() -> None:
    assert limits.CPU_SECONDS <= limits.WALL_SECONDS <= 12
    assert limits.MEMORY <= 1536 * 1024 * 1024


# -- archives ---------------------------------------------------------------------------------


def test_an_archive_yields_its_files_by_names_of_any_encoding() -> None:
    content = packed({"报告/财政局.txt": "一", "a.txt": "二"})
    gbk = packed({"XXXXXX.txt": "三"}).replace(b"XXXXXX", "财政局".encode("gbk"))
    utf8 = packed({"XXXXXXXXX.txt": "四"}).replace(b"XXXXXXXXX", "财政局".encode())
    assert [name for name, _ in read_archive(content)] == ["报告/财政局.txt", "a.txt"]
    assert list(read_archive(gbk)) == [("财政局.txt", "三".encode())]
    assert list(read_archive(utf8)) == [("财政局.txt", "四".encode())]


def test_names_in_an_archive_lead_nowhere() -> None:
    content = packed({"../../etc/passwd": "x", "/abs\r\n.txt": "y", "..\\win.txt": "z"})
    assert [name for name, _ in read_archive(content)] == ["etc/passwd", "abs.txt", "win.txt"]


def test_what_systems_leave_in_archives_is_passed_over() -> None:
    parts = ("__MACOSX/._a.txt", "a/.DS_Store", "Thumbs.db", "~$报告.docx", "folder/", "a/报告.txt")
    assert [name for name, _ in read_archive(packed(dict.fromkeys(parts, "x")))] == ["a/报告.txt"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04 no archive", "已损坏"),
        (packed({}), "没有文件"),
        (packed({f"{n}.txt": "x" for n in range(MOST_FILES + 1)}), "上限"),
        (packed({f"{n}.txt": "x" for n in range(2_100)}), "超过 2000 个"),
        (packed({"a.txt": bytes(26 * 2**20)}), "超过 25 MB"),
        (packed({"a.txt": bytes(9 * 2**20)}), "压缩比异常"),
        (packed({"a.txt": "公开" * 99})[:40] + packed({"a.txt": "公开" * 99})[45:], "损坏"),
    ],
    ids=["damaged", "empty", "too many", "far too many", "too large", "bomb", "broken data"],
)
def test_a_bad_archive_is_refused_with_its_reason(content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        list(read_archive(content, "报告.zip"))


def test_an_encrypted_archive_is_refused() -> None:
    content = bytearray(packed({"a.txt": "x"}))
    content[content.find(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Refused, match="密码"):
        list(read_archive(bytes(content), "报告.zip"))


def test_a_table_cell_with_a_character_no_database_keeps_is_cleaned() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('一')}</w:tc></w:tr></w:tbl>"
    document = read_document(docx(paragraph(REPORT[0]) + table), "a.docx")
    dirty = replace(document, text=document.text.replace("一", "\x00"))
    assert "\ufffd" in _storable(dirty).text
