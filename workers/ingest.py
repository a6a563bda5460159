"""The task that reads the files which people imported, one at a time, each under a lease."""

import structlog
from celery import shared_task

from server import clock
from server.db.tables import Report
from server.errors import Refused
from server.services import reading, reports
from workers import runtime

log = structlog.get_logger()


@shared_task(name="workers.ingest.read_next")
def read_next() -> None:
    """Read every waiting file; a process that a file kills leaves its lease to run out."""
    while not runtime.stopping():
        with runtime.transaction() as session:
            report = reports.claim_unread(session, now=clock.utc_now())
        if report is None:
            return
        read_one(report)


def read_one(claimed: Report) -> None:
    """Read one claimed file outside any transaction and keep what it says, or why it cannot."""
    try:
        text, parsed = reading.read_file(claimed.content, claimed.file_name, claimed.report_year)
    except Refused as refusal:
        with runtime.transaction() as session:
            report = session.get_one(Report, claimed.id)
            reports.refuse_file(session, report, refusal, now=clock.utc_now())
        return
    with runtime.transaction() as session:
        report = session.get_one(Report, claimed.id, with_for_update=True)
        # Read once more by another, because we were slow: the newer reading stands.
        if report.read_attempts == claimed.read_attempts:
            reports.store_reading(session, report, text, parsed, now=clock.utc_now())
    log.info("read", report=claimed.id)
