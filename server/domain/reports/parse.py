"""The whole way of one report: document -> ParsedReport."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.formats import ReportFormat, format_named, format_of_year
from server.domain.reports.answered import with_answered
from server.domain.reports.checks import Checked, check_report
from server.domain.reports.classify import Classified
from server.domain.reports.drafts import Draft
from server.domain.reports.figures import TableReading, read_figures
from server.domain.reports.genre import is_annual_report
from server.domain.reports.identity import Identity, identity
from server.domain.reports.items import read_part
from server.domain.reports.labels import Labels, label
from server.domain.reports.learned import Learned
from server.domain.reports.normalise import NormalText, flatten, normalise
from server.domain.reports.parsed import Finding, Item, ParsedReport, Role, Section
from server.domain.reports.regions import Region, regions
from server.domain.reports.reweighed import reweighed
from server.domain.reports.sections import Heading, Zone, headings
from server.domain.reports.source import SourceText
from server.domain.reports.structure import check_items
from server.domain.reports.taxonomy import Taxonomy

_NO_REPORT = Finding(
    "DOC-01",
    "error",
    "这份文件不像政府信息公开工作年度报告（标题和各部分都对不上），没有提取问题和措施。"
    "请核对是否选错文件。",
    source="《政府信息公开条例》第四十九条",
)

_MANY_FIGURES = 20
_OLD_TOPICS = frozenset({"fees", "organisation", "complaints", "staff"})


def parse(
    document: SourceText,
    *,
    formats: Sequence[ReportFormat],
    taxonomy: Taxonomy,
    year: int | None = None,
) -> ParsedReport:
    """Read one report. `year` overrules the report year that the document states.

    Every span counts in `document.text`; nothing is raised for any text.
    """
    reading = opened(document, formats, year)
    if not reading.is_report():
        return ParsedReport(reading.head.title, None, reading.year, None, findings=(_NO_REPORT,))
    return reading.parsed(formats, taxonomy)


def opened(
    document: SourceText, formats: Sequence[ReportFormat], year: int | None = None
) -> Reading:
    """Return the report with its head, its tables and its parts, before its problems are read."""
    normal = normalise(document.text)
    head = identity(normal.text)
    tables = read_figures(document, flatten(document.text), formats, year or head.year)
    parts = headings(normal.text, _zones(normal, document, tables))
    return Reading(document, normal, head, parts, tables, year or head.year)


def _zones(normal: NormalText, document: SourceText, tables: TableReading) -> list[Zone]:
    """Return where no heading is: real tables, and the lines that were read as one."""
    spans = [(table.start, table.end) for table in document.tables]
    spans += [(zone.start, zone.end) for zone in tables.zones]
    return [Zone(normal.index(start), normal.index(end)) for start, end in spans]


@dataclass(frozen=True, slots=True)
class Reading:
    """One report on its way through the steps."""

    document: SourceText
    normal: NormalText
    head: Identity
    parts: Sequence[Heading]
    tables: TableReading
    year: int | None

    def is_report(self) -> bool:
        """Say whether it is an annual report, or a statistics table sent alone: worth reading."""
        if self.tables.figures and (not self.parts or len(self.tables.figures) >= _MANY_FIGURES):
            return True
        return is_annual_report(self.normal.text, self.head, self.parts)

    def parsed(self, formats: Sequence[ReportFormat], taxonomy: Taxonomy) -> ParsedReport:
        """Return everything that the report says."""
        form = self._format(formats)
        drafts, ranges = self._drafts(taxonomy)
        labels = label(self.normal.text, drafts, taxonomy)
        problems = self._items(drafts, labels, "problem")
        measures = self._items(drafts, labels, "measure")
        checked = Checked(
            self.normal, self.head, self.parts, form, self.year, self.tables.figures, ranges,
            self._end(), len(drafts),
        )  # fmt: skip
        findings = (*check_report(checked), *check_items(problems, measures, labels.pairs))
        return ParsedReport(
            self.head.title, self.head.unit, self.year, form.key if form else None,
            tuple(self._sections()), self.tables.figures, problems, measures, labels.pairs,
            findings,
        )  # fmt: skip

    def _format(self, formats: Sequence[ReportFormat]) -> ReportFormat | None:
        """Return the format it is written in: by its tables, its parts, then its year."""
        if self.tables.format is not None and self.tables.figures:
            return self.tables.format
        titles = " ".join(part.title for part in self.parts)
        if "收到和处理" in titles or ("总体情况" in titles and "其他需要报告" in titles):
            return format_named(formats, "2021" if (self.year or 2021) >= 2021 else "2019")  # noqa: PLR2004  # the year of the revision
        if any(part.topic == "interpretation" for part in self.parts):
            return format_named(formats, "2014")
        if self.year is None:
            return None
        written = format_of_year(formats, self.year)
        return format_named(formats, "old") if written.uniform or self._has_old_parts() else written

    def _has_old_parts(self) -> bool:
        return any(part.topic in _OLD_TOPICS for part in self.parts)

    def _drafts(self, taxonomy: Taxonomy) -> tuple[list[Draft], list[tuple[int, int]]]:
        found = self.parts_of_problems()
        ruled = self.ruled(found, taxonomy.roles)
        drafts: list[Draft] = []
        for part in found:
            own = [draft for draft in ruled if part.start <= draft.start < part.end]
            drafts += reweighed(self.normal.text, part, own, self.year, taxonomy.chain)
        return drafts, [(part.start, part.end) for part in found]

    def parts_of_problems(self) -> list[Region]:
        """Return the stretches of the text that speak of problems and measures."""
        return regions(self.normal.text, self.parts, self._end(), self.year)

    def ruled(self, found: Sequence[Region], roles: Learned) -> list[Draft]:
        """Return the problems and measures as the rules alone read them."""
        text = self.normal.text
        drafts = (
            read_part(text, part.start, part.end, part.role, self.year, roles) for part in found
        )
        return _settled(text, [draft for part in drafts for draft in part])

    def _end(self) -> int:
        """Return where the running text ends: at the first table after the last heading."""
        last = self.parts[-1] if self.parts else None
        zones = _zones(self.normal, self.document, self.tables)
        starts = [zone.start for zone in zones if last is None or zone.start > last.start]
        return max(min(starts, default=len(self.normal.text)), last.body if last else 0)

    def _items(self, drafts: Sequence[Draft], labels: Labels, role: Role) -> tuple[Item, ...]:
        seen = zip(drafts, labels.classified, strict=True)
        own = (one for one in seen if one[0].role == role)
        return tuple(self._item(ordinal, *one) for ordinal, one in enumerate(own, start=1))

    def _item(self, ordinal: int, draft: Draft, classified: Classified) -> Item:
        start, end = self.normal.span(draft.start, draft.end)
        confidence = draft.confidence * (0.5 + classified.confidence / 2)
        return Item(
            draft.role, ordinal, start, end, self.document.text[start:end],
            classified.classes, classified.heading, round(confidence, 2),
            (draft.reason, *classified.reasons),
        )  # fmt: skip

    def _sections(self) -> Iterator[Section]:
        ends = [part.start for part in self.parts[1:]] + [len(self.normal.text)]
        for part, limit in zip(self.parts, ends, strict=False):
            start, end = self.normal.span(part.start, limit)
            body = self.normal.source(min(part.body, max(len(self.normal.text) - 1, 0)))
            yield Section(part.ordinal, part.title, start, end, part.topic, body)


def _settled(text: str, drafts: list[Draft]) -> list[Draft]:
    """Drop a summing-up where real problems stand; add problems named only inside measures."""
    real = {draft.role for draft in drafts if not draft.sums_up}
    kept = [draft for draft in drafts if not (draft.sums_up and draft.role in real)]
    return list(with_answered(text, kept))
