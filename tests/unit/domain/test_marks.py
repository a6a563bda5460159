from hypothesis import given
from hypothesis import strategies as st

from server.domain.reports.marks import Mark, cells, marked_lines


def pieces(text: str, *marks: Mark) -> list[list[tuple[str, tuple[str, ...], tuple[str, ...]]]]:
    return [
        [(piece.text, piece.keys, piece.begins) for piece in line.pieces]
        for line in marked_lines(text, marks)
    ]


def test_a_mark_within_a_line_cuts_it_in_three() -> None:
    found = pieces("存在渠道单一的问题", Mark("e1", 2, 6))
    assert found == [[("存在", (), ()), ("渠道单一", ("e1",), ("e1",)), ("的问题", (), ())]]


def test_a_mark_over_two_lines_begins_once() -> None:
    found = pieces("甲乙\n丙丁", Mark("e1", 1, 4))
    assert found == [
        [("甲", (), ()), ("乙", ("e1",), ("e1",))],
        [("丙", ("e1",), ()), ("丁", (), ())],
    ]


def test_a_mark_that_starts_at_a_line_break_begins_on_the_next_line() -> None:
    assert pieces("甲\n乙", Mark("e1", 1, 3)) == [[("甲", (), ())], [("乙", ("e1",), ("e1",))]]


def test_overlapping_marks_share_their_common_piece() -> None:
    found = pieces("一二三四", Mark("e1", 0, 3), Mark("e2", 2, 4))
    assert found == [
        [("一二", ("e1",), ("e1",)), ("三", ("e1", "e2"), ("e2",)), ("四", ("e2",), ())]
    ]


def test_marks_outside_the_text_are_not_shown() -> None:
    assert pieces("甲", Mark("e1", 0, 5), Mark("e2", 1, 1), Mark("e3", -1, 1)) == [[("甲", (), ())]]


def test_an_empty_line_has_no_pieces() -> None:
    lines = marked_lines("甲\n\n乙", ())
    assert [line.text for line in lines] == ["甲", "", "乙"]
    assert [line.start for line in lines] == [0, 2, 3]


def test_a_row_falls_into_cells_that_keep_their_places_and_marks() -> None:
    (line,) = marked_lines("收到\t12\t件", (Mark("e1", 1, 4),))
    found = [[(part.start, part.text, part.begins) for part in cell] for cell in cells(line)]
    assert found == [
        [(0, "收", ()), (1, "到", ("e1",))],
        [(3, "1", ()), (4, "2", ())],
        [(6, "件", ())],
    ]


@given(
    st.text(alphabet="甲乙𠮷\n", max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8),
)
def test_the_pieces_are_the_text_again_and_know_their_place(
    text: str, spans: list[tuple[int, int]]
) -> None:
    marks = [Mark(f"m{number}", *span) for number, span in enumerate(spans)]
    lines = marked_lines(text, marks)
    assert "\n".join(line.text for line in lines) == text
    for line in lines:
        for piece in line.pieces:
            assert text[piece.start : piece.start + len(piece.text)] == piece.text
