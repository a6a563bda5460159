"""The official document and the workbooks, opened again with the libraries that people use."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from server.rendering.document_contexts import ChecklistRow
from server.rendering.docx import checklist_document, plain_date
from server.rendering.sheets import Column, Sheet, workbook
from server.rendering.xlsx import checklist_workbook, ledger_workbook
from tests.unit.rendering import samples


def opened(**changes: object) -> Any:
    return Document(BytesIO(checklist_document(samples.checklist_document(**changes))))


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data)).active


def test_the_page_is_a4_with_official_margins() -> None:
    section = opened().sections[0]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(edge.mm) for edge in edges] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_the_table_lies_on_pages_of_its_own() -> None:
    section = opened().sections[1]
    assert section.page_width > section.page_height
    widths = [column.width for column in opened().tables[0].columns]
    assert abs(sum(widths) - Mm(225)) < Mm(1)


def test_title_and_body_have_the_official_fonts_and_pitch() -> None:
    paragraphs = opened().paragraphs
    title, body = paragraphs[0].runs[0], paragraphs[3].runs[0]
    assert fonts(title) == ("方正小标宋简体", Pt(22))
    assert fonts(body) == ("仿宋_GB2312", Pt(16))
    assert paragraphs[3].paragraph_format.line_spacing == Pt(28.95)
    assert paragraphs[3].paragraph_format.first_line_indent == Pt(32)


def fonts(run: Any) -> tuple[str, int]:
    return run._r.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")), run.font.size


def test_the_letter_names_its_addressee_annex_signature_and_date() -> None:
    lines = [paragraph.text for paragraph in opened().paragraphs]
    assert "青石镇财政所：" in lines
    assert "附件：青石镇财政所2026年度政府信息公开整改清单" in lines
    assert samples.OFFICE.name in lines
    assert "2026年1月5日" in lines
    assert "（联系电话：0631-5200118）" in lines


def test_an_office_without_a_telephone_prints_no_empty_line_for_it() -> None:
    document = opened(office=replace(samples.OFFICE, phone=""))
    assert not any("联系电话" in paragraph.text for paragraph in document.paragraphs)


def test_pages_are_numbered_between_dashes_at_the_outer_edge() -> None:
    document = opened()
    assert document.settings.odd_and_even_pages_header_footer
    odd = document.sections[0].footer.paragraphs[0]
    even = document.sections[0].even_page_footer.paragraphs[0]
    for paragraph in (odd, even):
        assert paragraph.text == "—  —"
        assert "PAGE" in paragraph._p.xml
    assert odd.alignment != even.alignment


def test_the_table_repeats_its_head_and_tears_no_row() -> None:
    rows = opened().tables[0].rows
    assert "w:tblHeader" in rows[0]._tr.xml
    assert all("w:cantSplit" in row._tr.xml for row in rows)


def test_a_row_shows_source_item_proof_date_owner_and_state() -> None:
    rows = [[cell.text for cell in row.cells] for row in opened().tables[0].rows]
    assert rows[1] == [
        "1",
        "（三）完善机制。",
        "建立发布制度",
        "文号、链接",
        "2026年6月30日",
        "分管领导",
        "2026年3月5日完成；5号",
    ]
    assert [row[1] for row in rows[2:]] == ["同第1项", "（一）丰富内容。"]


@pytest.mark.parametrize("words", ['<w:t>甲</w:t> & "乙"', "甲\x00\x0b乙\ud800", "{{7*7}}"])
def test_hostile_names_make_a_document_that_opens(words: str) -> None:
    assert opened(unit_name=words).tables


def test_a_document_without_items_still_opens() -> None:
    assert len(opened(rows=()).tables[0].rows) == 1


def test_dates_are_written_without_leading_zeros() -> None:
    assert plain_date(date(2026, 1, 5)) == "2026年1月5日"


def test_the_checklist_workbook_is_ready_to_filter_and_print() -> None:
    sheet = sheet_of(checklist_workbook(samples.checklist_document()))
    assert sheet["A1"].value == "青石镇财政所2026年度政府信息公开整改清单"
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:I6"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet["E4"].value == datetime(2026, 6, 30)  # noqa: DTZ001 - a cell's date has no zone
    assert sheet["F4"].value is None
    assert sheet["G4"].value == "分管领导"
    assert sheet["H5"].value is None


def test_a_date_that_a_notice_may_move_is_marked_in_every_document() -> None:
    line = replace(samples.checklist_line(1, date(2027, 6, 30)), provisional=True)
    context = samples.checklist_document(rows=(ChecklistRow("（三）完善机制。", line),))
    assert sheet_of(checklist_workbook(context))["F4"].value == "暂定"
    cells = Document(BytesIO(checklist_document(context))).tables[0].rows[1].cells
    assert "2027年6月30日（暂定）" in [cell.text for cell in cells]


@pytest.mark.parametrize(
    "words",
    ['=HYPERLINK("http://x")', "+1+1", "-2", "@SUM(A1)", "{=1+1}", "https://x.cn", "<b>&", "0012"],
)
def test_what_people_typed_is_text_and_never_a_formula(words: str) -> None:
    cell = sheet_of(ledger_workbook(samples.ledger(words)))["E4"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (words, "s", None)


def test_the_ledger_names_its_filter_and_its_columns() -> None:
    data = ledger_workbook(samples.ledger("建立制度", filters="归口为完善机制"))
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "筛选：归口为完善机制  共1项  导出日期：2026-05-18"
    assert rows[2][:3] == ["编号", "单位", "报告年度"]
    assert rows[3][0] == "2025-CZ-01"
    assert rows[3][7:9] == [3, 1]


def test_a_cell_that_excel_could_not_hold_is_cut() -> None:
    cell = sheet_of(ledger_workbook(samples.ledger("长" * 40_000)))["E4"]
    assert len(cell.value) == 32_000
    assert cell.value.endswith("…")


def test_a_long_text_gets_a_high_row() -> None:
    sheet = sheet_of(ledger_workbook(samples.ledger("长" * 200)))
    assert sheet.row_dimensions[4].height > 100


def test_an_empty_sheet_still_has_its_head() -> None:
    data = workbook(Sheet("空", "空表", "", (Column("甲", 10), Column("乙", 10)), ()))
    assert [cell.value for cell in sheet_of(data)[3]] == ["甲", "乙"]


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_every_text_makes_a_workbook_and_a_document_that_open(words: str) -> None:
    sheet_of(ledger_workbook(samples.ledger(words, filters=words)))
    opened(unit_name=words)
