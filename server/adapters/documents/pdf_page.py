"""One PDF page as PDFium sees it: letters with their boxes, ruled lines, pictures.

Coordinates are points, x to the right and y down from the page's upper left corner as displayed.
"""

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass

from pypdfium2 import PdfPage
from pypdfium2 import raw as pdfium

_THIN = 3.0
"""A filled rectangle not thicker is a ruled line."""
_SHORTEST = 6.0
_MOST_OBJECTS = 20_000
_UPRIGHT = 0.05
"""In quarter turns; what stands askew is a watermark."""


@dataclass(slots=True)
class Glyph:
    """A letter with its box. A plain mutable value: there is one for each letter of the file."""

    letter: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """Height of the box: about the font size."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Vertical centre."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight ruled line; horizontal or vertical by its longer side."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def horizontal(self) -> bool:
        """Whether it runs from left to right."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page. `unmapped` letters have no Unicode value in the file."""

    width: float
    height: float
    glyphs: list[Glyph]
    rules: list[Rule]
    pictured: bool
    unmapped: int


def read_page(page: PdfPage) -> Page:
    """Return what stands on the page."""
    frame = _Frame(page)
    text = page.get_textpage()
    try:
        glyphs, unmapped = _glyphs(text.raw, frame)
    finally:
        text.close()
    rules, pictured = _drawn(page, frame)
    return Page(frame.width, frame.height, glyphs, rules, pictured, unmapped)


class _Frame:
    """Turns the file's coordinates into displayed ones."""

    def __init__(self, page: PdfPage) -> None:
        self.turn = page.get_rotation() // 90 % 4
        self.width, self.height = page.get_size()
        box = page.get_bbox()
        self._left, self._bottom, self._right, self._top = box

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, ...]:
        """Return left, top, right, bottom as displayed."""
        if self.turn == 0:
            return left - self._left, self._top - top, right - self._left, self._top - bottom
        if self.turn == 1:
            return (
                bottom - self._bottom,
                left - self._left,
                top - self._bottom,
                right - self._left,
            )
        if self.turn == 2:  # noqa: PLR2004  # half a turn
            return (
                self._right - right,
                bottom - self._bottom,
                self._right - left,
                top - self._bottom,
            )
        return self._top - top, self._right - right, self._top - bottom, self._right - left


def _glyphs(text: object, frame: _Frame) -> tuple[list[Glyph], int]:
    """Return the upright letters; blanks are left out, for gaps are seen in the boxes."""
    rect = pdfium.FS_RECTF()
    found: list[Glyph] = []
    unmapped = 0
    for index in range(pdfium.FPDFText_CountChars(text)):
        letter = _letter(text, index)
        if not letter.strip() or letter in "\x00\u00a0\u3000":
            continue
        unmapped += pdfium.FPDFText_HasUnicodeMapError(text, index) == 1
        if not pdfium.FPDFText_GetLooseCharBox(text, index, ctypes.byref(rect)):
            continue
        if _is_upright(text, index):
            box = frame.box(rect.left, rect.bottom, rect.right, rect.top)
            found.append(Glyph(letter, *box))
    return found, unmapped


def _letter(text: object, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text, index)
    if code in (0x2, 0xFFFE):  # PDFium's mark for a hyphen at a line's end
        return "-"
    return chr(code) if code < 0xD800 or 0xE000 <= code < 0x110000 else "\ufffd"  # noqa: PLR2004  # surrogates


def _is_upright(text: object, index: int) -> bool:
    quarters = pdfium.FPDFText_GetCharAngle(text, index) / (math.pi / 2)
    return bool(abs(quarters - round(quarters)) < _UPRIGHT)


def _drawn(page: PdfPage, frame: _Frame) -> tuple[list[Rule], bool]:
    """Return the ruled lines and whether there is a picture."""
    rules: list[Rule] = []
    pictured = False
    for count, item in enumerate(page.get_objects(max_depth=3)):
        if count > _MOST_OBJECTS:
            break
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictured = True
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            rules += _rules(frame.box(*item.get_bounds()))
    return rules, pictured


def _rules(box: tuple[float, ...]) -> Iterator[Rule]:
    """Yield a thin path as one line, the outline of a larger rectangle as four."""
    left, top, right, bottom = box
    wide, high = right - left, bottom - top
    if max(wide, high) < _SHORTEST:
        return
    if min(wide, high) <= _THIN:
        yield Rule(left, top, right, bottom)
    else:
        yield from (Rule(left, top, right, top), Rule(left, bottom, right, bottom))
        yield from (Rule(left, top, left, bottom), Rule(right, top, right, bottom))
