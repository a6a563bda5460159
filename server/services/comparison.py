"""Holding reports against each other: last year's, other units', a government's units, the filed.

Every report that was read, confirmed or given up is compared once, alone of all workers. What is
found replaces what the last comparison found; a person's waiver holds to the complaint and stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from server.db.queries import comparison as queries
from server.db.tables import Finding, Report, Unit
from server.domain.aggregate_checks import check_aggregate, check_published
from server.domain.reports import parsed
from server.domain.reports.copied import PEERS_ALIKE, ProblemPart, check_peer
from server.domain.reports.yearly import Years, check_years
from server.domain.similarity import fingerprint, likeness
from server.domain.waivers import complaint_key, words_at
from server.services.stored import figures_of, part_of, problems_of, stored_report

MOST_CANDIDATES = 60
MOST_ALIKE = 20
"""Pairs kept of one report: who copied a form text from everybody need not hear of everybody."""
MOST_NAMED = 5
LEAST_LETTERS = 60
"""A shorter problem part says nothing; S-03 asks about it."""
MOST_YEARS = 15


@dataclass(frozen=True, slots=True)
class Held:
    """A finding of a comparison, and the report that it was held against, if it is one."""

    finding: parsed.Finding
    other: Report | None = None


def compare_next(session: Session) -> bool:
    """Compare the next report that needs it; False when none does or another worker is at it."""
    report = queries.next_due(session) if queries.alone(session) else None
    if report is None:
        return False
    report.compare_due = False
    standing = queries.standing(session, report.unit_id, report.report_year)
    versions = queries.versions(session, report)
    alike = queries.forget(session, versions)
    queries.forget_findings(session, [each for each in versions if not _is(each, standing)])
    if _is(report.id, standing):
        alike |= _find_alike(session, report)
        _against_the_filed(session, report)
        _with_its_units(session, report)
    elif standing is not None:
        standing.compare_due = True  # its pairs were forgotten with this version's
    for number in sorted(alike):
        _against_peers(session, session.get_one(Report, number))
    _with_its_government(session, report)
    _over_the_years(session, report)
    return True


def _is(report_id: int, standing: Report | None) -> bool:
    return standing is not None and standing.id == report_id


def _find_alike(session: Session, report: Report) -> set[int]:
    """Keep the pairs of a report that counts, and its own findings; return whom it is alike."""
    part = part_of(session, report)
    found: list[tuple[float, Report]] = []
    if len(part.text) >= LEAST_LETTERS:
        bands = fingerprint(part.text)
        likely = queries.candidates(session, report, bands, most=MOST_CANDIDATES)
        found = [(likeness(part.text, part_of(session, each).text), each) for each in likely]
        queries.keep_fingerprint(session, report, bands)
    found.sort(key=lambda each: (-each[0], each[1].id))
    kept = [(share, each) for share, each in found[:MOST_ALIKE] if share >= PEERS_ALIKE]
    for share, other in kept:
        queries.keep_pair(session, report, other, round(share, 4))
    session.flush()  # the findings are written from the pairs
    _against_peers(session, report, part)
    return {other.id for _, other in kept}


def _against_peers(session: Session, report: Report, part: ProblemPart | None = None) -> None:
    part = part or part_of(session, report)
    held = [
        Held(finding, other)
        for other in queries.likest(session, report.id, most=MOST_NAMED)
        for finding in check_peer(
            part, part_of(session, other), session.get_one(Unit, other.unit_id).code
        )
    ]
    _keep(session, report, "peers", held)


def _over_the_years(session: Session, report: Report) -> None:
    """Hold the report of this year, and those of the years after it, against the year before."""
    years = range(report.report_year, report.report_year + MOST_YEARS)
    for year in years:
        now = queries.standing(session, report.unit_id, year)
        if now is None:
            if year > report.report_year:
                return
            continue
        _keep(session, now, "last_year", _against_last_year(session, now))


def _against_last_year(session: Session, now: Report) -> list[Held]:
    before = queries.standing(session, now.unit_id, now.report_year - 1)
    if before is None:
        return []
    years = Years(
        stored_report(session, now),
        now.text,
        stored_report(session, before),
        before.text,
        _earlier(session, before),
    )
    return [Held(finding, before) for finding in check_years(years)]


def _earlier(session: Session, before: Report) -> list[tuple[parsed.Item, ...]]:
    """Return the problems of the years before, newest first, up to the first year without."""
    found: list[tuple[parsed.Item, ...]] = []
    for year in range(before.report_year - 1, before.report_year - MOST_YEARS, -1):
        report = queries.standing(session, before.unit_id, year)
        if report is None:
            break
        found.append(problems_of(session, report))
    return found


def _with_its_government(session: Session, report: Report) -> None:
    unit = session.get_one(Unit, report.unit_id)
    above = unit.parent_id and queries.standing(session, unit.parent_id, report.report_year)
    if above:
        _with_its_units(session, above)


def _with_its_units(session: Session, report: Report) -> None:
    """Hold a government's figures against the sum of the units right below it."""
    below = queries.children(session, report.unit_id)
    read = queries.standing_of(session, [unit.id for unit in below], report.report_year)
    figures = {
        unit.name: figures_of(session, read[unit.id].id) for unit in below if unit.id in read
    }
    missing = [unit.name for unit in below if unit.id not in read]
    total = figures_of(session, report.id)
    found = check_aggregate(total, figures, missing)
    _keep(session, report, "units", [Held(finding) for finding in found])


def _against_the_filed(session: Session, report: Report) -> None:
    filed = queries.confirmed_earlier(session, report)
    held: list[Held] = []
    if filed:
        published = figures_of(session, report.id)
        found = check_published(figures_of(session, filed.id), published)
        held = [Held(finding, filed) for finding in found]
    _keep(session, report, "filed", held)


def _keep(session: Session, report: Report, held_against: str, held: Sequence[Held]) -> None:
    """Bring a report's findings of one comparison to what was found; the same one keeps its row."""
    known = {row.key: row for row in queries.findings_against(session, report.id, held_against)}
    for row in _rows(report, held_against, held):
        standing = known.pop(row.key, None)
        if standing is None:
            session.add(row)
        else:
            standing.severity, standing.message = row.severity, row.message
            standing.start, standing.end, standing.params = row.start, row.end, row.params
            standing.source, standing.other_report_id = row.source, row.other_report_id
    for stale in known.values():
        session.delete(stale)
    session.flush()  # the next report's comparison reads what stands


def _rows(report: Report, held_against: str, held: Iterable[Held]) -> list[Finding]:
    rows: dict[str, Finding] = {}
    for each in held:
        found = each.finding
        place = words_at(report.text, found.start, found.end)
        key = complaint_key(found.code, found.message, found.params, place)
        rows[key] = Finding(
            report_id=report.id,
            code=found.code,
            severity=found.severity,
            message=found.message,
            start=found.start,
            end=found.end,
            params=dict(found.params),
            source=found.source,
            held_against=held_against,
            other_report_id=each.other.id if each.other else None,
            key=key,
        )
    return list(rows.values())
