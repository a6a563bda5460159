"""R-11: a day of an office is the same stretch of time wherever it is computed."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import DateTime

from server.db import tables  # noqa: F401 - fills the metadata
from server.db.base import metadata
from server.domain.dates import OFFICE_ZONE

INSTANTS = st.datetimes(
    datetime(1992, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2100, 12, 31),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
DAYS = st.dates(date(1992, 1, 1), date(2100, 12, 30))


@given(INSTANTS)
def test_the_office_is_eight_hours_ahead_of_utc_all_the_year(instant: datetime) -> None:
    assert instant.astimezone(OFFICE_ZONE).utcoffset() == timedelta(hours=8)


@given(DAYS)
def test_the_end_of_a_day_is_one_instant_and_the_beginning_of_the_next(day: date) -> None:
    ends = datetime.combine(day, time.min, OFFICE_ZONE) + timedelta(days=1)
    begins = datetime.combine(day + timedelta(days=1), time.min, OFFICE_ZONE)
    assert ends.astimezone(UTC) == begins.astimezone(UTC)
    assert begins.astimezone(UTC).time() == time(16)
    assert (begins - timedelta(microseconds=1)).astimezone(UTC).astimezone(
        OFFICE_ZONE
    ).date() == day


@given(INSTANTS)
def test_no_local_time_happens_twice(instant: datetime) -> None:
    local = instant.astimezone(OFFICE_ZONE)
    assert local.replace(fold=1).astimezone(UTC) == local.replace(fold=0).astimezone(UTC) == instant


def test_every_instant_of_the_database_carries_its_zone() -> None:
    naive = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, DateTime) and not column.type.timezone
    ]
    assert naive == []
