"""Importing units from a table: every row judged, all or nothing written."""

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from server.db.engine import transaction
from server.db.tables import Contact, Unit
from server.errors import InvalidInput
from server.services import unit_import
from server.services.audit import SYSTEM
from server.services.unit_import import COLUMNS, Imported
from tests.factories import NOW

OFFICE = [
    "QS",
    "青石镇",
    "乡镇",
    "",
    "是",
    "青石镇公开办",
    "李文",
    "办公室工作人员",
    "li@qs.example",
    "",
]


def row(number: int, **changes: object) -> list[object]:
    """Return a good row of one bureau and its officer."""
    cells = {
        "单位代码": f"QS{number:03d}",
        "单位名称": f"第{number}局",
        "类型": "局办",
        "上级代码": "QS",
        "是否办公室": "",
        "办公室名称": "",
        "姓名": f"信息员{number}",
        "角色": "信息员",
        "邮箱": f"officer{number}@qs.example",
        "电话": "000-5550000",
    }
    return list((cells | changes).values())


def take(engine: Engine, *rows: list[object], header: object = COLUMNS) -> Imported:
    """Import as the command does: all is rolled back unless all is good."""
    table = [list(header), *rows]  # type: ignore[call-overload]  # a sequence
    with Session(engine, expire_on_commit=False) as session:
        read = unit_import.read_rows(table)
        imported = unit_import.import_units(session, read, SYSTEM, now=NOW)
        (session.commit if imported.good else session.rollback)()
    return imported


def counts(engine: Engine) -> tuple[int, int]:
    with transaction(engine) as session:
        return len(session.exec(select(Unit)).all()), len(session.exec(select(Contact)).all())


def test_a_hundred_good_rows_are_written(engine: Engine) -> None:
    imported = take(engine, OFFICE, *(row(number) for number in range(99)))
    assert imported.good
    assert imported.verdicts[0].message == "新增单位“青石镇”，新增联系人“李文”"
    assert counts(engine) == (100, 100)


BAD = {
    7: ({"单位名称": ""}, "“单位名称”是空的，请补上"),
    15: ({"类型": "公司"}, "“公司”无法识别。请填写其中之一"),
    23: ({"上级代码": "没有"}, "上级单位代码“没有”不存在，请先录入上级单位"),
    31: ({"邮箱": "zhang@gov,cn"}, "邮箱“zhang@gov,cn”不能用"),
    39: ({"邮箱": "officer1@qs.example"}, "已属于另一位联系人，请核对"),
    47: ({"角色": "处长"}, "角色“处长”无法识别，请填写其中之一"),
    55: ({"姓名": ""}, "没有对应的姓名，请补上"),
    63: ({"单位代码": "QS001"}, "已属于“第1局”"),
    71: ({"单位名称": "坏\x00名"}, "含有控制字符"),
    79: ({"单位名称": "长" * 300}, "太长"),
    87: ({"邮箱": ""}, "邮箱"),
}


def test_bad_rows_among_a_hundred_are_named_and_nothing_is_written(engine: Engine) -> None:
    rows = [row(number, **BAD.get(number, ({}, ""))[0]) for number in range(99)]
    imported = take(engine, OFFICE, *rows)
    verdicts = {verdict.row: verdict for verdict in imported.verdicts}
    bad = {number + 3: complaint for number, (_, complaint) in BAD.items()}
    assert {number for number, verdict in verdicts.items() if not verdict.ok} == set(bad)
    for number, complaint in bad.items():
        assert complaint in verdicts[number].message
    assert len(verdicts) == 100
    assert counts(engine) == (0, 0)


def test_importing_twice_writes_nothing_more(engine: Engine) -> None:
    rows = [OFFICE, *(row(number) for number in range(10))]
    take(engine, *rows)
    again = take(engine, *rows)
    assert again.good
    assert "已存在" in again.verdicts[5].message
    assert counts(engine) == (11, 11)


def test_a_unit_may_stand_on_several_rows_one_for_each_person(engine: Engine) -> None:
    take(engine, OFFICE, row(1), row(1, 姓名="副信息员", 邮箱="second@qs.example"))
    assert counts(engine) == (2, 3)


def test_numbers_from_a_table_program_stay_codes(engine: Engine) -> None:
    take(engine, OFFICE, row(1, 单位代码=1001.0, 电话=None))
    with transaction(engine) as session:
        assert session.exec(select(Unit).where(Unit.code == "1001")).one()


def test_blank_rows_and_a_title_above_the_header_are_passed_over(engine: Engine) -> None:
    table = [["青石镇单位表"], list(COLUMNS), OFFICE, [None] * 10, row(1)]
    assert [number for number, _ in unit_import.read_rows(table)] == [3, 5]


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        (["代码", "名称"], "没有找到表头。第一行应有这些列"),
        (["单位代码", "单位名称"], "表头（第 1 行）缺少“类型”列"),
        ([*COLUMNS, "备注"], "不认识的列“备注”"),
        ([*COLUMNS, "邮箱"], "“邮箱”列重复"),
        ([], "没有找到表头"),
    ],
)
def test_a_faulty_header_is_named_with_its_place(
    engine: Engine, header: list[str], complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        take(engine, OFFICE, header=header)
    assert counts(engine) == (0, 0)


def test_a_header_alone_and_too_many_rows_are_refused(engine: Engine) -> None:
    with pytest.raises(InvalidInput, match="只有表头"):
        unit_import.read_rows([list(COLUMNS)])
    many = [list(COLUMNS), *([row(1)] * (unit_import.MOST_ROWS + 1))]
    with pytest.raises(InvalidInput, match="请拆分"):
        unit_import.read_rows(many)
