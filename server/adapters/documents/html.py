"""html -> text: the report without the site around it, tables with their spans."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from server.adapters.documents.decoding import decode_text
from server.adapters.documents.layout import RawCell, TextBuilder
from server.domain.reports.source import SourceText
from server.errors import Refused

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_DROPPED = frozenset({
    "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "nav",
    "header", "footer", "form", "button", "select", "input", "textarea", "aside", "head",
    "title", "video", "audio", "map", "canvas",
})  # fmt: skip
_BLOCKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section",
    "article", "main", "blockquote", "pre", "dl", "dt", "dd", "hr", "center", "figure",
    "figcaption", "tr", "td", "th", "body", "tbody", "thead", "tfoot", "caption", "fieldset",
    "address", "o:p",
})  # fmt: skip
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumb|crumbs?|header|footer|foot|top-?bar|side-?bar|"
    r"search|share|bdsharebuttonbox|pager|pagination|toolbar|print|copyright|related|qrcode|"
    r"position|location|friend-?links?|login|lang|accessib\w*|tools?)(?:$|[\s_-]|\d)",
    re.IGNORECASE,
)
_CONTENT = (
    "#zoom", "#UCAP-CONTENT", ".TRS_Editor", ".trs_editor_view", ".article-content",
    ".articleContent", "#articleContent", ".view-content", ".xxgk_content", ".content-text",
    ".article_content", "#content_body", ".pages_content", ".v_news_content", "article",
)  # fmt: skip
_LEAST_CONTENT = 200
_DEEPEST = 200
_MOST_SPAN = 100
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read(content: bytes, name: str) -> SourceText:
    """Return the text and tables of an html file.

    Raises: Refused, when its encoding cannot be read.
    """
    tree = LexborHTMLParser(_decoded(content, name))
    body = tree.body
    builder = _Writer()
    if body is not None:
        for root in _roots(tree, body):
            builder.read(root)
    notes = ["网页嵌套过深，内容可能不完整"] if builder.too_deep else []
    return builder.text.build("html", name, notes)


def _decoded(content: bytes, name: str) -> str:
    """Decode by strict trial; a charset that the page declares is only the last resort."""
    try:
        return decode_text(content, name)
    except Refused:
        declared = _CHARSET.search(content[:4096])
        encoding = declared[1].decode("ascii", "replace").lower() if declared else "gb18030"
        encoding = "gb18030" if encoding.startswith("gb") else encoding
        try:
            return content.decode(encoding, errors="replace")
        except LookupError:
            return content.decode("utf-8", errors="replace")


def _roots(tree: LexborHTMLParser, body: LexborNode) -> list[LexborNode]:
    """Return title and content where the page marks its article, else the whole body."""
    for selector in _CONTENT:
        found = tree.css_first(selector)
        if found is not None and len(found.text(strip=True)) >= _LEAST_CONTENT:
            whole = len(body.text(strip=True))
            if len(found.text(strip=True)) * 2 >= whole:
                return [*_title(tree, found), found]
    return [body]


def _title(tree: LexborHTMLParser, article: LexborNode) -> list[LexborNode]:
    heading = tree.css_first("h1") or tree.css_first(".title")
    if heading is None or heading.text(strip=True) in article.text(strip=True)[:300]:
        return []
    return [heading]


class _Writer:
    """Walks the nodes and writes lines; inline text runs on until a block begins or ends."""

    def __init__(self) -> None:
        self.text = TextBuilder()
        self.too_deep = False
        self._line: list[str] = []

    def read(self, root: LexborNode) -> None:
        self._walk(root, 0)
        self._break()

    def _walk(self, node: LexborNode, depth: int) -> None:
        child = node.child
        if depth > _DEEPEST:
            self.too_deep = self.too_deep or child is not None
            return
        while child is not None:
            self._node(child, depth)
            child = child.next

    def _node(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._line.append(node.text_content or "")
        elif tag in _DROPPED or tag.startswith("-") or _is_chrome(node):
            return
        elif tag == "table" and not _nested_layout(node):
            self._break()
            self.text.table(tuple(_cells(node)))
        elif tag in _BLOCKS or tag == "table":
            self._break()
            self._walk(node, depth + 1)
            self._break()
        else:
            self._walk(node, depth + 1)

    def _break(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip(" ")
        if line:
            self.text.paragraph(line)
        self._line.clear()


def _is_chrome(node: LexborNode) -> bool:
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
    style = (node.attributes.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or "hidden" in node.attributes:
        return True
    return bool(_CHROME.search(names)) and len(node.text(strip=True)) < 1500  # noqa: PLR2004  # a whole page may sit in div.header


def _nested_layout(table: LexborNode) -> bool:
    """Say whether the table lays out the page: it holds tables, or a cell of running text."""
    if any(inner.mem_id != table.mem_id for inner in table.css("table")):
        return True
    cells = table.css("td, th")
    return any(len(cell.text(strip=True)) > 150 for cell in cells)  # noqa: PLR2004  # longer than any label


def _cells(table: LexborNode) -> Iterator[RawCell]:
    """Yield cells with their grid places; spans of earlier rows push later cells aside."""
    taken: dict[tuple[int, int], bool] = {}
    for row, line in enumerate(table.css("tr")):
        column = 0
        for cell in line.iter():
            if cell.tag not in {"td", "th"}:
                continue
            while taken.get((row, column)):
                column += 1
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            for down in range(rows):
                for right in range(columns):
                    taken[row + down, column + right] = True
            text = _SPACE.sub(" ", cell.text(separator="")).strip()
            yield RawCell(row, column, (text,), rows, columns)
            column += columns


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return max(1, min(int(value), _MOST_SPAN)) if value.isdigit() else 1
