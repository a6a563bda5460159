"""Mail that came back: proved ours by its signed address, told to others once, junk ignored."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from server.adapters.mail.bounce_mailbox import MailboxFault, parse_imap_url, unseen
from server.clock import utc_now
from server.db.engine import transaction
from server.domain.bounces import BounceVerdict, bounce_address
from server.domain.delivery import Accepted
from server.errors import InvalidInput
from server.services import bounces
from tests.integration.test_delivery_ledger import attempt
from tests.ledger import Town, found_town, opened

SECRET = "k" * 43
BASE = "tuixin@office.example"


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        town = found_town(engine, 2)
        town.owe()
        town.gather()
        yield town


def notification(
    message: int, *, action: str = "failed", status: str = "5.1.1", secret: str = SECRET
) -> bytes:
    """A delivery status notification as a mail server writes it (RFC 3464)."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"], whole["To"] = "MAILER-DAEMON@unit.cn", bounce_address(BASE, secret, message)
    whole["Auto-Submitted"] = "auto-replied"
    whole.attach(MIMEText("很抱歉，您的邮件没有送达。", "plain", "utf-8"))
    about, person = Message(), Message()
    about["Reporting-MTA"] = "dns; mx.unit.cn"
    person["Final-Recipient"] = "rfc822; officer1@unit.cn"
    person["Action"], person["Status"] = action, status
    person["Diagnostic-Code"] = "smtp; 550 no such user"
    report = MIMEMessage(about, "delivery-status")
    report.set_payload([about, person])
    whole.attach(report)
    return whole.as_bytes()


def plain(message: int, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "zhang@unit.cn", bounce_address(BASE, SECRET, message)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("我在休假，1月5日回来。")
    return mail.as_bytes()


def take(town: Town, raw: bytes, **values: object) -> BounceVerdict:
    with transaction(town.engine) as session:
        moment = values.pop("now", utc_now())
        return bounces.take(session, raw, SECRET, now=moment, **values)  # type: ignore[arg-type]


def sent(town: Town) -> int:
    return attempt(town, Accepted(250, "ok")).id


def fate(town: Town, message: int) -> str:
    found: str = town.value("SELECT delivery FROM message WHERE id = :id", id=message)
    return found


def test_a_mail_that_comes_back_is_told_to_the_office_in_the_same_transaction(town: Town) -> None:
    message = sent(town)
    assert take(town, notification(message)) is BounceVerdict.BOUNCED
    assert fate(town, message) == "bounced"
    assert town.outcomes() == {"undelivered": 1, "pending": 3}
    assert town.rows("SELECT address, state FROM suppression") == [("officer1@unit.cn", "suspect")]
    assert town.value("SELECT state FROM message WHERE id = :id", id=message) == "sent"


def test_the_same_news_again_changes_nothing(town: Town) -> None:
    message = sent(town)
    take(town, notification(message))
    assert take(town, notification(message)) is BounceVerdict.REPEATED
    assert town.outcomes() == {"undelivered": 1, "pending": 3}
    assert town.value("SELECT failures FROM suppression") == 1
    assert town.events(message) == ["sent", "bounced"]


def test_a_delay_is_noted_and_nobody_is_told(town: Town) -> None:
    message = sent(town)
    raw = notification(message, action="delayed", status="4.4.1")
    assert take(town, raw) is BounceVerdict.DELAYED
    assert take(town, raw) is BounceVerdict.REPEATED
    assert fate(town, message) == "delayed"
    assert town.outcomes() == {"mailed": 1, "pending": 1}
    assert take(town, notification(message)) is BounceVerdict.BOUNCED


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Auto_Submitted": "auto-replied"}, BounceVerdict.AUTO_REPLY),
        ({"Precedence": "auto_reply"}, BounceVerdict.AUTO_REPLY),
        ({"X_Autoreply": "yes"}, BounceVerdict.AUTO_REPLY),
        ({"Subject": "退信"}, BounceVerdict.UNCLEAR),
    ],
)
def test_out_of_office_is_no_bounce_and_what_we_cannot_read_is_kept_for_a_person(
    town: Town, headers: dict[str, str], verdict: BounceVerdict
) -> None:
    message = sent(town)
    assert take(town, plain(message, **headers)) is verdict
    assert fate(town, message) == "unknown"
    assert town.events(message) == ["sent", *(["unclear"] if verdict == "unclear" else [])]


def test_a_full_mailbox_does_not_make_the_address_suspect(town: Town) -> None:
    message = sent(town)
    assert take(town, notification(message, status="5.2.2")) is BounceVerdict.BOUNCED
    assert town.value("SELECT count(*) FROM suppression") == 0


def test_what_we_did_not_sign_changes_nothing_and_is_counted(town: Town) -> None:
    message = sent(town)
    forged = notification(message, secret="another secret")
    for raw in (forged, b"", b"\0\xff" * 99, b"To: tuixin@office.example\r\n\r\nhello"):
        assert take(town, raw) is BounceVerdict.FORGED
    assert take(town, notification(999999)) is BounceVerdict.FORGED
    assert fate(town, message) == "unknown"
    assert town.rows("SELECT verdict, count FROM bounce_count") == [("forged", 5)]


def test_news_after_a_week_is_not_believed(town: Town) -> None:
    message = sent(town)
    later = utc_now() + timedelta(days=8)
    assert take(town, notification(message), now=later) is BounceVerdict.EXPIRED
    assert fate(town, message) == "unknown"


def test_the_mail_servers_own_word_of_the_recipient_counts_before_the_headers(town: Town) -> None:
    message = sent(town)
    raw = notification(message)
    other = bounce_address(BASE, "another secret", message)
    assert take(town, raw, recipient=other) is BounceVerdict.FORGED
    mine = bounce_address(BASE, SECRET, message)
    assert take(town, raw, recipient=mine) is BounceVerdict.BOUNCED


def test_hostile_mail_takes_bounded_time_and_changes_nothing(town: Town) -> None:
    message = sent(town)
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(1000)
    )
    to = f"To: {bounce_address(BASE, SECRET, message)}\r\n".encode()
    began = time.monotonic()
    take(town, to + nested)
    take(town, to + b"Subject: x\r\n\r\n" + b"A" * 5_000_000)
    assert time.monotonic() - began < 20
    assert fate(town, message) == "unknown"


class Imap(socketserver.StreamRequestHandler):
    """As much of an IMAP server as the product speaks to."""

    mails: list[bytes]
    seen: set[int]

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            if not self.answer(tag, rest):
                return

    def answer(self, tag: str, rest: str) -> bool:
        word = rest.upper()
        if word.startswith("LOGIN") and "geheim" not in rest:
            self.say(f"{tag} NO wrong password")
            return True
        if word.startswith("CAPABILITY"):
            self.say("* CAPABILITY IMAP4rev1")
        if word.startswith("UID SEARCH"):
            left = [str(n) for n in range(1, len(self.mails) + 1) if n not in self.seen]
            self.say(f"* SEARCH {' '.join(left)}")
        if word.startswith("UID FETCH"):
            number = int(rest.split()[2])
            mail = self.mails[number - 1]
            self.say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(mail)}}}")
            self.wfile.write(mail)
            self.say(")")
        if word.startswith("UID STORE"):
            self.seen.add(int(rest.split()[2]))
        self.say("* BYE" if word == "LOGOUT" else f"{tag} OK done")
        return word != "LOGOUT"

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def imap(mails: list[bytes], seen: set[int]) -> Iterator[str]:
    handler = type("Box", (Imap,), {"mails": mails, "seen": seen})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_returned_mail_is_fetched_once_from_its_mailbox(town: Town) -> None:
    message = sent(town)
    mails, seen = [notification(message), plain(message, Subject="x")], set[int]()
    with imap(mails, seen) as place:
        url = parse_imap_url(f"imap://tuixin:geheim@{place}/INBOX")
        taken = [take(town, raw) for raw in unseen(url)]
        again = list(unseen(url))
    assert taken == [BounceVerdict.BOUNCED, BounceVerdict.UNCLEAR]
    assert (seen, again) == ({1, 2}, [])


def test_a_mail_whose_handling_stops_is_fetched_again() -> None:
    seen = set[int]()
    with imap([b"a", b"b"], seen) as place:
        for _ in unseen(parse_imap_url(f"imap://tuixin:geheim@{place}")):
            break
    assert seen == set()


def test_a_mailbox_that_refuses_us_names_the_setting() -> None:
    with imap([], set()) as place, pytest.raises(MailboxFault, match="DUBAN_BOUNCE_IMAP_URL"):
        list(unseen(parse_imap_url(f"imap://tuixin:wrong@{place}")))


@pytest.mark.parametrize("text", ["", "https://a.cn", "imaps://a.cn", "imap://u:p@mail.gov.cn"])
def test_a_wrong_address_of_the_mailbox_names_the_setting(text: str) -> None:
    with pytest.raises(InvalidInput, match="DUBAN_BOUNCE_IMAP_URL"):
        parse_imap_url(text)


def test_the_mailboxes_password_never_reaches_a_log() -> None:
    assert "geheim" not in repr(parse_imap_url("imaps://u:geheim@mail.gov.cn"))
