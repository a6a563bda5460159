"""The only place that reads the system clock."""

from datetime import UTC, date, datetime

from server.domain.dates import OFFICE_ZONE


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this module is the one reader of the clock


def today() -> date:
    """Return today's date where the office sits (Asia/Shanghai)."""
    return utc_now().astimezone(OFFICE_ZONE).date()
