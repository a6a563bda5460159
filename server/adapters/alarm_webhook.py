"""The second path of alarms: a POST signed as Standard Webhooks describes."""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from email.message import Message
from typing import IO
from urllib.parse import urlsplit

from server.errors import InvalidInput

PATIENCE = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An alarm goes where the operator said and nowhere else."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Message,
        newurl: str,
    ) -> None:
        """Follow none."""
        return


def post_alarm(url: str, secret: str, identifier: str, at: int, content: dict[str, object]) -> str:
    """Post one alarm; return why it did not get through, empty when it did.

    `at` is the Unix time of the attempt; receivers refuse what is more than five minutes off.
    Raises: InvalidInput for an address that is not http or https.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise InvalidInput("DUBAN_ALARM_URL 应以 https:// 或 http:// 开头。")
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "duban",
        "webhook-id": identifier,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret, identifier, at, body),
    }
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the scheme is checked above
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=PATIENCE):
            return ""
    except (OSError, urllib.error.HTTPError) as error:
        return str(error)


def signature(secret: str, identifier: str, at: int, body: bytes) -> str:
    """Return `v1,` and the base64 of the HMAC-SHA256 of id, time and body.

    Source: the Standard Webhooks specification, "Signature scheme"; a secret written as
    `whsec_…` is base64 of the key.
    """
    key = secret.encode()
    if secret.startswith("whsec_"):
        key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{identifier}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
