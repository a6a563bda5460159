"""Lines drawn as SVG paths on the server: they print, and need no script."""

from dataclasses import dataclass
from datetime import date

from server.domain.burndown import BurnDown, Remaining

WIDTH, HEIGHT = 1040, 160
"""The drawing's own units; the page scales it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day under the chart and where it stands."""

    day: date
    x: float


@dataclass(frozen=True, slots=True)
class BurnDownChart:
    """What the template draws of a burn-down."""

    planned: str
    actual: str
    today: Mark
    marks: tuple[Mark, ...]
    burn: BurnDown
    width: int = WIDTH
    height: int = HEIGHT


def burn_down_chart(burn: BurnDown) -> BurnDownChart:
    """Return the paths of both lines and the days to write below them."""
    today = burn.actual[-1].day
    days = sorted({burn.first, burn.last, today})
    return BurnDownChart(
        planned=_path(burn, burn.planned),
        actual=_path(burn, burn.actual),
        today=Mark(today, _x(burn, today)),
        marks=tuple(Mark(day, _x(burn, day)) for day in days),
        burn=burn,
    )


def _path(burn: BurnDown, line: tuple[Remaining, ...]) -> str:
    steps = (f"H{_x(burn, each.day)}V{_y(burn, each.count)}" for each in line)
    return "M0 0" + "".join(steps)


def _x(burn: BurnDown, day: date) -> float:
    return round((day - burn.first).days / (burn.last - burn.first).days * WIDTH, 1)


def _y(burn: BurnDown, count: int) -> float:
    return round((1 - count / burn.total) * HEIGHT, 1)
