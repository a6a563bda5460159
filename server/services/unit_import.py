"""Importing units and their contacts from a table: every row judged, all or nothing written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import units as queries
from server.db.tables import Unit
from server.domain.milestones import kind_named
from server.domain.reminders import Role
from server.errors import AppError, InvalidInput
from server.services import units
from server.services.audit import Actor, record

COLUMNS = (
    "单位代码",
    "单位名称",
    "类型",
    "上级代码",
    "是否办公室",
    "办公室名称",
    "姓名",
    "角色",
    "邮箱",
    "电话",
)
NEEDED = ("单位代码", "单位名称", "类型")
ROLES = {
    "信息员": Role.INFORMATION_OFFICER,
    "分管领导": Role.UNIT_LEAD,
    "办公室工作人员": Role.OFFICE_STAFF,
    "主任": Role.OFFICE_HEAD,
    "副组长": Role.DEPUTY_LEADER,
    "组长": Role.GROUP_LEADER,
}
MOST_ROWS = 20_000
LONGEST = 200
"""Characters of one cell; a longer one holds something else than a name."""

Cell = object
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row of the table; `row` counts as the table program shows it."""

    row: int
    ok: bool
    message: str


@dataclass(frozen=True, slots=True)
class Imported:
    """The verdict on every row; nothing was written unless all are good."""

    verdicts: list[Verdict]

    @property
    def good(self) -> bool:
        """Whether every row was accepted."""
        return all(verdict.ok for verdict in self.verdicts)


def read_rows(table: Sequence[Sequence[Cell]]) -> list[tuple[int, Row]]:
    """Return the rows under the header line, blank ones left out, with their numbers."""
    header_at, names = _header(table)
    rows: list[tuple[int, Row]] = []
    for number, cells in enumerate(table[header_at + 1 :], start=header_at + 2):
        row = {name: _word(cell) for name, cell in zip(names, cells, strict=False) if name}
        if any(row.values()):
            rows.append((number, row))
    if not rows:
        raise InvalidInput("表格里只有表头，没有任何单位。请从第二行起逐行填写。")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"一次最多导入 {MOST_ROWS} 行，这个表有 {len(rows)} 行，请拆分。")
    return rows


def _header(table: Sequence[Sequence[Cell]]) -> tuple[int, list[str]]:
    for at, cells in enumerate(table[:10]):
        names = [_word(cell) for cell in cells]
        if "单位代码" in names:
            missing = [name for name in NEEDED if name not in names]
            unknown = [name for name in names if name and name not in COLUMNS]
            doubled = {name for name in names if name and names.count(name) > 1}
            _check_header(at, missing, unknown, doubled)
            return at, names
    raise InvalidInput(f"没有找到表头。第一行应有这些列：{'、'.join(COLUMNS)}。")


def _check_header(at: int, missing: list[str], unknown: list[str], doubled: set[str]) -> None:
    place = f"表头（第 {at + 1} 行）"
    if missing:
        raise InvalidInput(f"{place}缺少“{'、'.join(missing)}”列，请补上。")
    if unknown:
        raise InvalidInput(f"{place}有不认识的列“{'、'.join(unknown)}”，请删去或改名。")
    if doubled:
        raise InvalidInput(f"{place}的“{'、'.join(doubled)}”列重复，请只留一列。")


def _word(cell: Cell) -> str:
    """Return a cell as text; a number that a table program made of a code loses its `.0`."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def import_units(
    session: Session, rows: Iterable[tuple[int, Row]], actor: Actor, *, now: datetime
) -> Imported:
    """Write all rows, judging each. The caller rolls back unless the whole is good.

    A unit may stand on several rows, one for each of its contacts; a unit or address already
    known with the same content is left as it is, so that importing twice changes nothing.
    """
    verdicts = [_take(session, number, row, now) for number, row in rows]
    good = sum(verdict.ok for verdict in verdicts)
    record(session, actor, "import", "unit", None, now=now, rows=len(verdicts), good=good)
    return Imported(verdicts)


def _take(session: Session, number: int, row: Row, now: datetime) -> Verdict:
    try:
        with session.begin_nested():
            message = _write(session, row, now)
    except AppError as error:
        return Verdict(number, ok=False, message=str(error))
    return Verdict(number, ok=True, message=message)


def _write(session: Session, row: Row, now: datetime) -> str:
    _check_words(row)
    said = []
    unit = queries.by_code(session, row["单位代码"])
    if unit is None:
        new = units.NewUnit(
            row["单位代码"],
            row["单位名称"],
            kind_named(row["类型"]).value,
            row.get("上级代码", ""),
            is_office=row.get("是否办公室", "") in ("是", "1", "true", "True"),
            office_name=row.get("办公室名称", ""),
        )
        unit = units.add_unit(session, new)
        said.append(f"新增单位“{unit.name}”")
    elif unit.name != row["单位名称"]:
        raise InvalidInput(
            f"代码“{unit.code}”已属于“{unit.name}”，与本行“{row['单位名称']}”不符，请核对代码。"
        )
    if row.get("邮箱") or row.get("姓名"):
        said.append(_contact(session, unit, row, now))
    return "，".join(said) or f"“{unit.name}”已存在，未改动"


def _check_words(row: Row) -> None:
    for name in NEEDED:
        if not row.get(name):
            raise InvalidInput(f"“{name}”是空的，请补上。")
    for name, value in row.items():
        if not value.isprintable():
            raise InvalidInput(f"“{name}”含有控制字符或换行，请重新输入这一格。")
        if len(value) > LONGEST:
            raise InvalidInput(f"“{name}”太长（{len(value)} 字），最多 {LONGEST} 字。")


def _contact(session: Session, unit: Unit, row: Row, now: datetime) -> str:
    role = ROLES.get(row.get("角色", "") or "信息员")
    if role is None:
        raise InvalidInput(f"角色“{row['角色']}”无法识别，请填写其中之一：{'、'.join(ROLES)}。")
    if not row.get("姓名"):
        raise InvalidInput(f"邮箱“{row.get('邮箱', '')}”没有对应的姓名，请补上。")
    known = queries.contact_by_email(session, row.get("邮箱", ""))
    if known and known.unit_id == unit.id and known.name == row["姓名"]:
        return f"联系人“{known.name}”已存在"
    new = units.NewContact(row["姓名"], role, row.get("邮箱", ""), row.get("电话", ""))
    contact = units.add_contact(session, unit, new, now=now)
    session.flush()  # the next row must see this address
    return f"新增联系人“{contact.name}”"
