"""Line ends that are no paragraph ends: hard-wrapped text from PDF, mail and old portals."""

import re
from collections.abc import Iterator

from server.domain.reports.enumerators import mark_at

_LINE = re.compile(r"[^\n]+")
_ENDS = "。!?;:;…"
_PAGE = re.compile(r"\d{1,3}\.?")
_LABEL = re.compile(r"(?:附[:件表]|附:|[^,。;]{1,12}:|\d{4}年|二[〇○Oo0]\S{2}年)")
_PROSE_LINE = 15
_LONG_LINE = 18
_LEAST_LINES = 6
_WIDEST = 100
_BROKEN_FROM = 20
_BLANK = re.compile(r"[ \t]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def soft_breaks(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges that break sentences: line ends with blanks, and page numbers."""
    lines = [found.span() for found in _LINE.finditer(text) if not found[0].isspace()]
    width = _wrap_width([len(text[start:end].strip()) for start, end in lines])
    indented = any(text[start] in " \t" for start, _ in lines)
    previous: tuple[int, int] | None = None
    numbers: list[tuple[int, int]] = []
    for start, end in lines:
        if previous is None:
            previous = (start, end)
            continue
        if _is_page_number(text, previous, start, end, width):
            numbers.append((start, end))
            continue
        if _continues(text, previous, start, width, len(numbers), indented=indented):
            yield _gap(text, previous[1], start)
        else:
            yield from numbers
        numbers.clear()
        previous = (start, end)
    yield from numbers


def _gap(text: str, end: int, start: int) -> tuple[int, int]:
    """Return the range from the last letter before `end` to the first letter from `start`."""
    first = end - len(text[max(end - 40, 0) : end]) + len(text[max(end - 40, 0) : end].rstrip())
    blank = _BLANK.match(text, start)
    return first, blank.end() if blank else start


def _wrap_width(lengths: list[int]) -> int:
    """Return the width at which the text is wrapped, 0 where it is not."""
    long = [length for length in lengths if length >= _LONG_LINE]
    if len(long) < _LEAST_LINES or max(long) > _WIDEST:
        return 0
    width = max(long)
    return width if sum(length >= width * 0.85 for length in long) * 2 >= len(long) else 0


def _continues(
    text: str, previous: tuple[int, int], start: int, width: int, numbers: int, *, indented: bool
) -> bool:
    """Say whether the line at `start` goes on with the sentence of the line before it."""
    before = text[previous[0] : previous[1]].rstrip()
    if "\t" in text[previous[0] : start + 1] or "|" in before or mark_at(text, start):
        return False
    if text.count("\n", previous[1], start) > 1 + numbers and before[-1] not in ",、":
        return False
    if before[-1] in ",、":
        return True
    if text[start] in " " and indented:
        return False
    if width and len(before.strip()) >= width * 0.8:
        return before[-1] not in _ENDS or indented
    return _broken_sentence(text, before, start)


def _broken_sentence(text: str, before: str, start: int) -> bool:
    unfinished = len(before) > _BROKEN_FROM and "," in before and bool(_HAN.match(before[-1]))
    return unfinished and not _LABEL.match(text, start)


def _is_page_number(text: str, previous: tuple[int, int], start: int, end: int, width: int) -> bool:
    if not _PAGE.fullmatch(text[start:end].strip()) or "\t" in text[start:end]:
        return False
    before = text[previous[0] : previous[1]].rstrip()
    if before[-1] not in _ENDS:
        return len(before) >= max(20, width * 0.8)
    return len(before) >= _PROSE_LINE and _prose_follows(text, end)


def _prose_follows(text: str, end: int) -> bool:
    """A lone number between two lines of prose is a page number; in a table it has neighbours."""
    after = _LINE.search(text, end + 1)
    return after is None or len(after[0].strip()) >= _PROSE_LINE
