"""What a stored report says, with what people corrected, in the form that the reader gives."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from server.db.queries import reports as queries
from server.db.queries import waivers
from server.db.tables import Entry, EntryPair, Report, Waiver
from server.domain.reports.parsed import Figure, Finding, Item, Pair, ParsedReport, Section
from server.rendering.report_json import finding_facts


def reading_of(session: Session, report: Report) -> ParsedReport:
    """Return a report as read and corrected; what people dropped is left out."""
    held = [entry for entry in queries.entries(session, report.id) if entry.state != "dropped"]
    ordinals = _ordinals(held)
    return ParsedReport(
        title=report.title or None,
        unit=report.declared_unit or None,
        report_year=report.declared_year,
        format=report.format or None,
        sections=tuple(Section(**section) for section in report.sections),
        figures=_figures(session, report),
        problems=tuple(_item(each, ordinals) for each in held if each.kind == "problem"),
        measures=tuple(_item(each, ordinals) for each in held if each.kind == "measure"),
        pairs=_pairs(queries.pairs(session, report.id), held, ordinals),
        findings=findings_of(session, report),
    )


def findings_of(session: Session, report: Report) -> tuple[Finding, ...]:
    """Return the complaints about a report, errors first."""
    return tuple(
        Finding(
            each.code,
            each.severity,  # type: ignore[arg-type]  # the database holds it to the same words
            each.message,
            each.start,
            each.end,
            each.params,
            each.source,
        )
        for each in queries.findings(session, report.id)
    )


def findings_with_waivers(session: Session, report: Report) -> list[dict[str, Any]]:
    """Return the complaints as JSON, each with the decision that it needs no correction, if any."""
    waived = waivers.of_report(session, report.id)
    rows = queries.findings(session, report.id)
    told = finding_facts(findings_of(session, report))
    return [
        {"finding": finding, "waiver": _waiver(waived.get(row.key))}
        for row, finding in zip(rows, told, strict=True)
    ]


def _waiver(waiver: Waiver | None) -> dict[str, Any] | None:
    if waiver is None:
        return None
    return {"by": waiver.waived_by_name, "reason": waiver.reason, "at": waiver.waived_at}


def _ordinals(entries: Iterable[Entry]) -> dict[int, int]:
    counted = {"problem": 0, "measure": 0}
    found = {}
    for entry in entries:
        counted[entry.kind] += 1
        found[entry.id] = counted[entry.kind]
    return found


def _item(entry: Entry, ordinals: dict[int, int]) -> Item:
    return Item(
        role="problem" if entry.kind == "problem" else "measure",
        ordinal=ordinals[entry.id],
        start=entry.start,
        end=entry.end,
        text=entry.text,
        classes=tuple(entry.classes),
        heading=entry.heading or None,
        confidence=entry.confidence,
    )


def _figures(session: Session, report: Report) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            each.key,
            each.label,
            _number(each.value),
            each.state,  # type: ignore[arg-type]  # the same of the state
            each.measured_in,
        )
        for each in queries.figures(session, report.id)
    )


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _pairs(
    pairs: Iterable[EntryPair], held: Iterable[Entry], ordinals: dict[int, int]
) -> tuple[Pair, ...]:
    """Return for every problem the measures that answer it; none is a statement too."""
    answers: dict[int, list[EntryPair]] = {
        entry.id: [] for entry in held if entry.kind == "problem"
    }
    for pair in pairs:
        if pair.problem_id in answers and pair.measure_id in ordinals:
            answers[pair.problem_id].append(pair)
    return tuple(
        Pair(
            ordinals[problem],
            tuple(sorted(ordinals[pair.measure_id] for pair in found)),
            tuple(dict.fromkeys(pair.reason for pair in found if pair.reason)),
        )
        for problem, found in answers.items()
    )
