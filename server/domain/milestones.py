"""The dated rules (节点规则) from which the deadlines of a unit kind and report year follow."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.domain.regimes import Regime
from server.errors import InvalidInput


class UnitKind(StrEnum):
    """What sort of organ a unit is; the law and the office's timetable differ by it."""

    BUREAU = "bureau"
    DEPARTMENT = "department"
    TOWN = "town"
    SUBDISTRICT = "subdistrict"
    COUNTY = "county"


KIND_NAMES = {
    UnitKind.BUREAU: "局办",
    UnitKind.DEPARTMENT: "部门",
    UnitKind.TOWN: "乡镇",
    UnitKind.SUBDISTRICT: "街道",
    UnitKind.COUNTY: "县级政府",
}
"""The Chinese name of each kind."""


class Milestone(StrEnum):
    """节点, in the order in which an obligation passes through them."""

    DRAFT = "draft"
    REVIEW = "review"
    RESUBMISSION = "resubmission"
    SIGN_OFF = "sign_off"
    PUBLICATION = "publication"


class Basis(StrEnum):
    """On what a milestone's date rests."""

    STATUTE = "statute"
    """The article names this kind of organ."""
    ANALOGY = "analogy"
    """The article does not name it; practice applies the date to it."""
    OFFICE = "office"
    """The office's own setting."""


@dataclass(frozen=True, slots=True)
class FixedDate:
    """A calendar date that no weekend or holiday moves."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """Return the date in the year of filing."""
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class LastWorkday:
    """The last working day on or before a date; without `day`, before the month's end."""

    month: int
    day: int | None

    def in_year(self, year: int) -> date:
        """Return the calendar date from which the rule reckons back."""
        if self.day is not None:
            return date(year, self.month, self.day)
        following = date(year + self.month // 12, self.month % 12 + 1, 1)
        return following - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkdayOffset:
    """So many working days after an earlier milestone's working date."""

    after: Milestone
    days: int


DateRule = FixedDate | LastWorkday | WorkdayOffset


@dataclass(frozen=True, slots=True)
class MilestoneRule:
    """One rule with the unit kinds and report years for which it holds."""

    milestone: Milestone
    name: str
    kinds: frozenset[UnitKind]
    first_year: int
    last_year: int | None
    """The last report year; None while the rule holds."""
    rule: DateRule
    basis: Basis
    article: str
    """The article's citation for a statutory date, empty for the office's own dates."""
    source: str

    @property
    def statutory(self) -> bool:
        """Whether nobody may move the date."""
        return self.basis is not Basis.OFFICE

    def holds(self, kind: UnitKind, report_year: int) -> bool:
        """Return whether the rule holds for that kind and report year."""
        begun = self.first_year <= report_year
        return (
            kind in self.kinds
            and begun
            and (self.last_year is None or report_year <= self.last_year)
        )


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The legal data that deadlines need."""

    regimes: tuple[Regime, ...]
    milestones: tuple[MilestoneRule, ...]


def rules_for(kind: UnitKind, report_year: int, rulebook: Rulebook) -> tuple[MilestoneRule, ...]:
    """Return the rules of that kind and report year, in the order of the milestones."""
    order = list(Milestone)
    held = (rule for rule in rulebook.milestones if rule.holds(kind, report_year))
    return tuple(sorted(held, key=lambda rule: order.index(rule.milestone)))


def kind_named(text: str) -> UnitKind:
    """Return the kind that an English code or a Chinese name means.

    Raises: InvalidInput, naming all kinds.
    """
    known = {str(kind): kind for kind in UnitKind} | _CHINESE_KINDS
    kind = known.get(text.strip().lower())
    if kind is None:
        names = "、".join(f"{kind}（{name}）" for kind, name in KIND_NAMES.items())
        raise InvalidInput(f"单位类型“{text}”无法识别。请填写其中之一：{names}。")
    return kind


_CHINESE_KINDS = {name: kind for kind, name in KIND_NAMES.items()} | {
    "局": UnitKind.BUREAU,
    "办": UnitKind.BUREAU,
    "镇": UnitKind.TOWN,
    "乡": UnitKind.TOWN,
    "镇乡": UnitKind.TOWN,
    "街道办": UnitKind.SUBDISTRICT,
    "街道办事处": UnitKind.SUBDISTRICT,
    "县": UnitKind.COUNTY,
    "县政府": UnitKind.COUNTY,
}
