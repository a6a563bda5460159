"""What kind of organ a report's unit is, by its name alone."""

# ruff: noqa: ISC004 - a grammar longer than a line goes on in the next; the comma ends it

import re
from typing import Literal

UnitKind = Literal["township", "subdistrict", "county", "city", "department", "other"]

_OFFICE = re.compile(r"(?:人民政府|政府|办事处|党工委|管理委员会|管委会)?(?:办公室)?$")
_GRAMMAR: tuple[tuple[UnitKind, str], ...] = (
    ("department", r"(?:局|委|委员会|厅|办|办公室|中心|院|所|站|队|处|社|校|馆|会|公司|医院"
                   r"|学校|大学|支队|大队|部|分局|行)$"),
    ("subdistrict", r"街道$"),
    ("township", r"(?:镇|乡|苏木)$"),
    ("county", r"(?:县|区|旗)$"),
    ("city", r"(?:市|州|盟|省|自治区)$"),
)  # fmt: skip


def unit_kind(name: str | None) -> UnitKind:
    """Return the kind; `other` where the name does not tell (a farm, a zone, no name)."""
    if not name:
        return "other"
    base = _OFFICE.sub("", name) or name
    if base != name and "办公室" not in name and re.search("(?:管理委员会|管委会)$", name):
        return "other"
    return next((kind for kind, grammar in _GRAMMAR if re.search(grammar, base)), "other")


def may_make_regulations(name: str | None) -> bool:
    """Say whether the organ can make 规章: State Council departments, provinces, larger cities.

    Whether a city is divided into districts its name does not tell, so a city is given the doubt.
    Source: 《中华人民共和国立法法》第九十一条、第九十三条.
    """
    return (
        name is None
        or unit_kind(name) == "city"
        or bool(re.match("国家|国务院|中华人民共和国", name))
    )
