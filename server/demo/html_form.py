"""Writes a report as a page saved from a portal, with the portal's furniture around it."""

from html import escape

from server.demo.script import Block, title_of
from server.demo.tables import Cell, Grid
from server.demo.template import HERE, fill

STYLES = {
    "heading": '<p class="heading"><b>{}</b></p>',
    "paragraph": '<p class="MsoNormal">{}</p>',
    "signature": '<p align="right">{}</p>',
}


def html_page(script: tuple[Block, ...], page: str, encoding: str, years: dict[str, str]) -> bytes:
    """The page `page` of the package with the report in it, in `encoding`."""
    content = "\n".join(_html(block) for block in script if block.role != "title")
    values = {**years, "title": escape(title_of(script)), "charset": encoding, "content": content}
    frame = (HERE / "reports" / page).read_text(encoding="utf-8")
    return fill(frame, values).encode(encoding)


def _html(block: Block) -> str:
    if block.role == "table":
        return _table(block.grid)
    return STYLES[block.role].format(escape(block.text))


def _table(grid: Grid) -> str:
    rows = ("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in grid)
    return '<table class="MsoNormalTable" border="1">\n' + "\n".join(rows) + "\n</table>"


def _cell(cell: Cell) -> str:
    spans = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    return f"<td{spans}>{escape(cell.text)}</td>"
