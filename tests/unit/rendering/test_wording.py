"""How both languages say dates, counts, codes and what other layers composed."""

from datetime import date

import pytest

from server.errors import InvalidInput
from server.locale.catalogue import Language, language_named
from server.rendering.pages import WORDS
from server.rendering.wording import Wording

CHINESE, ENGLISH = (Wording(language, WORDS) for language in Language)
DAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("还有 1 个工作日", "1 working day left"),
        ("还有 12 个工作日", "12 working days left"),
        ("逾期 3 个工作日", "3 working days overdue"),
        ("今天到期", "due today"),
        ("2026年度政府信息公开年报修改重报", "Annual report for 2026: Resubmission"),
        ("整改事项 2025-QS07-01", "Commitment 2025-QS07-01"),
        ("最近一次备份是 3 小时前。", "The last backup was 3 hours ago."),
        (
            "这些内容缺少或格式不对：年度、页码。请返回更正。",
            "Missing or malformed: Year, page. Go back and correct it.",
        ),
        ("到期前1个工作日提醒", "reminder 1 working day before the deadline"),
    ],
)
def test_a_sentence_that_other_layers_composed_is_told_in_english(
    chinese: str, english: str
) -> None:
    assert ENGLISH.text(chinese) == english
    assert CHINESE.text(chinese) == chinese


@pytest.mark.parametrize("words", ["", "青石镇财政局", "还有几个工作日", "<b>还有 3 个工作日</b>"])
def test_what_people_wrote_stays_as_it_is(words: str) -> None:
    assert ENGLISH.text(words) == words


def test_an_error_is_told_in_the_language_of_the_page() -> None:
    assert ENGLISH.text(InvalidInput("没有填写任何新日期。")) == "No new date was entered."
    assert CHINESE.text(InvalidInput("没有填写任何新日期。")) == "没有填写任何新日期。"


def test_one_chinese_word_has_the_english_that_its_family_needs() -> None:
    assert ENGLISH.text("签收") == "Acknowledge"
    assert ENGLISH.word("acknowledge", "act") == "acknowledged by"
    assert CHINESE.word("acknowledge", "act") == "签收"


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert ENGLISH.word("mystery", "act") == "mystery"
    assert ENGLISH.word(None, "kind") == ""


def test_dates_are_written_as_each_language_writes_them() -> None:
    assert (CHINESE.day(DAY), ENGLISH.day(DAY)) == ("2026年1月31日（周六）", "31 Jan 2026 (Sat)")
    assert (CHINESE.short_day(DAY), ENGLISH.short_day(DAY)) == ("1月31日 周六", "31 Jan, Sat")
    assert (CHINESE.month_day(DAY), ENGLISH.month_day(DAY)) == ("1月31日", "31 Jan")


def test_short_names_of_entries_keep_their_numbers() -> None:
    assert [ENGLISH.tag(each) for each in ("问1", "措12", "弃")] == ["P1", "M12", "D"]
    assert CHINESE.tag("问1") == "问1"


@pytest.mark.parametrize(
    ("remembered", "language"),
    [("en", Language.ENGLISH), ("zh", Language.CHINESE), ("fr", Language.CHINESE),
     ("", Language.CHINESE), (None, Language.CHINESE)],
)  # fmt: skip
def test_whatever_is_not_known_is_chinese(remembered: str | None, language: Language) -> None:
    assert language_named(remembered) is language
