"""Words that only announce: lead-ins, labels, headlines and what any report says."""

import pytest

from server.domain.reports.cues import has_begun, label_prefix, plain_label
from server.domain.reports.leads import leads_to_measures, only_sums_up, residue
from server.domain.reports.polarity import leaning
from server.domain.reports.topics import is_title, topic_of
from tests.unit.reports.reading import read, uniform


@pytest.mark.parametrize(
    ("text", "sums_up"),
    [
        ("与上级要求相比还存在一定差距。", True),
        ("离示范区的标准仍有距离。", True),
        ("仍需进一步提升。", True),
        ("还有三个方面的问题:", True),
        ("信息更新不及时。", False),
        ("公开内容不全面", False),
        ("公众号阅读量走低。", False),
        ("一切从零开始,问题不少。", True),
    ],
)
def test_a_headline_says_nothing_specific(text: str, *, sums_up: bool) -> None:
    assert only_sums_up(text) is sums_up


def test_a_promise_of_nothing_leaves_no_letter() -> None:
    assert not residue("上述问题,我们将采取有力措施,在今后的工作中切实加以改进。")
    assert residue("进一步拓展公开内容")


def test_one_thing_is_no_list_of_measures() -> None:
    assert leads_to_measures("将从三个方面改进。")
    assert not leads_to_measures("把条例列入干部夜学,每月学一条。")


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("工作中的薄弱环节", "problem"),
        ("需要改进的地方", "problem"),
        ("2016年重点抓好", "measure"),
        ("问题和打算", "both"),
        ("针对上述问题", "measure"),
        ("更新不及时的问题", None),
        ("加强公开工作", None),
        ("存在的问题,一是", None),
    ],
)
def test_a_label_has_only_words_that_any_report_uses(text: str, cue: str | None) -> None:
    assert plain_label(text) == cue


def test_a_label_may_be_set_off_by_a_blank() -> None:
    assert label_prefix("存在的主要问题 一年来更新不及时") == ("problem", 8)
    assert label_prefix("信息更新 不及时") is None
    assert label_prefix("短") is None


@pytest.mark.parametrize(
    ("title", "topic"),
    [("工作中的难点", "problem"), ("改进", "measure"), ("短处与努力方向", "both")],
)
def test_a_short_title_tells_its_part(title: str, topic: str) -> None:
    assert topic_of(title) == topic
    assert is_title(title)


def test_faint_words_change_no_announced_role() -> None:
    assert leaning("公开栏设在镇政府院内,群众进来看不方便。", "problem") == "problem"
    assert leaning("由科室报送,半年一条未报。", "problem") == "problem"
    assert leaning("变被动为主动。", "measure") == "measure"
    assert leaning("更新仍不及时。", "measure") == "problem"
    assert leaning("加强培训。", "problem") == "measure"
    assert leaning("有的干部认为公开与己无关。", None) == "problem"


def test_what_has_been_done_since_is_told_apart_from_what_has_become_of_things() -> None:
    assert has_begun("街道办已于12月注销其中一个。")
    assert not has_begun("公开已成为常态。")


@pytest.mark.parametrize(
    ("five", "problems", "measures"),
    [
        (
            "由于人手紧，时间上很难一致，格式上不规范，更新不及时等。",
            ["时间上很难一致", "格式上不规范", "更新不及时"],
            [],
        ),
        (
            "线上线下不同步、科室配合不默契的现象仍不同程度存在。",
            ["线上线下不同步", "科室配合不默契"],
            [],
        ),
        (
            "（一）主要问题：更新频率偏低；业务钻研不深。\n（二）改进情况：均衡安排发布；实行老带新。",
            ["更新频率偏低", "业务钻研不深。"],
            ["均衡安排发布", "实行老带新。"],
        ),
        (
            "存在问题之一：主体不明确。信息没人公开。\n存在问题之二：查阅点不便利。设在三楼。\n改进措施：划定范围。",
            ["主体不明确。信息没人公开。", "查阅点不便利。设在三楼。"],
            ["划定范围。"],
        ),
        (
            "去年年报反映的人员问题已经解决。今年新的问题是：村级信息千篇一律。",
            ["村级信息千篇一律。"],
            [],
        ),
        (
            "今后，我们将在以下方面努力。\n变被动为主动。把公开写进职责。\n变零散为系统。整理信息。",
            [],
            ["变被动为主动。把公开写进职责。", "变零散为系统。整理信息。"],
        ),
        (
            "存在问题：\n公告的内容偏于原则，缺少案例。不少公告只有结论。",
            ["公告的内容偏于原则，缺少案例。不少公告只有结论。"],
            [],
        ),
        ("账号停更。街道已注销其中一个。", ["账号停更。"], ["街道已注销其中一个。"]),
        ("公开面偏窄。这是群众的看法。", ["公开面偏窄。这是群众的看法。"], []),
        (
            "1.信息员忙起来顾不上，年内调剂一名专职。2.公示牌内容不全，项目办正在逐个补齐。",
            ["信息员忙起来顾不上", "公示牌内容不全"],
            ["年内调剂一名专职。", "项目办正在逐个补齐。"],
        ),
        (
            "（一）查阅点位置偏。计划迁到一楼。\n（二）目录更新慢。准备重编目录。",
            ["查阅点位置偏。", "目录更新慢。"],
            ["计划迁到一楼。", "准备重编目录。"],
        ),
        (
            "工作既有公开事项不全的问题，也有群众参与不多的问题。",
            ["公开事项不全", "群众参与不多"],
            [],
        ),
        (
            "存在业务素质参差不齐，公开的主动性、全面性有待加强，网站滞后等不足。",
            ["业务素质参差不齐", "公开的主动性、全面性有待加强", "网站滞后"],
            [],
        ),
        (
            "下一步工作：\n明年两头一起抓。扶贫资金公开到组。",
            [],
            ["扶贫资金公开到组。"],
        ),
        (
            "（一）还差什么\n1.台账没有公开。\n2.无人培训。\n（二）怎么补上\n1.按季公开。\n2.安排培训。",
            ["台账没有公开。", "无人培训。"],
            ["按季公开。", "安排培训。"],
        ),
        (
            "问题类别\t具体表现\t整改措施\n内容\t名单公示不全\t按季公示名单\n",
            ["名单公示不全"],
            ["按季公示名单"],
        ),
        (
            "还存在低保公示不及时、专栏由人代管以及宣传走马观花等不足。",
            ["低保公示不及时", "专栏由人代管", "宣传走马观花"],
            [],
        ),
        (
            "存在的主要问题是低保公示不及时、专栏更新缓慢、宣传走马观花。",
            ["低保公示不及时", "专栏更新缓慢", "宣传走马观花。"],
            [],
        ),
        (
            "1.宣传走马观花，我局将送课到组。2.更新慢，今后将按月更新。",
            ["宣传走马观花", "更新慢"],
            ["我局将送课到组。", "今后将按月更新。"],
        ),
        (
            "1.更新慢。整改情况：按月更新。\n2.人手少。整改情况：增配一名。",
            ["更新慢。", "人手少。"],
            ["按月更新。", "增配一名。"],
        ),
        (
            "（一）工作短板\n更新慢。\n（二）提升路径\n按月更新。",
            ["更新慢。"],
            ["按月更新。"],
        ),
        ("更新不及时。\n通过以上努力，力争走在前列。", ["更新不及时。"], []),
    ],
)
def test_items_follow_what_was_announced(
    five: str, problems: list[str], measures: list[str]
) -> None:
    report = read(uniform(five))
    assert [item.text for item in report.problems] == problems
    assert [item.text for item in report.measures] == measures
