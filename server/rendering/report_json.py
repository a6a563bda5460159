"""A report's reading as JSON, for `duban read` and for other systems; the keys are a contract."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from server.domain.reports.parsed import Finding, ParsedReport


def report_facts(report: ParsedReport) -> dict[str, Any]:
    """Return what a report says and what is doubtful about it."""
    value = asdict(report)
    for name in ("problems", "measures"):
        for item in value[name]:
            del item["role"]
    return value


def finding_facts(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the complaints of the checks."""
    return [asdict(finding) for finding in findings]
