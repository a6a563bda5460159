"""Which version of the Regulation (政府信息公开条例) governs a report year."""

from dataclasses import dataclass
from datetime import date

from server.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Article:
    """What one article of a regime orders, in our own words."""

    number: str
    """As cited in Chinese: 第四十九条第一款."""
    topic: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Regime:
    """适用条例: one version of the Regulation and the report years it governs."""

    code: str
    name: str
    instrument: str
    promulgated_on: date
    in_force_on: date
    first_year: int
    last_year: int | None
    """The last report year governed; None while the version is in force."""
    source: str
    articles: tuple[Article, ...]

    def governs(self, report_year: int) -> bool:
        """Return whether the report of that year follows this version."""
        return self.first_year <= report_year and (
            self.last_year is None or report_year <= self.last_year
        )


def regime_for(report_year: int, regimes: tuple[Regime, ...]) -> Regime:
    """Return the version that governs the report of that year, whatever today's date is.

    Raises: InvalidInput, for years before the first regime.
    Source: 国务院令第492号 (in force 2008-05-01) and 国务院令第711号 (in force 2019-05-15); the
    choice by report year >= 2019 follows from the report due in January 2020 being the first
    that the revised Art. 49 could govern.
    """
    for regime in regimes:
        if regime.governs(report_year):
            return regime
    first = min(regime.first_year for regime in regimes)
    raise InvalidInput(
        f"{report_year} 年度没有年度报告义务：《政府信息公开条例》自 2008 年 5 月 1 日起施行，"
        f"请填写 {first} 年及以后的报告年度。"
    )
