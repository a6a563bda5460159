"""The paces of mail domains as the office wrote them."""

import pytest

from server.adapters.rulebook_mail import load_mail_paces, read_mail_paces
from server.errors import RulebookError

WHOLE = 'valid_from = 2026-01-01\nsource = "自定"\n[[pace]]\nper_minute = {0}\ndomains = {1}\n'


def test_public_services_have_a_pace_and_government_domains_have_none() -> None:
    paces = load_mail_paces()
    assert paces["163.com"] == 30
    assert not [domain for domain in paces if domain.endswith("gov.cn")]


@pytest.mark.parametrize(
    ("pace", "domains", "complaint"),
    [
        ("0", '["a.cn"]', "至少为 1"),
        ("3", '["A.cn"]', "小写"),
        ("3", '["a.cn", "a.cn"]', "只写一次"),
    ],
)
def test_a_wrong_pace_names_its_entry(pace: str, domains: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=rf"mail\.toml 第 1 条.*{complaint}"):
        read_mail_paces(WHOLE.format(pace, domains))
