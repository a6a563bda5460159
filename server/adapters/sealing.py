"""Secrets that lie in the database, readable only with the installation's key."""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import AppError, InvalidInput

PURPOSE = b"duban: secrets at rest, 1"
"""Keeps this key apart from others that are made of the same secret."""


class SealedByAnotherKey(AppError):
    """The installation's key is not the one with which a secret was put away."""

    code = "sealed_by_another_key"

    def __init__(self) -> None:
        super().__init__("密钥无法解开，请重新填写（DUBAN_SECRET_KEY 与保存时的不同）。")


def seal(secret: str, key: str) -> str:
    """Return a secret as it may lie in the database; nothing stays nothing.

    Source: the Fernet specification: AES-128-CBC and HMAC-SHA256, a fresh vector each time.
    Raises: InvalidInput, when the installation has no key.
    """
    if not key:
        raise InvalidInput("没有设置 DUBAN_SECRET_KEY，不能保存密钥。请系统管理员设置后重启。")
    return _box(key).encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str, key: str) -> str:
    """Return the secret that was put away.

    Raises: SealedByAnotherKey, when this key does not open it.
    """
    if not sealed:
        return ""
    try:
        return _box(key).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealedByAnotherKey from error


@cache
def _box(key: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
