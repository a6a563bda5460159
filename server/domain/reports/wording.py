"""Checks of wording: whom the report calls 我, which places it names, what it must mention."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.domain.reports.parsed import Finding
from server.domain.reports.sections import Heading
from server.domain.reports.unit_kind import UnitKind, unit_kind

_OWN: dict[UnitKind, str] = {
    "township": "镇乡",
    "subdistrict": "街办处",
    "county": "县区旗市",
    "city": "市州省盟",
}
_SELF = re.compile(r"(?<![自])我(?P<kind>镇|乡|局|街道|街|委|院|厅|校|中心)(?!们|国|党)")
_PLACE = re.compile(
    r"(?:^|[,。;:\s年,])(?P<name>[\u4e00-\u9fff]{2,4}?(?:镇|乡|街道))(?=人民政府|政府|党委"
    r"|党政办|主动公开|全年|共公开|政务公开|信息公开|高度重视|认真贯彻)",
    re.MULTILINE,
)
_COUNTY = re.compile(
    r"(?:登录|访问|浏览|前往|请到|邮寄至|送至|寄至|联系|咨询)(?P<name>[\u4e00-\u9fff]{2,3}县)"
    r"(?=人民政府|政府(?:门户|信息公开|政务公开)?(?:网|办))"
)
_NO_COUNTY = re.compile(r"[各全我本该外邻市区省级]")
_COMMON = re.compile(
    r"^(?:请|各|全|本|我|该|乡|城|村|每个|所有|有关|部分|个别|今年|全年|年度|我们|通过|结合|一些"
    r"|镇|由|对|在|尽管|维护|加强|推进|推动|促进|因为|同时|目前|包括|涉及|依托|利用|组织|指导"
    r"|督促|要求|提高|完善|规范|做好|落实|按照)|(?:各|个|全|本|我|该)(?:镇|乡|街道)$"
)
_MENTIONED = (("考核", "工作考核"), ("评议", "社会评议"), ("责任追究|问责|追究", "责任追究"))
_SOURCE = "《政府信息公开条例》第五十条第（四）项；国办公开办函〔2021〕30号"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the wording checks look at: normalised text up to `end`, the unit's name, the parts."""

    text: str
    end: int
    unit: str | None
    parts: tuple[Heading, ...]
    uniform: bool


def check_wording(wording: Wording) -> Iterator[Finding]:
    """Yield S-06 and S-07 in normalised offsets."""
    yield from _self_reference(wording)
    yield from _foreign_places(wording)
    yield from _foreign_county(wording)
    if wording.uniform and unit_kind(wording.unit) in {"township", "subdistrict", "county", "city"}:
        yield from _supervision(wording)


def _self_reference(wording: Wording) -> Iterator[Finding]:
    """Yield the first 我局 in a town's report, the first 我镇 in a bureau's."""
    own = _own_kinds(wording.unit)
    if not own:
        return
    for found in _SELF.finditer(wording.text, 0, wording.end):
        if found["kind"][0] not in own:
            yield Finding(
                "S-07",
                "error",
                f"单位是“{wording.unit}”，文中却自称“{found[0]}”，可能是照抄的文字。请核对更正。",
                *found.span(),
                {"unit": wording.unit, "written": found[0]},
                "自称应与填报单位一致",
            )
            return


def _own_kinds(unit: str | None) -> str:
    """Return the letters by which the unit may call itself; "" where its name does not tell."""
    kind = unit_kind(unit)
    if kind == "department" and unit:
        return _department_letters(unit)
    return _OWN.get(kind, "")


def _department_letters(unit: str) -> str:
    return "局委院厅校中" if not unit.endswith(("局", "厅")) else "局厅委办"


def _foreign_places(wording: Wording) -> Iterator[Finding]:
    """Yield the first other town that acts in the report of a town."""
    unit = wording.unit or ""
    if unit_kind(unit) not in {"township", "subdistrict"}:
        return
    for found in _PLACE.finditer(wording.text, 0, wording.end):
        name = found["name"]
        if not _COMMON.search(name) and not _same_place(name, unit):
            yield Finding(
                "S-07",
                "question",
                f"单位是“{unit}”，文中却出现“{name}”，可能是照抄的文字。请核对更正。",
                *found.span("name"),
                {"unit": unit, "written": name},
                "文中地名应与填报单位一致",
            )
            return


def _foreign_county(wording: Wording) -> Iterator[Finding]:
    """Yield the first county that acts beside the unit's own: the one of its name, or the first.

    Names are compared by their last letters, as a unit's name may leave its county's out in part.
    """
    if unit_kind(wording.unit) not in {"township", "subdistrict", "department", "county"}:
        return
    places = _COUNTY.finditer(wording.text, 0, wording.end)
    found = [one for one in places if not _NO_COUNTY.search(one["name"][:-1])]
    named = re.search(r"[\u4e00-\u9fff]县", wording.unit or "")
    own = named[0] if named else found[0]["name"][-2:] if found else ""
    for other in found:
        if other["name"][-2:] != own:
            yield Finding(
                "S-07",
                "question",
                f"单位是“{wording.unit}”，文中却出现“{other['name']}”，与本单位所在的县不同，"
                f"可能是照抄的文字。请核对更正。",
                *other.span("name"),
                {"unit": wording.unit, "written": other["name"]},
                "文中地名应与填报单位一致",
            )
            return


def _same_place(name: str, unit: str) -> bool:
    return name in unit or name[-3:] in unit


def _supervision(wording: Wording) -> Iterator[Finding]:
    """Governments report work assessment, public review and accountability in part one."""
    first = next((part for part in wording.parts if part.topic == "overview"), None)
    if first is None:
        return
    after = [part.start for part in wording.parts if part.start > first.start]
    end = after[0] if after else wording.end
    missing = [
        name for words, name in _MENTIONED if not re.search(words, wording.text[first.body : end])
    ]
    if missing:
        yield Finding(
            "S-06",
            "question",
            f"“{first.title}”没有提到{'、'.join(missing)}。一级政府应当写明工作考核、"
            f"社会评议和责任追究结果，请补写。",
            first.start,
            first.body,
            {"missing": missing},
            _SOURCE,
        )
