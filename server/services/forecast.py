"""What would be sent from one day to another, counted or row by row. Writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from server.db.queries import forecast as queries
from server.db.queries.forecast import ForecastRow, OpenGroup, Place, Queued, Told
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.domain.reminders import PlannedStage, stage_title, stages_between, stages_due
from server.services.rules import Rules, in_force


@dataclass(frozen=True, slots=True)
class Sending:
    """A stage with the day on which planning writes it and the one on which it goes out."""

    stage: PlannedStage
    told_on: date
    sent_on: date


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the rules do within a scope in some days, in groups; counted and read from there."""

    scope: Scope
    today: date
    coming: Sequence[tuple[OpenGroup, Sequence[Sending]]]
    """What planning is still to write."""
    queued: Sequence[tuple[Queued, date]]
    """What the ledger holds and nobody was mailed, with the day on which it goes out."""

    @property
    def days(self) -> list[date]:
        """Return the days on which something goes out, as far as groups tell."""
        coming = {each.sent_on for _, sendings in self.coming for each in sendings}
        return sorted(coming | {on for _, on in self.queued})

    def of(self, day: date) -> "Outlook":
        """Return the same for one day of these."""
        coming = [
            (group, sent)
            for group, sendings in self.coming
            if (sent := [each for each in sendings if each.sent_on == day])
        ]
        queued = [(group, on) for group, on in self.queued if on == day]
        return Outlook(self.scope, self.today, coming, queued)


def outlook(
    session: Session,
    rules: Rules,
    scope: Scope,
    first: date,
    last: date,
    *,
    today: date,
    now: datetime | None = None,
) -> Outlook:
    """Return what goes out from `first` to `last`, in groups.

    Holds if nobody answers meanwhile and planning runs every day. What an outage or a new matter
    left behind goes out today, and so does what is planned and not yet mailed; what is planned on
    a day off goes out when the office opens again. With `now`, today counts as over when its last
    slot is.
    """
    ahead = _Coming(in_force(session, rules), today, now)
    groups = queries.groups_open(session, scope, today, list(ahead.rules.own_delivery))
    stages = [
        (group, [each for each in ahead.stages(group, last) if first <= each.sent_on <= last])
        for group in groups
    ]
    overtaken = {key for group in groups for key in ahead.overtaken(group)}
    queued = [
        (group, ahead.queued_on(group))
        for group in queries.queued(session, scope, today)
        if group.in_message or (group.policy, group.due_on, group.stage) not in overtaken
    ]
    return Outlook(
        scope,
        today,
        [(group, sendings) for group, sendings in stages if sendings],
        [(group, on) for group, on in queued if first <= on <= last],
    )


def counted(session: Session, seen: Outlook) -> list[Told]:
    """Return all that goes out, counted by day in one or several parts."""
    waiting = [Told(on, group.held, group.lines, group.people) for group, on in seen.queued]
    return waiting + [
        told
        for group, sendings in seen.coming
        for told in queries.counts_of(session, seen.scope, group, sendings, seen.today)
    ]


def rows(session: Session, seen: Outlook, limit: int) -> list[ForecastRow]:
    """Return what goes out by day, up to `limit` rows; those that wait for release say `held`."""
    return _read(session, seen, limit, None)


def page(session: Session, seen: Outlook, after: Place, limit: int) -> list[ForecastRow]:
    """Return the next `limit` rows after a place."""
    found = list[ForecastRow]()
    for day in seen.days:
        if after.on <= day and len(found) < limit:
            begin = after if day == after.on else Place(day)
            found += _read(session, seen.of(day), limit - len(found), begin)
    return found


def _read(session: Session, seen: Outlook, limit: int, after: Place | None) -> list[ForecastRow]:
    found = list[ForecastRow]()
    if seen.queued:
        found += queries.queued_rows(session, seen.scope, seen.queued, seen.today, limit, after)
    for group, sendings in seen.coming:
        found += queries.rows_of(session, seen.scope, group, sendings, seen.today, limit, after)
    return sorted(found, key=_order)[:limit]


def _order(row: ForecastRow) -> tuple[date, int, int, int, str]:
    return row.on, row.unit_id, row.recipient_id, row.matter_id, row.stage


def place_of(row: ForecastRow) -> Place:
    """Return the place behind a row."""
    return Place(*_order(row))


def forecast(
    session: Session,
    rules: Rules,
    scope: Scope,
    first: date,
    last: date,
    *,
    today: date,
    now: datetime | None = None,
    limit: int = 2000,
) -> list[ForecastRow]:
    """Return every reminder that would go out from `first` to `last`, by day, up to `limit`."""
    return rows(session, outlook(session, rules, scope, first, last, today=today, now=now), limit)


@dataclass(frozen=True, slots=True)
class _Coming:
    """What the rules will do from today on."""

    rules: Rules
    today: date
    now: datetime | None

    def sent_on(self, day: date, office: int | None) -> date:
        """Return the day on which what is planned that day goes out."""
        hours, calendar = self.rules.delivery_of(office).hours, self.rules.calendar
        if day == self.today and self.now is not None:
            return hours.opens_at(self.now.astimezone(OFFICE_ZONE), calendar).date()
        return hours.first_open_day(day, calendar)

    def queued_on(self, group: Queued) -> date:
        """Return the day on which what the ledger holds goes out."""
        if group.in_message:
            return group.planned_for
        return self.sent_on(group.planned_for, group.office)

    def stages(self, group: OpenGroup, last: date) -> list[Sending]:
        """Return what planning will write for a group until `last` and nothing newer overtakes."""
        policy, starts_on = self.rules.policy(group.policy), group.starts_on
        caught_up = (
            (stage, starts_on)
            for stage in stages_due(policy, group.due_on, starts_on, self.rules.calendar)
            if stage.state == "pending"
        )
        tomorrow = starts_on + timedelta(days=1)
        later = stages_between(policy, group.due_on, tomorrow, last, self.rules.calendar)
        written = [*caught_up, *((stage, stage.scheduled_on) for stage in later)]
        sent = [Sending(stage, on, self.sent_on(on, group.own_office)) for stage, on in written]
        return [
            each
            for each in sent
            if each.stage.catch_up == "always"
            or not any(each.told_on < newer.told_on <= each.sent_on for newer in sent)
        ]

    def overtaken(self, group: OpenGroup) -> Iterator[tuple[str, date, str]]:
        """Yield the stages in the ledger that give way before they can go out."""
        policy = self.rules.policy(group.policy)
        opens = self.sent_on(self.today, group.own_office)
        if group.starts_on > opens:
            return
        for stage in stages_due(policy, group.due_on, opens, self.rules.calendar):
            if stage.state == "superseded":
                yield group.policy, group.due_on, stage.key


def why(row: ForecastRow) -> str:
    """Return the Chinese reason of a stage: `到期前7个工作日提醒`."""
    return stage_title(row.stage)


def forecast_facts(rows: Iterable[ForecastRow]) -> list[dict[str, Any]]:
    """Return forecast reminders as JSON, for `duban forecast` and for other systems."""
    return [_facts(row) for row in rows]


def _facts(row: ForecastRow) -> dict[str, Any]:
    facts = asdict(row)
    del facts["recipient_id"]
    return facts | {
        "on": row.on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "why": why(row),
    }
