"""A damaged rulebook stops the program, and the error names the file and the entry."""

import re

import pytest

from server.adapters.rulebook import shipped
from server.adapters.rulebook_deadlines import load_rulebook, read_rulebook
from server.adapters.rulebook_lights import load_lights, read_lights
from server.errors import RulebookError

REGIMES, MILESTONES, LIGHTS = (
    shipped(name) for name in ("regimes.toml", "milestones.toml", "lights.toml")
)


def test_the_shipped_rulebook_is_read_once() -> None:
    assert load_rulebook() is load_rulebook()
    assert load_lights() is load_lights()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('basis = "office"', "", "milestones.toml 第 1 条 [[milestone]]：缺少 basis"),
        ('basis = "office"', 'basis = "custom"', "basis 的“custom”不在 statute、analogy、office"),
        ('basis = "office"', "basis = 1", "basis 应为文字"),
        ('name = "初稿报送"', 'name = " "', "name 不能为空"),
        ("first_year = 2019", 'first_year = "2019"', "first_year 应为整数"),
        ("first_year = 2019", "first_year = true", "first_year 应为整数"),
        ("first_year = 2019", "first_yaer = 2019", "不认识的键 first_yaer"),
        ("first_year = 2019", "first_year = 2020", "在 2019 年度缺少节点 draft"),
        ("first_year = 2019", "first_year = 2018", "有两条规则年度重叠"),
        ('"bureau", ', '"village", ', "kinds 的“village”不在"),
        ('kinds = ["bureau", "department", "town", "subdistrict"]', "kinds = []", "kinds 不能为空"),
        ('last_workday = "01-08"', 'last_workday = "02-30"', "last_workday 应写成 月-日"),
        ('last_workday = "01-08"', 'last_workday = "1-8"', "last_workday 应写成 月-日"),
        ('last_workday = "01-08"', 'date = "01-08"', "办公室自定节点不得用 date"),
        ('last_workday = "01-08"', "", "须有且只有一项"),
        ('last_workday = "01-08"', 'after = "sign_off"\nworkdays = 1', "after 须是更早的节点"),
        ('date = "01-31"', 'date = "01-end"', "date 不能写月末"),
        (
            'article = "第四十九条第一款"',
            'article = "第九十九条"',
            "第九十九条”在 regimes.toml 中没有",
        ),
        ("[[milestone]]", "[[milestone", "milestones.toml 不是有效的 TOML"),
    ],
)
def test_a_damaged_milestone_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(complaint)):
        read_rulebook(REGIMES, MILESTONES.replace(old, new, 1))


def test_a_second_statutory_date_is_refused() -> None:
    damaged = MILESTONES.replace(
        'last_workday = "01-21"\nbasis = "office"',
        'date = "01-21"\nbasis = "statute"\narticle = "第五十条"',
    )
    with pytest.raises(RulebookError, match="只应有最后一个节点是法定时限"):
        read_rulebook(REGIMES, damaged)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("last_year = 2018", "last_year = 2017", "2008 与 2019 的报告年度不相衔接"),
        ("first_year = 2019", "first_year = 2019\nlast_year = 2030", "不应有 last_year"),
        ("in_force_on = 2008-05-01", 'in_force_on = "2008"', "in_force_on 应为日期"),
        ("[[regime]]", "[[rule]]", "regimes.toml"),
        ("[[regime.article]]", "[[regime.item]]", "第 1 条 [[regime]]：不认识的键 item"),
    ],
)
def test_a_damaged_regime_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(complaint)):
        read_rulebook(REGIMES.replace(old, new, 1), MILESTONES)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("at_least = 11", "at_least = 6", "at_least 须逐级递减"),
        ("at_least = 0", "at_least = 1", "at_least 须逐级递减"),
        ('light = "green"', 'light = "blue"', "灯色须依次为 green、blue"),
        ('shape = "circle"', 'shape = "diamond"', "shape 不得相同"),
        ('shape = "circle"', 'shape = "star"', "shape 的“star”不在 circle"),
        ("[[light]]", "[[lamp]]", "lights.toml：不认识的键 lamp"),
    ],
)
def test_a_damaged_scale_is_named(old: str, new: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=re.escape(complaint)):
        read_lights(LIGHTS.replace(old, new, 1))


def test_an_empty_file_is_named() -> None:
    with pytest.raises(RulebookError, match=r"缺少 \[\[light\]\]"):
        read_lights("")
