"""DKIM: another server can verify our mails by the key that we publish."""

import subprocess
from pathlib import Path

import dkim
import pytest

from server.adapters.mail import build_message
from server.adapters.mail.signature import signer
from server.errors import InvalidInput
from tests.unit.adapters.test_message import MAIL


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", file, "2048"], check=True, capture_output=True)
    return file


def published(key: Path) -> bytes:
    """The DNS record of the public key."""
    command = ["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "PEM"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return b"v=DKIM1; k=rsa; p=" + "".join(text.split("\n")[1:-2]).encode()


def test_a_signed_mail_verifies_and_a_changed_one_does_not(key: Path) -> None:
    signed = signer("office.example", "duban", key)(build_message(MAIL))
    record = published(key)
    assert dkim.verify(signed, dnsfunc=lambda *_, **__: record)
    forged = signed.replace(b"Auto-Submitted: auto-generated", b"Auto-Submitted: no")
    assert not dkim.verify(forged, dnsfunc=lambda *_, **__: record)


def test_a_key_that_cannot_be_used_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    wrong = tmp_path / "key.pem"
    wrong.write_text("no key")
    for file in (wrong, tmp_path / "missing.pem"):
        with pytest.raises(InvalidInput, match="DKIM"):
            signer("office.example", "duban", file)
