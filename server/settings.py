"""Every setting of the installation, read once from the environment by the roots.

Policy (dates, tone, stages) is not here: it lives in the rulebook or in the office's own tables.
"""

from datetime import time
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from server.places import environment_file


class Settings(BaseSettings):
    """The installation's settings; each is `DUBAN_` and its name in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="DUBAN_",
        extra="ignore",
        env_file=environment_file(),
        env_file_encoding="utf-8",
    )

    home: Path = Path(".duban")
    """Where embedded servers and the development mailbox keep their files."""
    database_url: str = ""
    """`postgresql+psycopg://…`; empty means the embedded server of `duban up`."""
    redis_url: str = ""
    smtp_url: str = ""
    """`smtp://user:password@host:port?starttls=require`, or `smtps://…`."""
    smtp_connections: int = Field(default=8, ge=1, le=50)
    """How many connections one worker process keeps to the mail server at most; it makes do with
    fewer where the server allows no more. So many mails may be in doubt after a kill."""
    mail_from: str = "督办系统 <duban@office.example>"
    mail_domain: str = "office.example"
    """Right side of every Message-ID; stable for the life of the installation."""
    bounce_address: str = ""
    """Mailbox for returned mail, e.g. `tuixin@office.example`; its server must take
    `tuixin+anything@…` too. Empty: returned mail goes to the sender and is not counted."""
    bounce_imap_url: str = ""
    """Where workers fetch returned mail: `imaps://user:password@host:993/INBOX`. Empty where the
    mail server pipes it to `duban bounce` instead."""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key_file: Path | None = None
    """Sign mails by DKIM with this RSA or Ed25519 key (PEM). Empty: the relay signs, or nobody."""
    alarm_url: str = ""
    """Where alarms go by a second path, signed as Standard Webhooks describes."""
    alarm_secret: SecretStr = SecretStr("")
    channel_hosts: str = ""
    """Hosts beside the platforms' own to which robots and webhooks may be sent, `host` or
    `host:port`, separated by commas; only these may lie in the inner network."""
    base_url: str = "http://127.0.0.1:8000"
    """What links in mails begin with; never taken from a request."""
    host: str = "127.0.0.1"
    port: int = 8000
    secret_key: SecretStr = SecretStr("")
    """At least 32 characters; signs reply links, seals the secrets of robots."""
    reply_links: bool = True
    """Whether reminders carry links that answer their matter without signing in."""
    reminders_open_at: time = time(8, 0)
    """No reminder leaves before this hour, Asia/Shanghai."""
    afternoon_at: time = time(14, 0)
    """When the second slot of a day begins."""
    mailbox: bool = False
    """Whether pages show the development mailbox."""
    max_upload_bytes: int = Field(default=25 * 1024 * 1024, gt=0)
    log_json: bool = False
    """Whether processes log lines of JSON, for a collector, instead of lines for people."""
    trial: bool = False
    """Set by `duban up`: cookies work without TLS."""


@cache
def get_settings() -> Settings:
    """Return the settings of this process."""
    return Settings()
