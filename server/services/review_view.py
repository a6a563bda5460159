"""What the review page shows of one report: the marked source and the entries beside it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlmodel import Session

from server.db.queries import acts, waivers
from server.db.queries import reports as queries
from server.db.tables import Entry, EntryAct, EntryPair, Figure, Finding, Report, Unit, Waiver
from server.db.tables.report import HELD_AGAINST
from server.domain.access import Scope
from server.domain.reports.marks import Line, Mark, marked_lines
from server.services.review import HEADINGS

SURE = 0.75
"""Below this confidence the reader asks a person to look."""
MOST_OF_A_RULE = 4
MOST_BREAKS = 12
SHOWN_OF_A_RULE = 2
SHORT = {"problem": "问", "measure": "措"}


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry with its short name (问1, 措2), and the entries it belongs together with."""

    entry: Entry
    tag: str
    partners: tuple[Entry, ...]
    reasons: str
    unsure: bool

    @property
    def alone(self) -> bool:
        """Whether a problem has no measure, or a measure answers no problem."""
        return self.entry.state != "dropped" and not self.partners


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring lines of one kind: title, heading, text, or the rows of a table."""

    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Complaints of one rule: those shown at once, and the rest behind a summary."""

    shown: list[Finding]
    more: list[Finding]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """All that the page shows."""

    report: Report
    unit: Unit
    blocks: list[Block]
    entries: list[EntryView]
    by_key: dict[str, EntryView]
    """The entries by the key of their marks."""
    findings: list[Finding]
    others: dict[int, Unit]
    """Of the reports that findings were held against, those within sight, with their units."""
    figures: list[Figure]
    warnings: list[str]
    confirmed_before: Report | None
    version_before: int | None
    acts: list[EntryAct]
    """What can still be taken back, last first."""
    waivers: dict[str, Waiver]
    """What needs no correction, by the key of the complaint."""

    @property
    def kept(self) -> list[EntryView]:
        """The entries that confirming would turn into commitments."""
        return [each for each in self.entries if each.entry.state != "dropped"]

    @property
    def done(self) -> int:
        """How many entries a person has decided on."""
        return sum(each.entry.state != "proposed" for each in self.entries)

    @property
    def unsure(self) -> int:
        """How many entries still need a person's look most."""
        return sum(each.unsure for each in self.entries)

    @property
    def unsorted(self) -> int:
        """How many kept entries have no heading yet."""
        return sum(each.entry.heading not in HEADINGS for each in self.kept)

    @property
    def grouped_findings(self) -> dict[str, list[Bundle]]:
        """The complaints by what they compare, then by rule; many of one rule are bundled."""
        groups: dict[str, dict[str, list[Finding]]] = {name: {} for name in HELD_AGAINST}
        for finding in self.findings:
            kind = f"{finding.code} {finding.severity} {finding.key in self.waivers}"
            groups[finding.held_against].setdefault(kind, []).append(finding)
        return {
            name: [_bundle(found) for found in kinds.values()]
            for name, kinds in groups.items()
            if kinds
        }

    def breaks(self, entry: Entry) -> list[tuple[int, str]]:
        """Where an entry may be split: places behind its marks, with the words that follow."""
        text = self.report.text
        for marks in ("[；;。]", "[，,]"):
            found = re.compile(marks + r"\s*").finditer(text, entry.start, entry.end)
            places = [one.end() for one in found if one.end() < entry.end]
            if places:
                return [(at, text[at : min(at + 12, entry.end)]) for at in places[:MOST_BREAKS]]
        return []

    @property
    def open_findings(self) -> int:
        """How many complaints nobody has waived."""
        return sum(finding.key not in self.waivers for finding in self.findings)

    def last_act(self, contact_id: int) -> EntryAct | None:
        """Return the last act of this person that can be taken back."""
        return next((act for act in self.acts if act.actor_id == contact_id), None)

    def last_act_on(self, entry: Entry) -> EntryAct | None:
        """Return the last act that changed this entry."""
        return next((act for act in self.acts if str(entry.id) in act.after), None)

    def entry_keys(self, keys: Iterable[str]) -> list[str]:
        """Return the keys that mean entries, the one to be shown above the others last."""
        found = [key for key in keys if key in self.by_key]
        return sorted(found, key=lambda key: self.by_key[key].entry.state != "dropped")

    def figure_count(self, state: str) -> int:
        """Return how many figures have this state."""
        return sum(figure.state == state for figure in self.figures)


def _bundle(found: list[Finding]) -> Bundle:
    shown = len(found) if len(found) <= MOST_OF_A_RULE else SHOWN_OF_A_RULE
    return Bundle(found[:shown], found[shown:])


def review_view(
    session: Session, scope: Scope, report: Report, unit: Unit, *, unsure_first: bool = False
) -> ReviewView:
    """Return everything that the review page shows; entries in the order of the text.

    Other reports are named only as far as the scope reaches.
    """
    entries = queries.entries(session, report.id)
    waived = waivers.of_report(session, report.id)
    findings = sorted(queries.findings(session, report.id), key=lambda each: each.key in waived)
    shown = list(_views(entries, queries.pairs(session, report.id)))
    if unsure_first:
        shown.sort(key=lambda each: not each.unsure)
    return ReviewView(
        report=report,
        unit=unit,
        blocks=_blocks(report, entries, findings),
        entries=shown,
        by_key={f"e{each.entry.id}": each for each in shown},
        findings=findings,
        others=queries.units_of(
            session, scope, [each.other_report_id for each in findings if each.other_report_id]
        ),
        figures=queries.figures(session, report.id),
        warnings=list(_warnings(report, unit)),
        confirmed_before=queries.confirmed_before(session, report),
        version_before=queries.version_before(session, report) if report.version > 1 else None,
        acts=acts.of_report(session, report.id),
        waivers=waived,
    )


def _views(entries: list[Entry], pairs: list[EntryPair]) -> Iterator[EntryView]:
    held = {entry.id: entry for entry in entries if entry.state != "dropped"}
    partners: dict[int, list[Entry]] = {}
    reasons: dict[int, list[str]] = {}
    for pair in pairs:
        for one, other in (
            (pair.problem_id, pair.measure_id),
            (pair.measure_id, pair.problem_id),
        ):
            if other in held:
                partners.setdefault(one, []).append(held[other])
                reasons.setdefault(one, []).append(pair.reason)
    for entry in entries:
        yield EntryView(
            entry=entry,
            tag=tag(entry),
            partners=tuple(sorted(partners.get(entry.id, []), key=lambda each: each.ordinal)),
            reasons="；".join(dict.fromkeys(filter(None, reasons.get(entry.id, [])))),
            unsure=is_unsure(entry),
        )


def tag(entry: Entry) -> str:
    """Return an entry's short name; a dropped one has no number."""
    return f"{SHORT[entry.kind]}{entry.ordinal}" if entry.ordinal else "弃"


def is_unsure(entry: Entry) -> bool:
    """Return whether a person should look at this entry first."""
    return entry.state == "proposed" and (entry.confidence < SURE or entry.heading not in HEADINGS)


def _blocks(report: Report, entries: Iterable[Entry], findings: Iterable[Finding]) -> list[Block]:
    marks = [Mark(f"e{entry.id}", entry.start, entry.end) for entry in entries]
    marks += [
        Mark(f"f{finding.id}", start, end)
        for finding in findings
        for start, end in _places(finding)
    ]
    headings = {section["start"] for section in report.sections}
    lines = marked_lines(report.text, marks)
    kinds = [_kind(line, report.title, headings) for line in lines]
    grouped = groupby(zip(kinds, lines, strict=True), key=lambda each: each[0])
    return [Block(kind, tuple(line for _, line in group)) for kind, group in grouped]


def _places(finding: Finding) -> Iterator[tuple[int, int]]:
    """Yield the stretches that a finding is about: its passages, or its one place."""
    passages = finding.params.get("passages")
    if isinstance(passages, list) and passages:
        yield from ((start, end) for start, end in passages)
    elif finding.start is not None:
        yield finding.start, finding.end or 0


def _kind(line: Line, title: str, headings: set[int]) -> str:
    words = line.text.strip()
    if words and words == title.strip():
        return "title"
    if any(line.start <= start <= line.start + len(line.text) for start in headings):
        return "heading" if len(words) < 40 else "text"  # noqa: PLR2004 - longer is a paragraph
    return "row" if "\t" in line.text.strip("\t") else "text"


def _warnings(report: Report, unit: Unit) -> Iterator[str]:
    if report.error:
        yield report.error
    declared = report.declared_unit
    if declared and not (declared in unit.name or unit.name in declared):
        yield (
            f"文件自称“{declared}”的报告，却导入到“{unit.name}”名下。"
            "请核对是否传错文件；传错时请在正确的单位下重新导入。"
        )
    if report.declared_year and report.declared_year != report.report_year:
        yield (
            f"文件自称 {report.declared_year} 年度报告，却作为 {report.report_year} 年度导入。"
            "请核对年份；年份不对时请重新导入。"
        )
