"""The report year alone chooses the version of the Regulation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.rulebook_deadlines import load_rulebook
from server.domain.regimes import regime_for
from server.errors import InvalidInput

REGIMES = load_rulebook().regimes


@pytest.mark.parametrize(
    ("report_year", "code"), [(2008, "2008"), (2018, "2008"), (2019, "2019"), (2025, "2019")]
)
def test_reports_since_2019_follow_the_revision(report_year: int, code: str) -> None:
    assert regime_for(report_year, REGIMES).code == code


@given(st.integers(2008, 3000))
def test_exactly_one_regime_governs_a_year(report_year: int) -> None:
    assert sum(regime.governs(report_year) for regime in REGIMES) == 1


@given(st.integers(-3000, 2007))
def test_before_2008_there_was_no_duty(report_year: int) -> None:
    with pytest.raises(InvalidInput, match="2008 年 5 月 1 日起施行"):
        regime_for(report_year, REGIMES)
