"""The monthly circular: drafted from the ledger, edited, saved by version, issued once."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import circulars as queries
from server.db.tables import Circular, Unit
from server.domain.access import Scope
from server.domain.circulars import (
    UnitFacts,
    Words,
    drafted,
    facts_from,
    facts_json,
    facts_of,
    last_day,
)
from server.errors import Conflict, InvalidInput
from server.services import audit, calendars
from server.services.audit import Actor

LONGEST = {"title": 100, "opening": 1000, "findings": 4000, "demands": 2000, "number": 60}


@dataclass(frozen=True, slots=True)
class Draft:
    """A month as its page shows it: figures, words, and the versions before."""

    month: date
    facts: list[UnitFacts]
    words: Words
    number: str
    drawn_on: date
    versions: list[Circular]

    @property
    def issued(self) -> Circular | None:
        """Return the issued version, whose figures and words no longer change."""
        return next((each for each in self.versions if each.state == "issued"), None)


def current(session: Session, office: Unit, month: date, *, today: date) -> Draft:
    """Return a month's circular: as issued, or with the ledger's figures of today."""
    versions = queries.versions(session, office.id, month)
    issued = next((each for each in versions if each.state == "issued"), None)
    facts = facts_from(issued.facts) if issued else _facts(session, office, month, today)
    kept = issued or (versions[0] if versions else None)
    words = (
        Words(kept.title, kept.opening, kept.findings, kept.demands)
        if kept
        else drafted(month, office.name, facts)
    )
    drawn_on = issued.drawn_on if issued else today
    return Draft(month, facts, words, kept.number if kept else "", drawn_on, versions)


def _facts(session: Session, office: Unit, month: date, today: date) -> list[UnitFacts]:
    scope, last = Scope(office.path, subtree=True), last_day(month)
    return facts_of(
        queries.due_in(session, scope, month, last),
        queries.slips_in(session, scope, month, last),
        calendars.current(session),
        today,
    )


def save(
    session: Session,
    office: Unit,
    month: date,
    words: Words,
    number: str,
    actor: Actor,
    *,
    seen: int,
    issue: bool,
    today: date,
    now: datetime,
) -> Circular:
    """Keep a version; with `issue` its figures are frozen and the month takes no further one.

    `seen` is the version that the person edited. Raises: Conflict, when somebody saved meanwhile
    or the circular was issued; InvalidInput, when words are missing, too long, or the month is
    not over yet and shall be issued.
    """
    queries.hold(session, office.id)
    before = current(session, office, month, today=today)
    newest = before.versions[0].version if before.versions else 0
    if before.issued:
        raise Conflict("这个月的通报已经印发，内容和数字不再改动。")
    if newest != seen:
        raise Conflict(
            f"别人刚保存了第{newest}版，您的修改没有保存。请复制您的文字，刷新页面后再改。"
        )
    _check(words, number)
    if issue and last_day(month) >= today:
        raise InvalidInput("这个月还没有结束，数字还会变，月底以后才能标为已印发。")
    kept = Circular(
        office_id=office.id,
        month=month,
        version=newest + 1,
        state="issued" if issue else "draft",
        number=number.strip(),
        title=words.title.strip(),
        opening=words.opening.strip(),
        findings=words.findings.strip(),
        demands=words.demands.strip(),
        facts=facts_json(before.facts),
        drawn_on=today,
        saved_by=actor.contact_id,
        saved_by_name=actor.label,
        saved_at=now,
        issued_at=now if issue else None,
    )
    session.add(kept)
    session.flush()  # the record names it
    audit.record(
        session, actor, "issue_circular" if issue else "save_circular", "circular", kept.id,
        now=now, unit_id=office.id, month=month.isoformat(), version=kept.version,
    )  # fmt: skip
    return kept


def _check(words: Words, number: str) -> None:
    told = {
        "title": ("标题", words.title),
        "opening": ("开头", words.opening),
        "findings": ("情况", words.findings),
        "demands": ("要求", words.demands),
        "number": ("文号", number),
    }
    for name, (label, value) in told.items():
        if name != "number" and not value.strip():
            raise InvalidInput(f"“{label}”不能为空。", {name: "不能为空"})
        if len(value) > LONGEST[name]:
            raise InvalidInput(
                f"“{label}”有 {len(value)} 字，超过 {LONGEST[name]} 字，请删减。", {name: "过长"}
            )
