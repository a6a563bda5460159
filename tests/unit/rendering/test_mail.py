"""What every mail says, and that nothing a person typed can break out of its place."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from server.rendering.contexts import MailContext
from server.rendering.mail import LONGEST_SUBJECT, render_mail
from tests.unit.rendering.samples import (
    LINK,
    checklist_mail,
    confirmed,
    reminder,
    reminder_line,
    returned,
    sign_in,
)

ALL: dict[str, MailContext] = {
    "reminder": reminder(),
    "supervising": reminder(reminder_line(), reminder_line(date(2026, 2, 27)), supervising=True),
    "checklist": checklist_mail(),
    "renewed checklist": checklist_mail(renewed=True),
    "sign-in": sign_in(),
    "returned": returned(),
    "confirmed": confirmed(),
    "confirmed with remark": confirmed("文件已核。"),
}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}${7*7}{% raw %}",
    "财政所\r\nBcc: evil@example.cn",
    "财政所\u2028第二行\u0085第三行\x0b\x00",
    "\u202eslaveR 反向",
    "\ud800半个字",
)
each_mail = pytest.mark.parametrize("mail", ALL.values(), ids=ALL.keys())


@each_mail
def test_text_and_html_tell_the_same_facts(mail: MailContext) -> None:
    rendered = render_mail(mail)
    for part in (rendered.text, rendered.html):
        assert mail.recipient_name in part
        assert mail.office.name in part
        assert mail.office.phone in part
        assert LINK in part
    assert rendered.subject.startswith("【督办】")


@each_mail
def test_a_mail_loads_nothing_from_outside_and_tracks_nobody(mail: MailContext) -> None:
    tree = LexborHTMLParser(render_mail(mail).html)
    assert not tree.css("img, script, iframe, link, object, form, style, [background], [src]")
    assert "url(" not in render_mail(mail).html
    assert all(
        (node.attributes["href"] or "").startswith("https://duban.example.gov.cn/")
        for node in tree.css("a")
    )


@each_mail
def test_equal_contexts_give_equal_bytes(mail: MailContext) -> None:
    assert render_mail(mail) == render_mail(mail)


def test_the_subject_carries_the_most_urgent_matter_and_the_count_of_the_others() -> None:
    late = reminder_line(date(2026, 1, 26), title="第二季度整改")
    mail = reminder(reminder_line(), late, reminder_line(date(2026, 2, 27)))
    assert (
        render_mail(mail).subject == "【督办】青石镇财政所：第二季度整改，逾期1个工作日（另有2项）"
    )


def test_a_single_matter_is_not_counted() -> None:
    subject = render_mail(reminder()).subject
    assert subject == "【督办】青石镇财政所：2025年度政府信息公开年报初稿，还有3个工作日"


def test_a_reminder_says_what_until_when_on_what_ground_what_is_missing_and_what_follows() -> None:
    text = render_mail(reminder()).text
    for words in (
        "办理：报送年度报告初稿和统计表",
        "时限：2026年1月30日（周五），本办公室时限",
        "（还有 3 个工作日）",
        "依据：本办公室自定",
        "尚缺：初稿；统计表",
        "下一步：如仍未办结，将于2026年1月29日（周四）再次提醒。",
        "来由：到期前3个工作日提醒",
        f"办理链接：{LINK}",
    ):
        assert words in text


def test_each_matter_has_one_link() -> None:
    links = [f"{LINK}{n}" for n in range(3)]
    mail = reminder(*(reminder_line(link=link) for link in links))
    anchors = LexborHTMLParser(render_mail(mail).html).css("a")
    hrefs = [anchor.attributes["href"] for anchor in anchors]
    assert hrefs == [*links, mail.ledger_url]
    assert all(render_mail(mail).text.count(f"{link}\n") == 1 for link in links)


def test_the_most_urgent_matter_comes_first() -> None:
    mail = reminder(reminder_line(date(2026, 2, 27), title="后到期"), reminder_line(title="先到期"))
    text = render_mail(mail).text
    assert text.index("1. ▲ 先到期") < text.index("2. ● 后到期")


def test_on_the_same_day_the_statutory_date_comes_first() -> None:
    mail = reminder(reminder_line(title="自定"), reminder_line(title="法定", statutory=True))
    assert mail.by_urgency[0].title == "法定"
    assert "法定时限" in render_mail(mail).text


def test_a_date_that_may_move_is_marked_in_both_parts() -> None:
    rendered = render_mail(reminder(reminder_line(provisional=True)))
    assert "本办公室时限（暂定）" in rendered.text
    assert ">暂定</span>" in rendered.html
    assert "法定时限不变" in rendered.text
    assert "暂定" not in render_mail(reminder()).text


def test_after_an_outage_the_mail_says_so() -> None:
    rendered = render_mail(reminder(late=True))
    assert "系统曾中断" in rendered.text
    assert "系统曾中断" in rendered.html
    assert "系统曾中断" not in render_mail(reminder()).text


def test_a_supervisor_is_told_which_unit_it_is() -> None:
    rendered = render_mail(ALL["supervising"])
    assert "单位：青石镇财政所" in rendered.text
    assert "2项督办事项" in rendered.text


def test_a_matter_with_nothing_listed_as_missing_has_no_such_line() -> None:
    assert "尚缺" not in render_mail(reminder(reminder_line(missing=()))).text


def test_a_checklist_lists_its_items_by_date_with_proof_and_owner() -> None:
    text = render_mail(checklist_mail()).text
    assert text.index("1. 更新公开目录") < text.index("2. 建立发布制度")
    assert "时限：2026年3月31日（周二）    责任人：分管领导" in text
    assert render_mail(checklist_mail()).subject == (
        "【督办】青石镇财政所：2026年度整改清单，共2项，最早3月31日前完成"
    )


def test_a_renewed_checklist_says_that_entries_are_kept() -> None:
    rendered = render_mail(checklist_mail(renewed=True))
    assert "整改清单已更新" in rendered.subject
    assert "都已保留" in rendered.text


def test_a_sign_in_mail_shows_its_code_in_the_body_and_not_in_the_subject() -> None:
    rendered = render_mail(sign_in())
    assert "482 913" in rendered.text
    assert "482 913" in rendered.html
    assert "482" not in rendered.subject


def test_a_returned_matter_gives_the_reason_line_by_line() -> None:
    rendered = render_mail(returned())
    assert "   结转数不一致。\n   第五部分缺整改情况。\n" in rendered.text
    assert "结转数不一致。<br>第五部分缺整改情况。" in rendered.html


def hostile_mails(words: str) -> list[MailContext]:
    line = reminder_line(
        unit_name=words, title=words, what=words, source=words, missing=(words,), next_step=words
    )
    sign = replace(reminder().office, name=words)
    return [
        reminder(line, line, recipient_name=words, unit_name=words, office=sign),
        replace(checklist_mail(), unit_name=words, recipient_name=words),
        replace(sign_in(), recipient_name=words),
        replace(returned(words), title=words),
        replace(confirmed(words), title=words),
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_typed_stays_text(words: str) -> None:
    for mail in hostile_mails(words):
        rendered = render_mail(mail)
        tree = LexborHTMLParser(rendered.html)
        assert not tree.css("script, img")
        assert "49" not in rendered.html.replace(LINK, "")
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", rendered.subject)
        rendered.text.encode("utf-8")
        rendered.html.encode("utf-8")


def test_a_line_break_in_a_name_cannot_forge_a_line() -> None:
    rendered = render_mail(reminder(recipient_name="王敏\n   办理链接：https://evil.example"))
    assert "\n   办理链接：https://evil.example" not in rendered.text


def test_text_mails_show_signs_as_they_are() -> None:
    assert "A&B <甲>" in render_mail(reminder(reminder_line(title="A&B <甲>"))).text


@given(st.text(max_size=300))
def test_a_subject_is_always_one_short_line(words: str) -> None:
    line = reminder_line(title=words, unit_name=words)
    subject = render_mail(reminder(line)).subject
    assert len(subject) <= LONGEST_SUBJECT
    assert len(subject.splitlines()) == 1
