"""The numbers of the first page, and the state of the record of acts."""

from datetime import date

from pydantic import Field

from server.api.schemas.common import Asked, LightShown, Resource, Year
from server.domain.lights import Light
from server.services import overview


class OverviewQuery(Asked):
    """Which year."""

    year: Year | None = Field(None, description="报告年度；不写则为最近一年")


class Countdown(Resource):
    """The nearest statutory date, and who stands where."""

    due_on: date
    light: LightShown
    units: int
    filed: int
    confirmed: int


class Heading(Resource):
    """How far the ledger's entries under one heading have come."""

    heading: str
    total: int
    open: int
    answered: int
    closed: int


class Overview(Resource):
    """Where everybody stands in one report year."""

    years: list[int] = Field(description="有报送义务的报告年度")
    year: int
    countdown: Countdown | None = Field(description="法定公布时限的倒计时")
    lights: dict[Light, int] = Field(description="未办节点按灯色的数目")
    headings: list[Heading]
    matters_late: int = Field(description="已逾期的事项")
    matters_answered: int = Field(description="待办公室复核的事项")
    reports_to_review: int
    reports_refused: int
    messages_dead: int = Field(description="未能送达的邮件")

    @classmethod
    def of(cls, found: overview.Overview, work: tuple[int, int]) -> "Overview":
        """Show the numbers of one report year."""
        return cls(
            years=found.years,
            year=found.year,
            countdown=_countdown(found.countdown) if found.countdown else None,
            lights=found.lights,
            headings=[_heading(each) for each in found.headings],
            matters_late=work[0],
            matters_answered=work[1],
            reports_to_review=found.needs.reports_to_review,
            reports_refused=found.needs.reports_refused,
            messages_dead=found.needs.mails_dead,
        )


def _countdown(found: overview.Countdown) -> Countdown:
    return Countdown(
        due_on=found.due_on,
        light=LightShown.of(found.light),
        units=found.units,
        filed=found.filed,
        confirmed=found.confirmed,
    )


def _heading(found: overview.HeadingCount) -> Heading:
    return Heading(
        heading=found.heading,
        total=found.total,
        open=found.open,
        answered=found.answered,
        closed=found.closed,
    )


class Verification(Resource):
    """Whether the record of acts is as it was written."""

    intact: bool
    sealed: int = Field(description="已核对的条数")
    unsealed: int = Field(description="尚未计入哈希链的条数，一分钟内计入")
    first_broken: int | None = Field(description="第一处与哈希不符的编号")
