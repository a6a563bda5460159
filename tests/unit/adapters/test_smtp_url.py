"""The mail server's address: safe by default, each weakening spelled out."""

import ssl

import pytest

from server.adapters.mail import Encryption, parse_smtp_url
from server.errors import InvalidInput


def test_a_full_address_gives_all_its_parts() -> None:
    url = parse_smtp_url(
        "smtp://duban:p%40ss@mail.example.gov.cn:2525?starttls=require&helo=a.b.cn"
    )
    assert (url.host, url.port, url.encryption) == (
        "mail.example.gov.cn",
        2525,
        Encryption.STARTTLS,
    )
    assert (url.user, url.password, url.helo, url.verify) == ("duban", "p@ss", "a.b.cn", True)


@pytest.mark.parametrize(
    ("text", "encryption", "port"),
    [
        ("smtp://mail.example.gov.cn", Encryption.STARTTLS, 587),
        ("smtps://mail.example.gov.cn", Encryption.TLS, 465),
        ("smtp://mail.example.gov.cn?starttls=off", Encryption.NONE, 25),
        ("smtp://127.0.0.1:1025", Encryption.NONE, 1025),
        ("smtp://[::1]:1025", Encryption.NONE, 1025),
        ("smtp://u:p@localhost", Encryption.NONE, 25),
    ],
)
def test_encryption_is_demanded_except_towards_this_machine(
    text: str, encryption: Encryption, port: int
) -> None:
    url = parse_smtp_url(text)
    assert (url.encryption, url.port) == (encryption, port)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://mail.example.gov.cn",
        "smtp://",
        "smtp://mail.example.gov.cn:99999",
        "smtp://mail.example.gov.cn?starttls=maybe",
        "smtp://mail.example.gov.cn?tls=yes",
        "smtp://u:p@mail.example.gov.cn?starttls=off",
        "smtps://mail.example.gov.cn?verify=no",
    ],
)
def test_a_wrong_address_names_the_setting_to_mend(text: str) -> None:
    with pytest.raises(InvalidInput, match="DUBAN_SMTP_URL"):
        parse_smtp_url(text)


def test_certificates_are_checked_unless_switched_off() -> None:
    checked = parse_smtp_url("smtps://mail.example.gov.cn").tls_context()
    assert checked.verify_mode is ssl.CERT_REQUIRED
    assert checked.check_hostname
    unchecked = parse_smtp_url("smtps://mail.example.gov.cn?verify=off").tls_context()
    assert unchecked.verify_mode is ssl.CERT_NONE


def test_the_password_never_reaches_a_log() -> None:
    assert "geheim" not in repr(parse_smtp_url("smtps://duban:geheim@mail.example.gov.cn"))
