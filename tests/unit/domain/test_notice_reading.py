"""Reading the State Council's notices as published, and refusing what contradicts itself."""

from datetime import date, timedelta

import pytest

from server.adapters.calendar_source import work_calendar
from server.domain.calendars import WorkCalendar
from server.domain.notice_judging import ReadNotice
from server.domain.notice_reading import read_notice, year_told
from server.domain.notice_tables import table_notice
from server.domain.notices import confirmed_by
from server.errors import InvalidInput
from server.services.holiday_notices import statutory
from tests.notice_texts import INVENTED_2027, PUBLISHED_2023, PUBLISHED_2024, PUBLISHED_2026


def different_days(before: WorkCalendar, after: WorkCalendar, year: int) -> list[date]:
    days = (date(year - 1, 12, 1) + timedelta(ahead) for ahead in range(31 + 365 + 31))
    return [day for day in days if before.is_workday(day) != after.is_workday(day)]


@pytest.mark.parametrize(
    ("text", "year", "number"),
    [
        (PUBLISHED_2026, 2026, "国办发明电〔2025〕7号"),
        (PUBLISHED_2024, 2024, "国办发明电〔2023〕7号"),
        (PUBLISHED_2023, 2023, "国办发明电〔2022〕16号"),
    ],
)
def test_a_published_notice_gives_the_very_days_that_the_package_knows(
    text: str, year: int, number: str
) -> None:
    read = read_notice(text)
    assert (read.year, read.number, read.problems) == (year, number, ())
    calendar = work_calendar()
    assert different_days(calendar, confirmed_by(calendar, read.notice), year) == []


def test_a_text_in_one_line_reads_like_one_in_many() -> None:
    assert (
        read_notice(PUBLISHED_2026.replace("\n", " ")).notice == read_notice(PUBLISHED_2026).notice
    )


def test_a_sentence_that_arranges_nothing_is_passed_over_and_told() -> None:
    read = read_notice(PUBLISHED_2024)
    assert date(2024, 2, 9) not in read.notice.days_off
    assert [each for each in read.passed_over if "除夕" in each]


def test_the_source_names_title_and_number() -> None:
    source = read_notice(PUBLISHED_2026).notice.source
    assert source == "国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）"


def test_year_and_number_may_be_given_beside_the_text() -> None:
    items = INVENTED_2027.partition("号\n")[2]
    assert year_told(items) is None
    read = read_notice(items, year=2027, number="国办发明电〔2026〕9号")
    assert read.notice == read_notice(INVENTED_2027).notice


def test_without_a_year_nothing_is_read() -> None:
    read = read_notice("一、元旦：1月1日放假。")
    assert read.holidays == ()
    assert "没有找到标题" in read.problems[0]
    with pytest.raises(InvalidInput, match="没有找到标题"):
        assert read.notice


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("放假调休，共8天", "放假调休，共7天", "写明共7天，但2027年2月5日（周五）至"),
        ("1月30日（周六）", "1月30日（周日）", "写的是1月30日（周日），而2027年1月30日（周六）"),
        ("5月8日（周六）", "5月7日（周五）", "调休上班日2027年5月7日（周五）不是周末"),
        ("1月30日（周六）", "1月2日（周六）", "2027年1月2日（周六）既列为放假又列为上班"),
        ("五、端午节：6月9日（周三）放假1天，不调休。\n", "", "缺少端午节的安排"),
        ("六、中秋节：9月15日", "六、端午节：9月15日", "端午节出现了不止一次"),
        ("国办发明电〔2026〕9号", "", "没有找到文号"),
        ("6月9日（周三）放假1天，不调休", "另行通知", "“端午节”一项没有写明放假的日期"),
        ("4月3日（周六）至5日", "4月31日（周六）至5日", "“清明节”中的“4月31日”不存在"),
        ("二、春节：2月5日", "二、春节：5日", "“春节”中的“？月5日”不存在"),
        ("六、中秋节：9月15日（周三）", "六、中秋节：2029年9月15日（周六）", "不在2027年前后"),
        ("9月15日（周三）", "9月16日（周四）", "是法定节日（中秋节），通知里却没有"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused_with_place_and_remedy(
    before: str, after: str, complaint: str
) -> None:
    assert before in INVENTED_2027
    read = read_notice(INVENTED_2027.replace(before, after, 1), statutory=statutory(2027))
    assert complaint in "\n".join(read.problems)
    with pytest.raises(InvalidInput):
        assert read.notice


def test_a_span_mistyped_by_months_is_cut_and_refused() -> None:
    read = read_notice(INVENTED_2027.replace("2月5日（农历除夕、周五）至12日", "2月5日至9月12日"))
    assert any("是16天" in each for each in read.problems)


def test_more_free_days_than_the_law_grants_are_doubted_not_refused() -> None:
    read = read_notice(INVENTED_2027, statutory=statutory(2027))
    assert (read.problems, read.doubts) == ((), ())
    freer = read_notice(INVENTED_2027.replace("9月26日（周日）、", ""))
    assert "全年减少的工作日是 14 天" in freer.doubts[0]
    assert freer.notice


def test_the_count_of_free_days_holds_only_since_the_law_of_2025() -> None:
    assert read_notice(PUBLISHED_2023).doubts == ()


HEADS = ["日期", "安排", "节日"]


def rows(text: str) -> list[list[str]]:
    notice = read_notice(text).notice
    off = [[day.isoformat(), "放假", name] for day, name in notice.days_off.items()]
    worked = [
        [day.isoformat(), "上班", each.title]
        for each in read_notice(text).holidays
        for day in each.working
    ]
    return [HEADS, *off, *worked, ["", "", ""]]


def table(changed: list[list[str]]) -> ReadNotice:
    return table_notice(changed, year=None, number="国办发明电〔2026〕9号")


def test_a_table_says_the_same_as_the_text() -> None:
    assert table(rows(INVENTED_2027)).notice == read_notice(INVENTED_2027).notice


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (["2027-13-01", "放假", "元旦"], "表格第 2 行的日期“2027-13-01”认不出"),
        (["元旦", "放假", "元旦"], "表格第 2 行的日期“元旦”认不出"),
        (["2027/1/1", "放假", "生日"], "表格第 2 行的节日“生日”认不出"),
        (["2027.1.1", "放假", ""], "表格第 2 行的节日“”认不出"),
        (["2027年1月1日", "休息", "元旦"], "表格第 2 行的安排“休息”认不出"),
        (["2027-01-31", "上班", "元旦"], "“元旦”只有上班日，没有放假日"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: list[str], complaint: str) -> None:
    assert complaint in "\n".join(table([HEADS, row]).problems)


def test_a_table_without_its_columns_says_which_it_lacks() -> None:
    assert table([["日期", "安排"]]).problems == (
        "表格第 1 行缺少“节日”列，应有“日期、安排、节日”三列。",
    )
    assert "日期、安排、节日" in table([]).problems[0]
