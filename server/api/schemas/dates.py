"""The law's dates: the JSON of `duban due` and `duban workdays`."""

from datetime import date

from pydantic import Field

from server.api.schemas.common import Asked, Day, Resource, Step, Year
from server.domain.milestones import Basis, Milestone, UnitKind

FARTHEST = 2000


class DueQuery(Asked):
    """Which year and kind of unit."""

    year: Year = Field(description="报告年度，次年报送")
    kind: UnitKind = Field(description="单位类型")


class Deadline(Resource):
    """时限: the date of one milestone with the steps by which it was computed."""

    milestone: Milestone
    name: str
    due_on: date
    target_on: date
    weekday: str
    statutory: bool
    basis: Basis
    adjustable: bool
    provisional: bool
    steps: list[Step]
    source: str


class Due(Resource):
    """The milestones of one kind of unit and report year."""

    report_year: int
    kind: UnitKind
    regime: str
    calendar: str
    milestones: list[Deadline]


class AddQuery(Asked):
    """From which day, and how many working days."""

    start: Day = Field(alias="date", description="起始日期，当日不计")
    days: int = Field(ge=-FARTHEST, le=FARTHEST, description="工作日数，可为负数")


class DayOff(Resource):
    """A day that was passed over."""

    date: date
    reason: str


class Added(Resource):
    """The n-th working day from a date."""

    first: date = Field(alias="from")
    days: int
    date: date
    provisional: bool
    calendar: str
    skipped: list[DayOff]


class BetweenQuery(Asked):
    """Between which days."""

    first: Day = Field(alias="from", description="起始日期，当日不计")
    last: Day = Field(alias="to", description="截止日期，当日计入")


class Between(Resource):
    """The working days between two dates."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    workdays: int
    provisional: bool
    calendar: str
