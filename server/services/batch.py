"""Many reports in one archive: read apart, placed by the unit and year they state, kept.

Two steps, so that no transaction stays open while files are read: `read_all`, then
`import_readings`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from server.adapters.documents.archive import read_archive
from server.adapters.documents.sniff import kind_of
from server.db.queries import units as unit_queries
from server.db.tables import Unit
from server.domain.access import Scope
from server.domain.reports.parsed import ParsedReport
from server.domain.unit_names import NamedUnit, UnitMatch, match_unit
from server.errors import AppError, Refused
from server.services import audit, reading, reports
from server.services.audit import Actor

Outcome = Literal["imported", "same", "unplaced", "refused"]
_NAMED_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|度|政府|信息|报告)")
_NO_REPORT = "DOC-01"


@dataclass(frozen=True, slots=True)
class Reading:
    """One file of an archive as read, or why it was not; its bytes are kept for the import."""

    upload: reports.Upload
    text: str = ""
    parsed: ParsedReport | None = None
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one file; `message` is Chinese, `likely` names units to choose from."""

    file_name: str
    outcome: Outcome
    message: str
    unit_id: int | None = None
    year: int | None = None
    report_id: int | None = None
    likely: tuple[tuple[int, str], ...] = ()


def is_archive(content: bytes) -> bool:
    """Say whether a file is a zip archive of files and no document that is packed as one."""
    return kind_of(content) == "zip"


def read_all(upload: reports.Upload) -> Iterator[Reading]:
    """Yield each file of the archive as read, in its order; touches no database.

    Raises: Refused, when the archive as a whole is unusable.
    """
    for name, content in read_archive(upload.content, reports.shown_name(upload.file_name)):
        yield _read(reports.Upload(name, content))


def _read(upload: reports.Upload) -> Reading:
    try:
        text, parsed = reading.read_file(upload.content, upload.file_name)
    except Refused as refusal:
        return Reading(upload, refusal=refusal)
    return Reading(upload, text, parsed)


def import_archive(
    session: Session, scope: Scope, upload: reports.Upload, actor: Actor, *, now: datetime
) -> list[Verdict]:
    """Read an archive and keep what can be placed within the scope; a verdict on every file.

    Raises: Refused, when the archive as a whole is unusable; nothing is kept then.
    """
    return import_readings(session, scope, list(read_all(upload)), actor, now=now)


def import_readings(
    session: Session, scope: Scope, readings: Iterable[Reading], actor: Actor, *, now: datetime
) -> list[Verdict]:
    """Keep every reading whose unit and year are sure; say of the others why not."""
    units = unit_queries.in_scope(session, scope)
    desk = _Desk(session, units, actor, now, {})
    return [desk.judge(one) for one in readings]


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the files of one archive are judged one after another; `taken` maps what came in."""

    session: Session
    units: Sequence[Unit]
    actor: Actor
    now: datetime
    taken: dict[tuple[int, int], tuple[str, str]]

    def judge(self, one: Reading) -> Verdict:
        """Keep one file, or say why not."""
        name = one.upload.file_name
        if one.refusal is not None:
            return self._refuse(one, one.refusal)
        if one.parsed is None or any(each.code == _NO_REPORT for each in one.parsed.findings):
            return Verdict(name, "refused", "不像政府信息公开工作年度报告，没有导入。")
        year, doubt = _year_of(one.parsed, name)
        match = self._match(one.parsed, name)
        if match.unit_id is None:
            return self._unplaced(one, match, year)
        if year is None:
            return Verdict(name, "unplaced", doubt, match.unit_id)
        return self._keep(one, one.parsed, match.unit_id, year)

    def _refuse(self, one: Reading, refusal: Refused) -> Verdict:
        """Record a refused file by its hash: a secret one may not be kept."""
        digest = hashlib.sha256(one.upload.content).hexdigest()
        audit.record(
            self.session, self.actor, "refuse", "report", None, now=self.now,
            file=one.upload.file_name, sha256=digest, code=refusal.code,
        )  # fmt: skip
        return Verdict(one.upload.file_name, "refused", str(refusal))

    def _match(self, parsed: ParsedReport, name: str) -> UnitMatch:
        """Match by what the report states; by the file's name only where it states nothing."""
        named = _named_units(self.units)
        return match_unit(parsed.unit or _unit_in(name), named)

    def _unplaced(self, one: Reading, match: UnitMatch, year: int | None) -> Verdict:
        stated = one.parsed.unit if one.parsed and one.parsed.unit else "（未写明）"
        likely = tuple((unit.id, unit.name) for unit in match.likely)
        hint = f"可能是：{'、'.join(name for _, name in likely)}。" if likely else ""
        message = f"文中单位“{stated}”{match.reason}。{hint}请选择单位。"
        return Verdict(one.upload.file_name, "unplaced", message, year=year, likely=likely)

    def _keep(self, one: Reading, parsed: ParsedReport, unit_id: int, year: int) -> Verdict:
        unit = next(unit for unit in self.units if unit.id == unit_id)
        name = one.upload.file_name
        digest = hashlib.sha256(one.upload.content).hexdigest()
        first, first_digest = self.taken.setdefault((unit_id, year), (name, digest))
        if first != name and first_digest != digest:
            why = f"与“{first}”同是“{unit.name}”{year}年度的报告。请核对，只归入应保留的一份。"
            return Verdict(name, "unplaced", why, unit_id, year)
        try:
            stored = reports.import_report(
                self.session, unit, year, one.upload, self.actor, now=self.now
            )
        except AppError as error:
            return Verdict(name, "refused", str(error), unit_id, year)
        if stored.state != "waiting":
            return Verdict(
                name, "same", f"“{unit.name}”{year}年度的这份文件已经导入过。",
                unit_id, year, stored.id,
            )  # fmt: skip
        reports.store_reading(self.session, stored, one.text, parsed, now=self.now)
        counts = f"问题 {len(parsed.problems)} 条，措施 {len(parsed.measures)} 条"
        message = f"已导入“{unit.name}”{year}年度报告：{counts}。"
        return Verdict(name, "imported", message, unit_id, year, stored.id)


def _named_units(units: Sequence[Unit]) -> list[NamedUnit]:
    names = {unit.id: unit.name for unit in units}
    return [NamedUnit(unit.id, unit.name, tuple(_superiors(unit, names))) for unit in units]


def _superiors(unit: Unit, names: dict[int, str]) -> Iterator[str]:
    for step in unit.path.split("/"):
        if step and int(step) != unit.id and int(step) in names:
            yield names[int(step)]


def _year_of(parsed: ParsedReport, name: str) -> tuple[int | None, str]:
    """Return the report year; None with the reason where text and file name disagree."""
    found = _NAMED_YEAR.search(name.rsplit("/", 1)[-1])
    named = int(found[1]) if found else None
    stated = parsed.report_year
    if stated and named and stated != named:
        return None, f"文中年度 {stated} 与文件名里的 {named} 不一致。请核对后选定年度。"
    if stated or named:
        return stated or named, ""
    return None, "文中和文件名都没有写明报告年度。请选定年度。"


def _unit_in(name: str) -> str:
    """Return the part of a file name that may be a unit's."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.split(r"20\d{2}", stem, maxsplit=1)[0] or re.sub(r"^20\d{2}年?度?", "", stem)
