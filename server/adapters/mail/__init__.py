"""Mail by SMTP: where to (`url`), what (`message`), and how, stage by stage (`connection`), on
several connections in step (`lines`)."""

from server.adapters.mail.connection import MailConnection
from server.adapters.mail.lines import Enveloped, MailLines
from server.adapters.mail.message import OutgoingMail, build_message
from server.adapters.mail.session import Timeouts
from server.adapters.mail.url import Encryption, SmtpUrl, parse_smtp_url

__all__ = [
    "Encryption",
    "Enveloped",
    "MailConnection",
    "MailLines",
    "OutgoingMail",
    "SmtpUrl",
    "Timeouts",
    "build_message",
    "parse_smtp_url",
]
