"""What a robot says in each platform's form."""

import json
from datetime import date
from typing import Any

import pytest

from server.domain.channels import ChannelKind
from server.domain.lights import light_on
from server.rendering.robots import LIMITS, RobotLine, RobotNote, body
from server.services import rulebook

TODAY = date(2026, 3, 2)
LINK = "https://duban.example/matters/7"


def line(
    title: str = "2025年度政府信息公开年报公布", due_on: date = date(2026, 3, 31)
) -> RobotLine:
    reading = light_on(due_on, TODAY, rulebook.calendar(), rulebook.lights())
    return RobotLine("财政局", title, due_on, reading, LINK, 7, "before-7")


def note(*lines: RobotLine, text: str = "") -> RobotNote:
    home = "https://duban.example/matters"
    return RobotNote(
        "reminders", "【督办】待办", "青石镇", lines, text, home, "2026-03-02T09:30:00"
    )


def said(kind: ChannelKind, what: RobotNote) -> Any:
    return json.loads(body(kind, what))


def test_dingtalk_and_wecom_get_markdown_with_the_link_to_the_page() -> None:
    ding = said(ChannelKind.DINGTALK, note(line()))
    assert ding["markdown"]["title"] == "【督办】待办"
    assert f"[办理]({LINK})" in ding["markdown"]["text"]
    assert "还有21个工作日｜财政局" in ding["markdown"]["text"]
    assert f"[办理]({LINK})" in said(ChannelKind.WECOM, note(line()))["markdown"]["content"]


def test_words_of_people_are_no_markup() -> None:
    evil = line("[点我](https://evil.example) @所有人 <font>\n# 大字")
    text = said(ChannelKind.WECOM, note(evil))["markdown"]["content"]
    assert "[点我](" not in text
    assert "\\[点我\\]\\(https" in text
    assert "\n# 大字" not in text
    assert "\\<font\\>" in text


def test_feishu_gets_a_post_whose_words_are_words() -> None:
    told = said(ChannelKind.FEISHU, note(line("[x](y)"), text="请办\n尽快"))
    content = told["content"]["post"]["zh_cn"]["content"]
    assert [row[0]["text"] for row in content[:2]] == ["请办", "尽快"]
    assert "[x](y)" in content[2][0]["text"]
    assert content[2][1] == {"tag": "a", "text": "办理", "href": LINK}


def test_another_system_gets_plain_facts_of_every_line() -> None:
    told = said(ChannelKind.WEBHOOK, note(*[line()] * 50))
    assert (told["type"], len(told["items"])) == ("reminders", 50)
    assert told["items"][0] == {
        "matter_id": 7,
        "unit": "财政局",
        "title": "2025年度政府信息公开年报公布",
        "due_on": "2026-03-31",
        "light": "green",
        "status": "还有 21 个工作日",
        "stage": "before-7",
        "url": LINK,
    }


@pytest.mark.parametrize("kind", [ChannelKind.DINGTALK, ChannelKind.WECOM, ChannelKind.FEISHU])
@pytest.mark.parametrize("count", [0, 1, 25, 300])
def test_what_is_too_long_is_cut_and_counted(kind: ChannelKind, count: int) -> None:
    content = body(kind, note(*[line("长" * 100)] * count, text="说" * 100))
    assert len(content) <= LIMITS[kind]
    assert (f"另有 {count - 20} 项" in content.decode()) == (
        count > 20 and kind is not ChannelKind.WECOM
    )
