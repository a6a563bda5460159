"""Signing mails by DKIM (RFC 6376), so that the other side can tell them from forgeries."""

from collections.abc import Callable
from pathlib import Path

import dkim

from server.errors import InvalidInput

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type",
    b"auto-submitted",
)  # fmt: skip
"""RFC 6376 §5.4.1: what a reader sees and what makes the mail what it is."""


def signer(domain: str, selector: str, key_file: Path) -> Callable[[bytes], bytes]:
    """Return the function that puts a signature before a message's bytes; equal bytes, equal mail.

    The key is RSA in PEM. Raises: InvalidInput for a key that cannot be used.
    """
    try:
        key = key_file.read_bytes()
        _sign(b"From: a@b.cn\r\n\r\nx\r\n", domain, selector, key)
    except (OSError, dkim.DKIMException, ValueError) as error:
        raise InvalidInput(
            f"DKIM 私钥 {key_file} 不能用（{error}）：应为 PEM 格式的 RSA 私钥，本进程可读。"
        ) from error
    return lambda data: _sign(data, domain, selector, key)


def _sign(data: bytes, domain: str, selector: str, key: bytes) -> bytes:
    header: bytes = dkim.sign(
        data,
        selector.encode(),
        domain.encode(),
        key,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[name for name in SIGNED if name + b":" in data[:4096].lower()],
    )
    return header + data
