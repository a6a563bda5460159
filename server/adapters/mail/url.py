"""The address of the mail server, as one URL from the settings."""

import ipaddress
import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from server.errors import InvalidInput

REMEDY = "请检查 DUBAN_SMTP_URL，写成 smtp://用户:密码@主机:端口?starttls=require 的样子。"
KNOWN_OPTIONS = {"starttls", "verify", "ca", "helo"}


class Encryption(StrEnum):
    """How the connection is protected."""

    TLS = "tls"  # from the first byte, usually port 465
    STARTTLS = "starttls"  # demanded right after the greeting, usually port 587 or 25
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SmtpUrl:
    """Where mail is handed over. `helo` is the name we greet with, None for this machine's."""

    host: str
    port: int
    encryption: Encryption
    user: str | None = None
    password: str | None = None
    verify: bool = True
    ca_file: Path | None = None
    helo: str | None = None

    def __repr__(self) -> str:
        """Return the address without the password, fit for logs."""
        return f"SmtpUrl({self.host}:{self.port}, {self.encryption}, user={self.user})"

    def tls_context(self) -> ssl.SSLContext:
        """Return the TLS context: certificates and host names are checked unless verify is off."""
        context = ssl.create_default_context(cafile=self.ca_file)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def parse_smtp_url(text: str) -> SmtpUrl:
    """Return the parts of `smtp://` or `smtps://[user:password@]host[:port][?options]`.

    Options: `starttls=require|off` (default: require, off for loopback), `verify=on|off`
    (certificate checks, default on), `ca=/path.pem` (a private authority), `helo=name`.
    A password over an unencrypted connection is refused except to this machine itself.
    Raises InvalidInput.
    """
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise InvalidInput(f"邮件服务器地址应以 smtp:// 或 smtps:// 开头并含主机名。{REMEDY}")
    options = _options(parts.query)
    encryption = _encryption(parts, options)
    if encryption is Encryption.NONE and parts.password and not is_loopback(parts.hostname):
        raise InvalidInput(f"不能在未加密的连接上发送密码：请改用 starttls=require。{REMEDY}")
    return SmtpUrl(
        host=parts.hostname,
        port=_port(parts, encryption),
        encryption=encryption,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        verify=_switch("verify", options.get("verify", "on"), on="on"),
        ca_file=Path(options["ca"]) if "ca" in options else None,
        helo=options.get("helo"),
    )


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine, by name or number, without asking the network."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _options(query: str) -> dict[str, str]:
    options = dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(options.keys() - KNOWN_OPTIONS)
    if unknown:
        raise InvalidInput(f"邮件服务器地址里有不认识的选项：{'、'.join(unknown)}。{REMEDY}")
    return options


def _encryption(parts: SplitResult, options: dict[str, str]) -> Encryption:
    if parts.scheme == "smtps":
        return Encryption.TLS
    default = "off" if is_loopback(str(parts.hostname)) else "require"
    wanted = _switch("starttls", options.get("starttls", default), on="require")
    return Encryption.STARTTLS if wanted else Encryption.NONE


def _switch(name: str, value: str, *, on: str) -> bool:
    if value not in (on, "off"):
        raise InvalidInput(f"选项 {name} 只能是 {on} 或 off，而不是“{value}”。{REMEDY}")
    return value == on


def _port(parts: SplitResult, encryption: Encryption) -> int:
    default = {Encryption.TLS: 465, Encryption.STARTTLS: 587, Encryption.NONE: 25}[encryption]
    try:
        return parts.port or default
    except ValueError:
        raise InvalidInput(f"邮件服务器的端口不是 1 到 65535 的数。{REMEDY}") from None
