"""Rules on structure, years and wording, each on a small report."""

import pytest

from server.domain.reports.parsed import ParsedReport
from tests.unit.reports.reading import HEAD, found, read, uniform

FIVE = (
    "存在的问题：一是部分栏目更新不够及时，群众反映看到的信息偏旧；二是政策解读形式单一，群众看不懂的情况仍然存在。\n"
    "改进措施：一是建立信息更新提醒制度，每月检查一次；二是丰富政策解读形式，多用图解和短视频。"
)
ACCOUNT = "上年度报告指出的公开目录不全问题已经整改，补录目录12条。\n"


def codes(report: ParsedReport) -> set[str]:
    return {one.code for one in report.findings}


def test_a_report_in_order_is_asked_for_nothing_but_its_tables() -> None:
    assert codes(read(uniform(ACCOUNT + FIVE))) == {"FIG-00"}


@pytest.mark.parametrize(
    "account",
    [
        ACCOUNT,
        "针对2021年提出的两项不足，逐条对照落实。\n",
        "去年承诺的三项措施全部完成。\n",
    ],
)
def test_last_year_s_problems_are_accounted_for_in_many_words(account: str) -> None:
    assert "S-11" not in codes(read(uniform(account + FIVE)))


def test_a_report_that_does_not_say_what_became_of_last_year_s_problems_is_told_so() -> None:
    report = read(uniform(FIVE))
    (finding,) = found(report, "S-11")
    assert (finding.severity, finding.params) == ("information", {"missing": "account"})
    assert "S-04" not in codes(report)


def test_the_first_report_in_the_uniform_form_owes_no_account() -> None:
    assert "S-11" not in codes(read(uniform(FIVE, year=2019)))


@pytest.mark.parametrize(
    ("period", "wrong"),
    [
        ("2022年1月1日至2022年12月31日", False),
        ("2022年1月1日起至12月31日", False),
        ("2022年1月1日至2022年11月30日", True),
        ("2022年1月1日至2023年12月31日", True),
    ],
)
def test_the_period_ends_with_the_year(period: str, wrong: bool) -> None:
    report = read(uniform(ACCOUNT + FIVE, one=f"统计期限为{period}。落实考核、评议、责任追究。"))
    assert any("period" in one.params for one in found(report, "S-02")) is wrong


def test_a_part_too_few_is_an_error() -> None:
    assert "S-01" in codes(read(uniform(FIVE).replace("六、其他需要报告的事项\n无。\n", "")))


def test_parts_declared_and_parts_found_are_counted() -> None:
    text = HEAD.format(year=2011) + (
        "本报告由概述、主动公开、存在问题三个部分组成。\n一、概述\n按要求开展工作。\n"
        "二、存在的主要问题及改进情况\n" + FIVE
    )
    (finding,) = found(read(text), "STR-01")
    assert finding.params == {"declared": 3, "headings": 2}


@pytest.mark.parametrize("five", ["无。", "暂无。"])
def test_a_problem_part_that_says_nothing_is_an_error(five: str) -> None:
    (finding,) = found(read(uniform(five)), "S-03")
    assert finding.severity == "error"


def test_a_short_problem_part_with_items_is_a_question() -> None:
    (finding,) = found(read(uniform("一是更新不及时；二是形式单一。")), "S-03")
    assert finding.severity == "question"


def test_problems_without_measures_are_asked_about() -> None:
    five = FIVE.split("\n", maxsplit=1)[0]
    assert any("没有写改进措施" in one.message for one in found(read(uniform(five)), "S-04"))


def test_measures_without_problems_are_asked_about() -> None:
    text = "下一步打算：" + FIVE.split("：", 2)[2]
    assert any("没有写存在的问题" in one.message for one in found(read(uniform(text)), "S-04"))


def test_a_problem_that_nothing_answers_is_named() -> None:
    five = FIVE.replace(
        "二是政策解读", "二是依申请公开答复不够规范，曾被复议机关纠正；三是政策解读"
    )
    (finding,) = found(read(uniform(five)), "ITEM-01")
    assert finding.params == {"ordinal": 2}


def test_a_measure_that_answers_nothing_is_named() -> None:
    five = FIVE.replace("二是丰富政策", "二是规范依申请公开答复文书，由法制机构会审；三是丰富政策")
    (finding,) = found(read(uniform(five)), "ITEM-02")
    assert finding.severity == "information"


def test_the_period_is_the_year_of_the_title() -> None:
    text = uniform(
        FIVE, one="统计期限自2021年1月1日至2021年12月31日。考核、评议、责任追究均已开展。"
    )
    assert any(one.params.get("covered") == 2021 for one in found(read(text), "S-02"))


def test_the_preamble_names_the_year_of_the_title() -> None:
    text = uniform(FIVE).replace("一、总体", "现公布本镇2021年政府信息公开工作年度报告。\n一、总体")
    assert any(one.params.get("written") == 2021 for one in found(read(text), "S-02"))


def test_measures_look_forward_to_the_next_year() -> None:
    wrong = FIVE.replace("改进措施：", "改进措施：2022年，我镇将做好以下工作：")
    assert found(read(uniform(wrong)), "S-02")
    right = FIVE.replace("改进措施：", "改进措施：2023年，我镇将做好以下工作：")
    assert not found(read(uniform(right)), "S-02")


def test_an_old_form_after_2019_is_asked_about() -> None:
    text = HEAD.format(year=2022) + (
        "一、概述\n按要求开展工作。\n二、组织领导和制度建设\n成立领导小组。\n三、政府信息公开的收费及减免情况\n无。\n"
        "四、存在的主要问题及改进情况\n" + FIVE
    )
    (finding,) = found(read(text), "S-08")
    assert finding.params == {"format": "old", "report_year": 2022}


def test_a_report_without_a_problem_part_is_asked_about() -> None:
    text = (
        HEAD.format(year=2011) + "一、概述\n按要求开展工作。\n二、主动公开政府信息情况\n公开6条。\n"
    )
    assert any(one.start is None for one in found(read(text), "S-04"))


def test_a_government_reports_assessment_review_and_accountability() -> None:
    (finding,) = found(read(uniform(FIVE, one="落实工作考核。")), "S-06")
    assert finding.params == {"missing": ["社会评议", "责任追究"]}


def test_a_bureau_need_not() -> None:
    text = uniform(FIVE, one="按要求开展工作。").replace("柳河镇", "柳河县水务局")
    assert not found(read(text), "S-06")


@pytest.mark.parametrize(
    ("unit", "said", "wrong"),
    [
        ("柳河镇", "我局", True),
        ("柳河镇", "我镇", False),
        ("柳河乡", "我镇", False),
        ("铁西街道", "我镇", True),
        ("铁西街道", "我街道", False),
        ("柳河县水务局", "我镇", True),
        ("柳河县水务局", "我局", False),
        ("柳河县发展和改革委员会", "我委", False),
        ("柳河县发展和改革委员会", "我局", False),
        ("柳河县人民政府", "我镇", True),
        ("前锦农场", "我局", False),
    ],
)
def test_a_unit_calls_itself_by_its_own_kind(unit: str, said: str, wrong: bool) -> None:
    one = f"{said}按要求开展工作，落实工作考核和社会评议，没有责任追究情形。"
    text = uniform(FIVE, one=one).replace("柳河镇", unit, 1)
    assert bool(found(read(text), "S-07")) is wrong


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("松林铺镇人民政府主动公开信息", True),
        ("柳河镇人民政府主动公开信息", False),
        ("各乡镇人民政府报送信息", False),
        ("全镇高度重视", False),
    ],
)
def test_another_town_that_acts_is_a_copied_text(said: str, wrong: bool) -> None:
    one = f"一年来，{said}。落实工作考核和社会评议，没有责任追究情形。"
    assert bool(found(read(uniform(FIVE, one=one)), "S-07")) is wrong


def test_an_old_form_before_2019_is_the_office_s_own() -> None:
    text = HEAD.format(year=2015) + (
        "一、概述\n按要求开展工作。\n二、组织领导和制度建设\n成立领导小组。\n三、政府信息公开的收费及减免情况\n无。\n"
        "四、存在的主要问题及改进情况\n" + FIVE
    )
    assert not found(read(text), "S-08")


def test_without_a_part_on_the_whole_nobody_asks_for_assessment_there() -> None:
    text = uniform(FIVE).replace("一、总体情况", "一、主动公开政府信息情况")
    assert not found(read(text), "S-06")
