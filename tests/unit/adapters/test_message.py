"""The prepared skeleton gives what the standard library reads back as the same message."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.mail import OutgoingMail, build_message
from server.errors import InvalidInput

MAIL = OutgoingMail(
    message_id="<reminder.7.2026-11-23.morning@office.example>",
    date=datetime(2026, 11, 23, 1, 30, tzinfo=UTC),
    from_address="duban@office.example",
    from_name="张村镇政府信息公开领导小组办公室",
    to_address="zhangsan@example.gov.cn",
    to_name="张三",
    subject="【督办】2026年度政府信息公开工作年度报告：还有 12 个工作日",
    text="张三同志：\n\n请于2027年1月31日（周日）前报送。\n",
    html="<p>张三同志：</p>\n<p>请于<b>2027年1月31日</b>前报送。</p>\n",
)
LINE_BREAKS = "\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
headers = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120)
bodies = st.text(st.characters(exclude_categories=["Cs"]), max_size=2000)


def parsed(mail: OutgoingMail) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(build_message(mail), policy=policy.default))


def canonical(text: str) -> str:
    return re.sub("\r\n|\r|\n", "\r\n", text)


def mailbox(mail: OutgoingMail, header: str) -> tuple[str, str]:
    """Name and address; the name by the older reader, for the newer puts a space between words."""
    (found,) = cast("AddressHeader", parsed(mail)[header]).addresses
    raw = message_from_bytes(build_message(mail))[header]
    name = str(make_header(decode_header(raw.rpartition("<")[0].replace("\r\n", ""))))
    return name.removesuffix(" "), found.addr_spec


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    content = found.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def test_a_message_reads_back_as_it_was_meant() -> None:
    message = parsed(MAIL)
    assert message.defects == []
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"].datetime == MAIL.date
    assert message["Subject"] == MAIL.subject
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]
    assert part(message, "plain") == canonical(MAIL.text)
    assert part(message, "html") == canonical(MAIL.html)


def test_sender_and_recipient_keep_name_and_address() -> None:
    assert mailbox(MAIL, "From") == (MAIL.from_name, MAIL.from_address)
    assert mailbox(MAIL, "To") == (MAIL.to_name, MAIL.to_address)


def test_a_recipient_without_a_name_is_the_bare_address() -> None:
    assert b"To: zhangsan@example.gov.cn\r\n" in build_message(replace(MAIL, to_name=""))


def test_the_same_mail_gives_the_same_bytes() -> None:
    assert build_message(MAIL) == build_message(replace(MAIL))


@given(subject=headers, name=headers)
def test_any_text_survives_the_headers(subject: str, name: str) -> None:
    mail = replace(MAIL, subject=subject, to_name=name)
    message = parsed(mail)
    assert message.defects == []
    assert str(message["Subject"]) == subject
    assert mailbox(mail, "To") == (name.strip(), MAIL.to_address)


@given(text=bodies, html=bodies)
def test_any_text_survives_the_bodies(text: str, html: str) -> None:
    message = parsed(replace(MAIL, text=text, html=html))
    assert part(message, "plain") == canonical(text)
    assert part(message, "html") == canonical(html)


@given(subject=headers, name=headers, text=bodies)
def test_the_bytes_are_7_bit_clean_short_crlf_lines(subject: str, name: str, text: str) -> None:
    data = build_message(replace(MAIL, subject=subject, from_name=name, text=text))
    assert data.isascii()
    assert data.endswith(b"\r\n")
    assert re.search(rb"[^\r]\n|\r[^\n]", data) is None
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert not any(line.startswith(b".") for line in data.split(b"\r\n"))


@pytest.mark.parametrize("field", ["subject", "from_name", "to_name"])
@pytest.mark.parametrize("character", [*LINE_BREAKS, "\x00", "\x7f", "\ud800"])
def test_a_header_cannot_be_injected(field: str, character: str) -> None:
    with pytest.raises(InvalidInput):
        build_message(replace(MAIL, **{field: f"你好{character}Bcc: spy@example.com"}))


@pytest.mark.parametrize("field", ["from_address", "to_address"])
def test_an_address_must_be_one_plain_address(field: str) -> None:
    with pytest.raises(InvalidInput):
        build_message(replace(MAIL, **{field: "a@example.cn, b@example.cn"}))


@pytest.mark.parametrize(
    "message_id",
    ["", "7@office.example", "<7@office.example>\r\nBcc: x@y.cn", "<一@office.example>"],
)
def test_a_message_id_must_have_the_form_of_one(message_id: str) -> None:
    with pytest.raises(InvalidInput):
        build_message(replace(MAIL, message_id=message_id))


def test_the_date_keeps_its_zone() -> None:
    shanghai = timezone(timedelta(hours=8))
    data = build_message(replace(MAIL, date=MAIL.date.astimezone(shanghai)))
    assert b"Date: Mon, 23 Nov 2026 09:30:00 +0800\r\n" in data
