"""Reports: their state, and their reading in the shape of `duban read`."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from server.api.schemas.common import Number, PageQuery, Resource, UnitRef, Year
from server.db import tables

ReportState = Literal["waiting", "reading", "read", "refused", "confirmed"]


class ReportQuery(PageQuery):
    """Which reports."""

    year: Year | None = Field(None, description="报告年度")
    unit_id: Number | None = None
    state: Literal[ReportState, "unread"] | None = Field(
        None, description="unread 为等待读取和正在读取"
    )


class Report(Resource):
    """年度报告: a file as taken in, and how far its reading is."""

    id: int
    unit: UnitRef
    report_year: int
    file_version: int = Field(description="同一单位同一年度的第几份文件")
    file_name: str
    sha256: str
    size: int
    state: ReportState = Field(
        description="waiting 等待读取，reading 正在读取，read 待审核，refused 不能读取，"
        "confirmed 已入账"
    )
    error: str = Field(description="不能读取的原因和办法")
    title: str
    format: str
    uploaded_at: datetime
    read_at: datetime | None
    confirmed_at: datetime | None
    version: int

    @classmethod
    def of(cls, report: tables.Report, unit: tables.Unit) -> "Report":
        """Show a report."""
        return cls(
            id=report.id,
            unit=UnitRef.of(unit),
            report_year=report.report_year,
            file_version=report.version,
            file_name=report.file_name,
            sha256=report.sha256,
            size=report.size,
            state=report.state,
            error=report.error,
            title=report.title,
            format=report.format,
            uploaded_at=report.uploaded_at,
            read_at=report.read_at,
            confirmed_at=report.confirmed_at,
            version=report.row_version,
        )


class Section(Resource):
    """A top-level part."""

    number: int | None
    title: str
    start: int
    end: int
    topic: str | None
    body: int


class Figure(Resource):
    """统计指标值: one cell of the tables."""

    key: str
    label: str
    value: int | float | None
    state: Literal["value", "zero", "blank", "slash", "untouched"]
    unit: str
    start: int | None
    end: int | None


class Item(Resource):
    """A problem or a measure with its place in the text."""

    ordinal: int
    start: int
    end: int
    text: str
    classes: list[str]
    heading: str | None
    confidence: float
    reasons: list[str]


class Pair(Resource):
    """The measures, by ordinal, that answer one problem."""

    problem: int
    measures: list[int]
    reasons: list[str]


class Finding(Resource):
    """校验问题: one complaint of a check."""

    code: str
    severity: Literal["error", "question", "information"]
    message: str
    start: int | None
    end: int | None
    params: dict[str, Any]
    source: str


class Reading(Resource):
    """What a report says: the JSON of `duban read`, with what people corrected."""

    title: str | None
    unit: str | None
    report_year: int | None
    format: str | None
    sections: list[Section]
    figures: list[Figure]
    problems: list[Item]
    measures: list[Item]
    pairs: list[Pair]
    findings: list[Finding]


class Waiver(Resource):
    """That a person decided that a complaint needs no correction, and why."""

    by: str
    reason: str
    at: datetime


class ReportFinding(Resource):
    """校验问题 of a stored report, with its waiver if there is one."""

    finding: Finding
    waiver: Waiver | None


class Findings(Resource):
    """All complaints about one report, errors first."""

    items: list[ReportFinding]
