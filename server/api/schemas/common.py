"""What all resources share: strict shapes, pages, lights, references to units."""

import re
from datetime import date
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from server.db import tables
from server.domain.lights import Light, LightReading

LARGEST = 2**63 - 1
Number = Annotated[int, Field(ge=1, le=LARGEST)]
"""The number of a row."""
Year = Annotated[int, Field(ge=2008, le=2100)]
"""A report year; the Regulation came into force in 2008."""
MOST = 200
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _written_out(value: object) -> object:
    """Refuse the numbers that pydantic would take for seconds since 1970."""
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise PydanticCustomError("date_parsing", "not a date")
    return value


Day = Annotated[date, BeforeValidator(_written_out)]
"""A day that is asked for, as 2026-01-31."""

Item = TypeVar("Item")


class Resource(BaseModel):
    """Something that is answered: exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Asked(BaseModel):
    """Something that is asked: an unknown name is a mistake, never silence."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(Asked):
    """Which page of a list: follow `next` of the page before."""

    limit: int = Field(50, ge=1, le=MOST, description=f"每页条数，最多 {MOST}")
    after: str = Field(
        "",
        pattern=r"^([0-9]{1,18}(-[0-9]{1,18})?)?$",
        description="上一页 next 里的位置，不要自行拼写",
    )

    @property
    def last(self) -> int:
        """The number that a place in a list names; 0 for the beginning."""
        return int(self.after) if self.after.isdecimal() else 0


class Page(Resource, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="下一页的地址（路径和参数）；没有下一页时为 null")


class UnitRef(Resource):
    """A unit, named."""

    id: int
    code: str
    name: str

    @classmethod
    def of(cls, unit: tables.Unit) -> "UnitRef":
        """Name a unit."""
        return cls(id=unit.id, code=unit.code, name=unit.name)


class LightShown(Resource):
    """灯色: how near a date is, by working days left."""

    light: Light
    word: str
    phrase: str
    workdays_left: int
    provisional: bool = Field(description="推算用到了尚未公布放假安排的年份，为暂定")

    @classmethod
    def of(cls, reading: LightReading) -> "LightShown":
        """Show a light."""
        return cls(
            light=reading.light,
            word=reading.band.word,
            phrase=reading.phrase,
            workdays_left=reading.workdays_left,
            provisional=reading.provisional,
        )


class Step(Resource):
    """One step of how a date was worked out."""

    rule: str
    date: str
    note: str
    source: str
