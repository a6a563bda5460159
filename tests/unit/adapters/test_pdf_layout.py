"""Letters and ruled lines with places become lines, paragraphs and table cells."""

from server.adapters.documents.layout import RawCell
from server.adapters.documents.pdf_grid import grids_of
from server.adapters.documents.pdf_legible import is_garbled
from server.adapters.documents.pdf_lines import lines_of, paragraphs_of
from server.adapters.documents.pdf_page import Glyph, Rule
from server.adapters.documents.pdf_seams import joined

EM = 10.0


def typed(text: str, *, x: float = 0.0, y: float = 0.0) -> list[Glyph]:
    """Set a text: Chinese letters one em wide, others half; a blank only moves on."""
    glyphs = []
    for letter in text:
        width = EM / 2 if letter < "\u0250" else EM
        if not letter.isspace():
            glyphs.append(Glyph(letter, x, y, x + width, y + EM))
        x += width
    return glyphs


def page(*rows: tuple[float, str]) -> list[str]:
    """Return the paragraphs of lines that begin at these places, one below the other."""
    glyphs = [
        glyph
        for number, (x, text) in enumerate(rows)
        for glyph in typed(text, x=x, y=number * 2 * EM)
    ]
    return list(paragraphs_of(lines_of(glyphs)))


def box(left: float, top: float, right: float, bottom: float) -> list[Rule]:
    return [
        Rule(left, top, right, top),
        Rule(left, bottom, right, bottom),
        Rule(left, top, left, bottom),
        Rule(right, top, right, bottom),
    ]


def test_blanks_between_digits_and_chinese_letters_are_dropped() -> None:
    assert lines_of(typed("2025 年公开 12 条"))[0].text == "2025年公开12条"


def test_blanks_between_latin_words_are_kept() -> None:
    assert lines_of(typed("PDF report 12"))[0].text == "PDF report 12"


def test_a_wide_gap_parts_cells() -> None:
    glyphs = typed("规章") + typed("0", x=8 * EM) + typed("12", x=14 * EM)
    assert lines_of(glyphs)[0].text == "规章\t0\t12"


def test_a_letter_printed_twice_is_one() -> None:
    glyphs = typed("公开") + typed("公开", x=0.3)
    assert lines_of(glyphs)[0].text == "公开"


def test_letters_are_read_by_their_place_whatever_order_the_file_has() -> None:
    lines = lines_of([*typed("第二行", y=2 * EM), *typed("行", x=EM), *typed("一")])
    assert [line.text for line in lines] == ["一行", "第二行"]


def test_a_full_line_goes_on_and_an_indent_begins_a_paragraph() -> None:
    full = "公开信息工作" * 3
    found = page((2 * EM, full[:-2]), (0, full), (0, "完成。"), (2 * EM, full[:-2]), (0, "再来。"))
    assert found == [full[:-2] + full + "完成。", full[:-2] + "再来。"]


def test_a_line_with_room_for_the_next_word_ends_its_paragraph() -> None:
    full = "公开信息工作" * 3
    assert page((0, full), (0, "短行"), (0, full), (0, full)) == [full + "短行", full * 2]


def test_a_ruled_table_gives_each_letter_its_cell_and_merged_cells_once() -> None:
    rules = [
        *box(0, 0, 200, 60),
        Rule(0, 20, 200, 20),
        Rule(0, 40, 200, 40),
        Rule(100, 20, 100, 60),
    ]
    grid = grids_of(rules)[0]
    assert list(grid.cells()) == [((0, 0), 1, 2), ((1, 0), 1, 1), ((1, 1), 1, 1),
                                  ((2, 0), 1, 1), ((2, 1), 1, 1)]  # fmt: skip
    assert grid.place(Glyph("数", 120, 45, 130, 55)) == (2, 1)
    assert grid.place(Glyph("头", 150, 5, 160, 15)) == (0, 0)
    assert grid.place(Glyph("外", 150, 70, 160, 80)) is None


def test_a_frame_round_the_page_is_no_table() -> None:
    assert grids_of(box(0, 0, 500, 800)) == []


def test_two_tables_on_a_page_are_two() -> None:
    first = [*box(0, 0, 100, 40), Rule(0, 20, 100, 20), Rule(50, 0, 50, 40)]
    second = [*box(0, 100, 100, 140), Rule(0, 120, 100, 120), Rule(50, 100, 50, 140)]
    assert [grid.rows[0] for grid in grids_of(second + first)] == [0, 100]


def test_a_row_cut_by_the_pages_end_is_made_whole() -> None:
    upper = [RawCell(0, 0, ("1.属",)), RawCell(0, 1, ("3",))]
    lower = [
        RawCell(0, 0, ("于国家秘密",)),
        RawCell(0, 1, ("",)),
        RawCell(1, 0, ("2.其他",)),
        RawCell(1, 1, ("0",)),
    ]
    assert [(cell.row, *cell.paragraphs) for cell in joined(upper, lower)] == [
        (0, "1.属于国家秘密"), (0, "3"), (1, "2.其他"), (1, "0"),
    ]  # fmt: skip


def test_a_new_row_on_the_next_page_stays_a_row_though_its_cells_are_blank() -> None:
    upper = [RawCell(0, 0, ("1.纸质",)), RawCell(0, 1, ("3",))]
    lower = [RawCell(0, 0, ("2.电子",)), RawCell(0, 1, ("",))]
    assert [cell.row for cell in joined(upper, lower)] == [0, 0, 1, 1]


def test_a_cell_over_rows_on_both_pages_is_one() -> None:
    upper = [RawCell(0, 0, ("办理结果",), 2), RawCell(0, 1, ("1.甲",)), RawCell(0, 2, ("0",)),
             RawCell(1, 1, ("2.乙",)), RawCell(1, 2, ("0",))]  # fmt: skip
    lower = [RawCell(0, 0, ("",), 2), RawCell(0, 1, ("3.丙",)), RawCell(0, 2, ("0",)),
             RawCell(1, 1, ("4.丁",)), RawCell(1, 2, ("0",))]  # fmt: skip
    cells = joined(upper, lower)
    assert [(cell.row_span, cell.row) for cell in cells if cell.column == 0] == [(4, 0)]


def test_letters_that_no_report_has_are_garbled_text() -> None:
    assert is_garbled("\ue001\ue002\ue003公开")
    assert is_garbled("公开信息", unmapped=2)
    assert is_garbled("".join(chr(0x7000 + n) for n in range(300)))


def test_a_reports_letters_are_not_garbled() -> None:
    assert not is_garbled("本年度主动公开政府信息一百二十八条，收到申请三件，均已按时办结。" * 9)
    assert not is_garbled("")
