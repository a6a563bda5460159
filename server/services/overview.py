"""The office's page: lights, countdown, unit × milestone heat map, what needs me today."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from server.db.queries import matters as matter_queries
from server.db.queries import overview as queries
from server.db.queries.overview import HeatFilter
from server.db.tables import Matter, Unit
from server.domain.access import Scope
from server.domain.burndown import BurnDown, Steps, burn_down
from server.domain.calendars import WorkCalendar
from server.domain.lights import Light, LightReading, LightScale, light_on
from server.domain.milestones import Milestone

OPEN = ("open", "acknowledged", "returned")
PAGE = 50
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sight:
    """From where one looks: whose scope, on which day, by which calendar and scale."""

    scope: Scope
    today: date
    calendar: WorkCalendar
    scale: LightScale

    def light(self, due_on: date) -> LightReading:
        """Return the light of a date as seen today."""
        return light_on(due_on, self.today, self.calendar, self.scale)


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit at one milestone: its matter, and its light while open."""

    matter: Matter
    light: LightReading | None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit with its cells by milestone; None where it has no such milestone."""

    unit: Unit
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A page of the heat map; `after` leads to the next page."""

    milestones: tuple[Milestone, ...]
    rows: tuple[HeatRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Countdown:
    """The nearest statutory date still to come or just missed, and who stands where."""

    due_on: date
    light: LightReading
    units: int
    filed: int
    confirmed: int


@dataclass(frozen=True, slots=True)
class Needs:
    """What needs the office today."""

    answered: list[tuple[Matter, Unit]]
    late: list[tuple[Matter, Unit]]
    reports_to_review: int
    reports_refused: int
    mails_dead: int


@dataclass(frozen=True, slots=True)
class HeadingCount:
    """How far the ledger's entries under one heading have come."""

    heading: str
    closed: int
    answered: int
    open: int

    @property
    def total(self) -> int:
        """All entries under the heading."""
        return self.closed + self.answered + self.open


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the first page shows of one report year."""

    years: list[int]
    year: int
    countdown: Countdown | None
    burn: BurnDown | None
    lights: dict[Light, int]
    """Open milestones of the year by light."""
    headings: list[HeadingCount]
    needs: Needs


def years(session: Session, scope: Scope) -> list[int]:
    """Return the report years that have obligations within the scope, newest first."""
    return queries.years(session, scope)


def overview(session: Session, sight: Sight, year: int | None = None) -> Overview | None:
    """Return the overview of a report year (the newest by default); None before any is opened."""
    known = years(session, sight.scope)
    if not known:
        return None
    chosen = year if year in known else known[0]
    counts = queries.milestone_counts(session, sight.scope, chosen)
    return Overview(
        years=known,
        year=chosen,
        countdown=_countdown(sight, counts),
        burn=burn_down(_steps(counts), sight.today),
        lights=_lights(sight, counts),
        headings=headings(session, sight.scope),
        needs=needs(session, sight),
    )


def _countdown(sight: Sight, counts: list[queries.MilestoneCount]) -> Countdown | None:
    last = [each for each in counts if each.milestone == Milestone.PUBLICATION]
    if not last:
        return None
    waiting = [each.due_on for each in last if each.state in OPEN]
    due_on = min(waiting or [each.due_on for each in last])
    states = Counter[str]()
    for each in last:
        states[each.state] += each.units
    return Countdown(
        due_on=due_on,
        light=sight.light(due_on),
        units=states.total(),
        filed=states["answered"] + states["closed"],
        confirmed=states["closed"],
    )


def _steps(counts: Iterable[queries.MilestoneCount]) -> list[Steps]:
    owed = [each for each in counts if each.state != "cancelled"]
    return [Steps(each.due_on, each.done_on, each.units) for each in owed]


def _lights(sight: Sight, counts: Iterable[queries.MilestoneCount]) -> dict[Light, int]:
    found = Counter[Light]()
    for each in counts:
        if each.state in OPEN:
            found[sight.light(each.due_on).light] += each.units
    return {light: found[light] for light in Light}


def headings(session: Session, scope: Scope) -> list[HeadingCount]:
    """Return the ledger by heading."""
    found: dict[str, Counter[str]] = {
        "channels": Counter(),
        "content": Counter(),
        "mechanisms": Counter(),
    }
    for heading, state, count in queries.commitments_by_heading(session, scope):
        found[heading][state] += count
    return [
        HeadingCount(
            heading, states["closed"], states["answered"], sum(states[each] for each in OPEN)
        )
        for heading, states in found.items()
    ]


def needs(session: Session, sight: Sight) -> Needs:
    """Return what waits for the office, the oldest first, a few of each."""
    return Needs(
        answered=matter_queries.waiting_for_office(session, sight.scope)[:SHOWN],
        late=queries.late_matters(session, sight.scope, sight.today, SHOWN),
        reports_to_review=queries.reports_in_state(session, sight.scope, "read"),
        reports_refused=queries.reports_in_state(session, sight.scope, "refused"),
        mails_dead=queries.messages_in_state(session, sight.scope, "dead"),
    )


def work(session: Session, sight: Sight) -> tuple[int, int]:
    """Return how many matters are overdue, and how many wait for the office."""
    return queries.work(session, sight.scope, sight.today)


def heat_map(
    session: Session,
    sight: Sight,
    year: int,
    wanted: HeatFilter,
    *,
    after: str = "",
    limit: int = PAGE,
) -> HeatMap:
    """Return a page of units with their milestones; `after` is the last page's mark."""
    units = queries.heat_units(
        session,
        sight.scope,
        year,
        wanted,
        today=sight.today,
        after=_mark(after),
        limit=limit + 1,
    )
    shown = units[:limit]
    matters = queries.cells(session, [unit.id for unit in shown], year)
    by_place = {(matter.unit_id, matter.milestone): matter for matter in matters}
    rows = tuple(
        HeatRow(unit, tuple(_cell(sight, by_place.get((unit.id, each))) for each in Milestone))
        for unit in shown
    )
    more = f"{shown[-1].sort}-{shown[-1].id}" if len(units) > limit else ""
    return HeatMap(tuple(Milestone), rows, more)


def _cell(sight: Sight, matter: Matter | None) -> Cell | None:
    if matter is None:
        return None
    return Cell(matter, sight.light(matter.due_on) if matter.state in OPEN else None)


def _mark(after: str) -> tuple[int, int] | None:
    first, _, last = after.partition("-")
    return (int(first), int(last)) if first.isdecimal() and last.isdecimal() else None
