"""One plain address is accepted; whatever people paste instead is refused with its remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.addresses import address_fault, checked_address, domain_of
from server.errors import InvalidInput

GOOD = [
    "zhangsan@example.gov.cn",
    "o'neil+duban@mail-1.example.gov.cn",
    "li.si_2026@xn--fiqs8s.xn--fiqz9s",
    "a@b.cn",
]

BAD = {
    "": "空的",
    "张三 <zhangsan@example.gov.cn>": "尖括号",
    '"zhang san"@example.gov.cn': "尖括号",
    "zhang@gov,cn": "逗号",
    "a@example.gov.cn；b@example.gov.cn": "一处只填一个",
    "zhangsan＠example.gov.cn": "半角",
    "zhangsan@example.gov.cn ": "空格",
    "zhangsan@example.gov.cn\r\nBcc: x@y.cn": "空格或换行",
    "zhang\u200bsan@example.gov.cn": "看不见",
    "张三@example.gov.cn": "中文",
    "zhang@san@example.gov.cn": "一个 @",
    "zhangsan": "缺少 @",
    ".zhang@example.gov.cn": "@ 前面",
    "zhang..san@example.gov.cn": "@ 前面",
    "@example.gov.cn": "@ 前面",
    "zhangsan@localhost": "域名",
    "zhangsan@[127.0.0.1]": "域名",
    "zhangsan@127.0.0.1": "域名",
    "zhangsan@-example.gov.cn": "域名",
    "zhangsan@example.gov.cn.": "域名",
    f"{'a' * 65}@example.gov.cn": "太长",
    f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 10}.cn": "太长",
}


@pytest.mark.parametrize("text", GOOD)
def test_a_plain_address_is_returned_unchanged(text: str) -> None:
    assert address_fault(text) is None
    assert checked_address(text) == text


@pytest.mark.parametrize(("text", "clause"), BAD.items())
def test_anything_else_is_refused_and_the_reason_named(text: str, clause: str) -> None:
    assert clause in (address_fault(text) or "")
    with pytest.raises(InvalidInput, match="请改成"):
        checked_address(text)


def test_an_error_shows_no_control_characters() -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_address("a\r\n\x00@b.cn")
    assert all(character.isprintable() for character in str(caught.value))


@given(st.text())
def test_an_accepted_address_can_never_break_a_header_line(text: str) -> None:
    if address_fault(text) is None:
        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & set(' <>(),;:"\\[]')


def test_the_domain_is_compared_in_lower_case() -> None:
    assert domain_of("a@Example.GOV.cn") == "example.gov.cn"
