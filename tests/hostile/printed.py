"""PDF and compound files: no text, no Unicode, programs, circles, locks."""

import struct
from collections.abc import Iterator

from tests.hostile.case import Hostile
from tests.packing import ole, pdf, pdf_page, stream


def pdfs() -> Iterator[Hostile]:
    """Yield what pretends to be a PDF."""
    yield Hostile("truncated.pdf", lambda: pdf(_scan())[:180], says="PDF")
    yield Hostile("header-only.pdf", lambda: b"%PDF-1.7\n", says="损坏")
    yield Hostile("encrypted.pdf", _encrypted_pdf, says="密码")
    yield Hostile("scanned.pdf", lambda: pdf(_scan()), says="扫描件")
    yield Hostile("no-unicode.pdf", _no_unicode, says="乱码")
    yield Hostile("script.pdf", _script_pdf, says="脚本")
    yield Hostile("launch.pdf", _launch_pdf, says="程序")
    yield Hostile("pages-in-circles.pdf", _circular_pdf)
    yield Hostile("many-pages.pdf", lambda: pdf(_scan(pages=5_000)), says="页")
    yield Hostile("stream-bomb.pdf", _stream_bomb)
    yield Hostile("deep-form.pdf", _deep_form)
    yield Hostile("noise.pdf", lambda: b"%PDF-1.4\n" + bytes(range(256)) * 4_000)


def compounds() -> Iterator[Hostile]:
    """Yield what pretends to be a document of before 2007."""
    yield Hostile("encrypted.docx", lambda: ole({"EncryptedPackage": b"x"}), says="密码")
    locked = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, 0x0100)
    yield Hostile("locked.doc", lambda: ole({"WordDocument": locked}), says="密码")
    yield Hostile(
        "macros.doc", lambda: ole({"WordDocument": b"x"}, storages=("Macros",)), says="宏"
    )
    yield Hostile("slides.ppt", lambda: ole({"PowerPoint Document": b"x"}), says="演示")
    yield Hostile("broken.xls", lambda: ole({"Workbook": b"\x09\x08" + b"\xff" * 500}), says="损坏")
    yield Hostile("unknown.wps", lambda: ole({"Contents": b"x"}), says="另存")
    yield Hostile("headless.doc", lambda: ole({})[:300], says="另存")
    yield Hostile("circular.doc", _circular_ole, says="另存")


def _scan(pages: int = 1) -> list[bytes]:
    image = stream(
        b"\x80", b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8"
        b"/ColorSpace/DeviceGray",
    )  # fmt: skip
    return pdf_page(b"q 595 0 0 842 0 0 cm /I Do Q", b"/XObject<</I 5 0 R>>", image, pages=pages)


def _encrypted_pdf() -> bytes:
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O(%b)/U(%b)>>" % (b"o" * 32, b"u" * 32)
    return pdf([*_scan(), lock], b"/Encrypt 6 0 R/ID[(0123456789abcdef)(0123456789abcdef)]")


def _no_unicode() -> bytes:
    """Return text in a font that maps its codes to glyphs alone."""
    codes = b"".join(struct.pack(">H", 500 + n) for n in range(400)).hex().encode()
    font = (
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font"
        b"/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4"
        b"/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 1/Descent 0/CapHeight 1/StemV 1>>>>]>>"
    )
    content = b"BT /F 8 Tf 20 700 Td <" + codes + b"> Tj ET"
    return pdf(pdf_page(content, b"/Font<</F 5 0 R>>", font))


def _script_pdf() -> bytes:
    objects = _scan()
    objects[0] = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
    return pdf(objects)


def _launch_pdf() -> bytes:
    objects = _scan()
    objects[0] = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(cmd.exe)>>>>"
    return pdf(objects)


def _circular_pdf() -> bytes:
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>"])


def _stream_bomb() -> bytes:
    objects = _scan()
    objects[3] = stream(b"0 0 m 9 9 l S " * 15_000_000, deflated=True)
    return pdf(objects)


def _deep_form() -> bytes:
    form = stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject"
                  b"<</X 5 0 R>>>>")  # fmt: skip
    return pdf(pdf_page(b"/X Do", b"/XObject<</X 5 0 R>>", form))


def _circular_ole() -> bytes:
    content = bytearray(ole({"Contents": b"x"}))
    content[512 + 4 : 512 + 8] = struct.pack("<I", 1)
    return bytes(content)
