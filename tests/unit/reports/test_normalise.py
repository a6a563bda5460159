"""Noise of files and portals is taken out, and every place can be found again."""

# ruff: noqa: E501 - the cases are a table, and a line of the document stays a line

import pytest

from server.domain.reports.normalise import normalise


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("⼀、⼯作⻓期", "一、工作长期"),
        ("公開內容不夠豐富", "公开内容不够丰富"),
        ("公(gōng)开(kāi)", "公开"),
        ("２０１１年（一）", "2011年(一)"),
        ("2017 年 3 月", "2017年3月"),
        ("甲\u200b乙\ufeff", "甲乙"),
        ("甲\r\n乙", "甲\n乙"),
        ("甲\r乙", "甲\n乙"),
        ("|五、存在", "五、存在"),
        ("甲。\n- 3 -\n乙。", "甲。\n乙。"),
        ("甲。\n第 3 页 共 9 页\n乙。", "甲。\n乙。"),
        ("甲。\n3/9\n乙。", "甲。\n乙。"),
        ("甲。\n【打印本页】\n乙。", "甲。\n乙。"),
        ("甲。\n您现在的位置：首页 > 公开\n乙。", "甲。\n乙。"),
        ("一要点\x0c乙\u2028丙", "一要点\n乙\n丙"),
        ("①甲…", "①甲…"),
    ],
)
def test_noise_is_taken_out(text: str, plain: str) -> None:
    assert normalise(text).text == plain


def test_a_broken_sentence_is_joined_and_its_span_covers_the_break() -> None:
    text = "我镇信息公开工作还不够主动,\n更新不及时。"
    normal = normalise(text)
    assert normal.text == "我镇信息公开工作还不够主动,更新不及时。"
    assert normal.span(0, len(normal.text)) == (0, len(text))


def test_hard_wrapped_text_is_rejoined_and_page_numbers_between_lines_go() -> None:
    width = "信息公开工作中有的栏目更新不够及时有的信"
    text = "\n".join(
        [
            "    " + width,
            width,
            width,
            "3",
            width,
            width,
            "息要素不全。",
            "    第二段落从这里开始写起并且继续写下去",
        ]
    )
    assert normalise(text).text.count("\n") == 1


def test_a_number_alone_after_a_finished_line_of_prose_is_a_page_number() -> None:
    text = "信息公开目录更新不够及时有的栏目长期没有内容。\n12\n公开的形式还比较单一群众不容易看到公开的信息。"
    assert "12" not in normalise(text).text


def test_numbers_of_a_table_stay() -> None:
    text = "主动公开政府信息数\n条\n12\n回应公众关注热点数\n次\n3\n"
    assert normalise(text).text == text


def test_a_page_number_at_the_very_end_goes() -> None:
    assert (
        normalise("信息公开目录更新不够及时有的栏目长期没有内容。\n7")
        .text.rstrip()
        .endswith("内容。")
    )


def test_an_empty_text_has_an_empty_form() -> None:
    normal = normalise("")
    assert (normal.text, normal.source(0)) == ("", 0)
