"""A calendar file by the rules of RFC 5545, and as a reader of calendars understands it."""

import re
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from server.domain.feeds import Bell
from server.rendering.ics import CalendarEntry, Reader, calendar_file

READER = Reader("督办：财政局 张敏", "https://duban.example/")
MOVED = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def entry(**changes: object) -> CalendarEntry:
    values: dict[str, object] = {
        "uid": "matter-7@office.example",
        "on": date(2026, 3, 31),
        "title": "2025年度政府信息公开年报公布，含“主动公开；依申请公开”",
        "said": ("依据：条例第四十九条", "尚缺：" + "年度报告的公布网址、" * 20),
        "link": "https://duban.example/matters/7",
        "sequence": 2,
        "modified_at": MOVED,
        "bells": (Bell(date(2026, 3, 20), "到期前7个工作日提醒"),),
    }
    return CalendarEntry(**(values | changes))  # type: ignore[arg-type]  # named by the test


def events(content: bytes) -> list[Event]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_every_line_ends_with_crlf_and_holds_at_most_75_octets() -> None:
    content = calendar_file(READER, [entry()])
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two by a fold


def test_a_file_names_itself_and_each_required_property_once() -> None:
    unfolded = re.sub(r"\r\n[ \t]", "", calendar_file(READER, [entry()]).decode())
    head, event = unfolded.split("BEGIN:VEVENT")
    for name in ("VERSION:2.0", "PRODID:", "METHOD:PUBLISH", "X-WR-CALNAME:督办：财政局 张敏"):
        assert head.count(f"\r\n{name}") == 1, name
    for name in ("UID:", "DTSTAMP:20260302T013000Z", "DTSTART;VALUE=DATE:20260331"):
        assert event.count(f"\r\n{name}") == 1, name
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT6H" in head


def test_an_entry_is_the_whole_day_of_its_deadline() -> None:
    (event,) = events(calendar_file(READER, [entry()]))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 3, 31), date(2026, 4, 1))
    assert event["SEQUENCE"] == 2
    assert event["LAST-MODIFIED"].dt == MOVED
    assert event["TRANSP"] == "TRANSPARENT"


def test_what_an_entry_says_comes_back_as_it_was_written() -> None:
    written = entry()
    (event,) = events(calendar_file(READER, [written]))
    assert event["SUMMARY"] == written.title
    assert event["DESCRIPTION"].split("\n") == [*written.said, f"办理页面：{written.link}"]


def test_it_rings_at_nine_in_the_morning_of_each_day() -> None:
    bells = (Bell(date(2026, 3, 20), "早"), Bell(date(2026, 3, 31), "当天"))
    (event,) = events(calendar_file(READER, [entry(bells=bells)]))
    rung = [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert rung == [timedelta(days=-11, hours=9), timedelta(hours=9)]


def test_equal_entries_give_equal_bytes_and_none_an_empty_calendar() -> None:
    assert calendar_file(READER, [entry()]) == calendar_file(READER, [entry()])
    assert events(calendar_file(READER, [])) == []
