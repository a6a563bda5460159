"""Secrets lie unreadable, and only the key that put them away opens them."""

import pytest

from server.adapters.sealing import SealedByAnotherKey, seal, unseal
from server.errors import InvalidInput

KEY, ANOTHER = "k" * 43, "j" * 43
SECRET = "https://oapi.dingtalk.com/robot/send?access_token=秘密"


def test_a_sealed_secret_is_opened_by_the_same_key_alone() -> None:
    sealed = seal(SECRET, KEY)
    assert "dingtalk" not in sealed
    assert unseal(sealed, KEY) == SECRET
    with pytest.raises(SealedByAnotherKey, match="密钥无法解开，请重新填写"):
        unseal(sealed, ANOTHER)


def test_equal_secrets_do_not_look_equal() -> None:
    assert seal(SECRET, KEY) != seal(SECRET, KEY)


def test_what_was_tampered_with_is_not_opened() -> None:
    sealed = seal(SECRET, KEY)
    changed = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    with pytest.raises(SealedByAnotherKey):
        unseal(changed, KEY)


def test_what_lies_open_does_not_pass_for_sealed() -> None:
    with pytest.raises(SealedByAnotherKey):
        unseal(SECRET, KEY)


def test_nothing_stays_nothing() -> None:
    assert seal("", KEY) == unseal("", KEY) == ""


def test_without_a_key_nothing_is_put_away() -> None:
    with pytest.raises(InvalidInput, match="DUBAN_SECRET_KEY"):
        seal(SECRET, "")
