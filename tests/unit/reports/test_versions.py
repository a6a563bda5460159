"""Two versions of a report: what came, went, reads otherwise."""

from server.domain.reports.parsed import Figure, Item, ParsedReport, Role
from server.domain.reports.versions import Difference, difference


def items(role: Role, *texts: str) -> tuple[Item, ...]:
    return tuple(Item(role, number, 0, 1, text) for number, text in enumerate(texts, 1))


def figure(key: str, value: float | None) -> Figure:
    return Figure(key, f"指标{key}", value, "blank" if value is None else "value")


def report(
    *problems: str, measures: tuple[str, ...] = (), figures: tuple[Figure, ...] = ()
) -> ParsedReport:
    return ParsedReport(
        None, None, 2025, "2021", (), figures,
        items("problem", *problems), items("measure", *measures),
    )  # fmt: skip


def told(found: Difference) -> list[tuple[str | None, str | None]]:
    return [
        (change.before and change.before.text, change.after and change.after.text)
        for change in found.items
    ]


def test_versions_that_say_the_same_do_not_differ() -> None:
    same = report("公开内容不够丰富", figures=(figure("1", 2),))
    found = difference(same, "一、概述\n公开2条。", same, "一、概述\n\n  公开2条。\n")
    assert found == Difference((), (), ())


def test_items_come_go_and_are_worded_anew() -> None:
    before = report("公开内容不够丰富，民生信息少", "答复不规范", measures=("开展培训",))
    after = report("公开内容不够丰富，民生信息偏少", "更新滞后", measures=("开展 培训",))
    assert told(difference(before, "", after, "")) == [
        ("公开内容不够丰富，民生信息少", "公开内容不够丰富，民生信息偏少"),
        (None, "更新滞后"),
        ("答复不规范", None),
    ]


def test_a_new_item_beside_none_is_new() -> None:
    assert told(difference(report(), "", report("更新滞后"), "")) == [(None, "更新滞后")]


def test_cells_with_another_number_or_state_or_on_one_side_only_differ() -> None:
    before = report(figures=(figure("1", 2), figure("2", 0), figure("3", 5), figure("5", 1)))
    after = report(figures=(figure("1", 3), figure("2", None), figure("4", 1), figure("5", 1)))
    found = difference(before, "", after, "")
    assert [change.key for change in found.figures] == ["1", "2", "4", "3"]
    assert found.figures[3].after is None


def test_lines_are_told_where_they_were_replaced() -> None:
    (change,) = difference(report(), "甲\n乙\n丙", report(), "甲\n丁\n丙").lines
    assert (change.before, change.after) == (("乙",), ("丁",))
