"""Review: a person corrects what was read, then confirms it into the ledger.

Every edit names the version it was made on; a stale one is refused and nothing is overwritten.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import commitments as commitment_queries
from server.db.queries import reports as queries
from server.db.tables import Commitment, Entry, Matter, Report, Unit
from server.domain.access import Scope
from server.domain.calendars import WorkCalendar
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit, reports
from server.services.audit import Actor
from server.services.entries import renumber

HEADINGS = {"channels": "拓宽渠道", "content": "丰富内容", "mechanisms": "完善机制"}
KINDS = {"problem": "存在问题", "measure": "改进措施"}


@dataclass(frozen=True, slots=True)
class EntryEdit:
    """What a person wants an entry to be; `start`/`end` None keeps the span."""

    kind: str
    text: str
    heading: str
    classes: tuple[str, ...] = ()
    start: int | None = None
    end: int | None = None


def for_change(session: Session, scope: Scope, report_id: int) -> tuple[Report, Unit]:
    """Return a report within the scope, held so that edits come one after another."""
    report, unit = reports.visible(session, scope, report_id)
    return queries.locked(session, report.id), unit


def entry_of(session: Session, report: Report, entry_id: int) -> Entry:
    """Return an entry of this report."""
    entry = session.get(Entry, entry_id)
    if entry is None or entry.report_id != report.id:
        raise NotFound("这一条已不存在，请刷新页面。")
    return entry


def add_entry(
    session: Session, report: Report, edit: EntryEdit, actor: Actor, *, now: datetime
) -> Entry:
    """Add a problem or measure that the reader missed."""
    _check(report, edit)
    entry = Entry(
        report_id=report.id,
        kind=edit.kind,
        ordinal=0,
        start=0,
        end=0,
        text="",
        classes=[],
        heading=edit.heading,
        origin="person",
        state="accepted",
    )
    _apply(report, entry, edit)
    session.add(entry)
    session.flush()  # the record names the entry
    renumber(session, report)
    record_act(session, report, entry, "add", actor, now)
    return entry


def change_entry(
    session: Session,
    report: Report,
    entry: Entry,
    edit: EntryEdit,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Correct an entry; correcting is accepting."""
    _check(report, edit)
    ensure_fresh(entry, version)
    before = {"kind": entry.kind, "text": entry.text, "heading": entry.heading}
    _apply(report, entry, edit)
    entry.state = "accepted"
    entry.row_version += 1
    session.flush()  # numbering reads the new kind and place
    renumber(session, report)
    record_act(session, report, entry, "change", actor, now, before=before)


def set_state(
    session: Session,
    report: Report,
    entry: Entry,
    state: str,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Accept, drop or take back (`proposed`) an entry; a dropped one stays visible."""
    ensure_open(report)
    ensure_fresh(entry, version)
    entry.state = state
    entry.row_version += 1
    session.flush()  # numbering reads the new state
    renumber(session, report)
    record_act(session, report, entry, state, actor, now)


def commitments_due_on(report_year: int, today: date, calendar: WorkCalendar) -> date:
    """Return by when what a report promises is to be done: before the next report is drafted.

    The office's own setting; a report confirmed late in the year still gets ten working days.
    """
    end = calendar.last_workday_on_or_before(date(report_year + 1, 12, 20))
    return max(end, calendar.add_workdays(today, 10))


def confirm(
    session: Session, report: Report, unit: Unit, due_on: date, actor: Actor, *, now: datetime
) -> list[Commitment]:
    """Turn every entry not dropped into a commitment with its matter; return the new ones.

    `due_on` is the office's date for commitments of this year; the checklist gives each item its
    own. Confirming twice adds nothing.
    """
    ensure_open(report)
    kept = [entry for entry in queries.entries(session, report.id) if entry.state != "dropped"]
    _check_confirmable(kept)
    report.state, report.confirmed_at, report.confirmed_by = "confirmed", now, actor.contact_id
    report.row_version += 1
    report.compare_due = True  # next year's is held against what people made of this one
    first = commitment_queries.count_of(session, unit.id, report.report_year) + 1
    added = [
        _commit(session, report, unit, entry, first + offset, due_on, now)
        for offset, entry in enumerate(kept)
    ]
    audit.record(
        session, actor, "confirm", "report", report.id, now=now, unit_id=unit.id, count=len(added)
    )
    return added


def _commit(
    session: Session,
    report: Report,
    unit: Unit,
    entry: Entry,
    number: int,
    due_on: date,
    now: datetime,
) -> Commitment:
    entry.state = "accepted"
    commitment = Commitment(
        code=f"{report.report_year}-{unit.code}-{number:02d}",
        unit_id=unit.id,
        report_id=report.id,
        entry_id=entry.id,
        report_year=report.report_year,
        kind=entry.kind,
        text=entry.text,
        heading=entry.heading,
        classes=entry.classes,
        created_at=now,
    )
    session.add(commitment)
    session.flush()  # the matter needs the commitment's id
    session.add(_matter(commitment, due_on, now))
    return commitment


def _matter(commitment: Commitment, due_on: date, now: datetime) -> Matter:
    return Matter(
        unit_id=commitment.unit_id,
        kind="commitment",
        report_year=commitment.report_year,
        commitment_id=commitment.id,
        title=f"整改事项 {commitment.code}",
        due_on=due_on,
        due_moved_at=now,
        policy="commitment",
        source=f"{commitment.report_year}年度报告自行提出；时限为本办公室自定",
        next_stage_on=now.date(),
    )


def _check_confirmable(kept: list[Entry]) -> None:
    if not kept:
        raise InvalidInput("没有可确认的条目：请先补录至少一条问题或措施，或说明报告未提出问题。")
    unsorted_ = [entry for entry in kept if entry.heading not in HEADINGS]
    if unsorted_:
        names = "、".join(f"{KINDS[entry.kind]}{entry.ordinal}" for entry in unsorted_)
        raise InvalidInput(
            f"以下条目还没有归口：{names}。请逐条选择“拓宽渠道、丰富内容、完善机制”之一。"
        )


def _check(report: Report, edit: EntryEdit) -> None:
    ensure_open(report)
    problems: dict[str, str] = {}
    if edit.kind not in KINDS:
        problems["kind"] = "请选择“存在问题”或“改进措施”"
    if edit.heading not in HEADINGS:
        problems["heading"] = "请选择归口"
    if not edit.text.strip() and edit.start is None:
        problems["text"] = "请填写内容，或在原文中选取一段"
    if edit.start is not None and not _inside(report, edit):
        problems["start"] = f"位置应在 0 至 {len(report.text)} 之间，且起点在终点之前"
    if problems:
        raise InvalidInput("有内容需要更正：" + "；".join(problems.values()) + "。", problems)


def _inside(report: Report, edit: EntryEdit) -> bool:
    start, end = edit.start or 0, edit.end or 0
    return 0 <= start < end <= len(report.text)


def _apply(report: Report, entry: Entry, edit: EntryEdit) -> None:
    entry.kind, entry.heading, entry.classes = edit.kind, edit.heading, list(edit.classes)
    if edit.start is not None and edit.end is not None:
        entry.start, entry.end = edit.start, edit.end
        entry.text = edit.text.strip() or report.text[edit.start : edit.end]
    else:
        entry.text = edit.text.strip()


def ensure_open(report: Report) -> None:
    """Raise Conflict unless the report's entries may be edited."""
    if report.state == "confirmed":
        raise Conflict("这份报告已经确认入账，不能再改条目；如需更正，请在台账中办理。")
    if report.state != "read":
        raise Conflict("这份报告还没有读取完成，暂时不能审核。")


def ensure_fresh(entry: Entry, version: int) -> None:
    """Raise Conflict when somebody changed the entry after this version was shown."""
    if entry.row_version != version:
        raise Conflict(
            f"这一条刚被别人改过（现为：{entry.text[:40]}）。您的修改没有保存，请刷新后再改。"
        )


def record_act(
    session: Session,
    report: Report,
    entry: Entry,
    action: str,
    actor: Actor,
    now: datetime,
    **detail: object,
) -> None:
    """Write an act on an entry into the record."""
    audit.record(
        session,
        actor,
        action,
        "entry",
        entry.id,
        now=now,
        unit_id=report.unit_id,
        report=report.id,
        **detail,
    )
