"""Two versions of one unit's report of one year against each other."""

from dataclasses import dataclass

from sqlmodel import Session

from server.db.tables import Report, Unit
from server.domain.access import Scope
from server.domain.reports.versions import Difference, difference
from server.errors import NotFound
from server.services import reports
from server.services.stored import stored_report


@dataclass(frozen=True, slots=True)
class Versions:
    """The earlier and the later version, and what differs, as people have left both."""

    unit: Unit
    earlier: Report
    later: Report
    difference: Difference


def between(session: Session, scope: Scope, report_id: int, other_id: int) -> Versions:
    """Return two versions within the scope, the earlier first.

    Raises: NotFound, when they are not versions of the same report.
    """
    one, unit = reports.visible(session, scope, report_id)
    other, _ = reports.visible(session, scope, other_id)
    if (one.unit_id, one.report_year) != (other.unit_id, other.report_year):
        raise NotFound("这两份不是同一单位同一年度的报告，请用“左右对照”。")
    earlier, later = sorted((one, other), key=lambda each: each.version)
    found = difference(
        stored_report(session, earlier), earlier.text, stored_report(session, later), later.text
    )
    return Versions(unit, earlier, later, found)
