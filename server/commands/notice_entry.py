"""A holiday notice on its way in from the command line: read, drafted, previewed, confirmed.

The draft is committed before the question is asked: a person who thinks must not hold up planning.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from server.clock import today, utc_now
from server.db.engine import one_transaction
from server.db.queries import units
from server.db.tables import CalendarNotice
from server.domain.access import Scope
from server.domain.notice_judging import ReadNotice
from server.errors import InvalidInput
from server.services import holiday_notices as notices
from server.services import notice_files, rulebook
from server.services.audit import Actor
from server.services.holiday_notices import Effect, Preview
from server.services.notice_files import Given
from server.services.rules import Rules
from server.settings import Settings, get_settings

OPERATOR = Actor(None, "命令行")
EVERYWHERE = Scope("/", subtree=True)


def read_file(file: Path, number: str, year: int | None) -> tuple[ReadNotice, str]:
    """Return a notice as read from a file, and its words.

    Raises: InvalidInput with everything that is wrong with it, one line each.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"读不了文件“{file}”：{error.strerror}。请核对路径。") from error
    if not content.strip():
        raise InvalidInput(f"文件“{file.name}”是空的。请重新选择文件。")
    read, words = notice_files.read(Given("", number, year, file.name, content))
    if read.problems:
        listed = "\n".join(f"  · {each}" for each in read.problems)
        raise InvalidInput(f"通知没有录入，什么也没有改变。请更正以下各处后再试：\n{listed}")
    return read, words


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice that is being entered."""

    read: ReadNotice
    words: str
    file_name: str
    now: datetime = field(default_factory=utc_now)
    day: date = field(default_factory=today)
    settings: Settings = field(default_factory=get_settings)

    def rehearse(self) -> tuple[CalendarNotice, Preview]:
        """Return what the notice would change; nothing is kept."""
        with one_transaction(self.settings.database_url) as session:
            found = self._drafted(session)
            session.rollback()
        return found

    def draft(self) -> tuple[CalendarNotice, Preview]:
        """Keep the notice as a draft and return what it would change."""
        with one_transaction(self.settings.database_url) as session:
            return self._drafted(session)

    def confirm(self, kept: CalendarNotice, *, seen: int) -> Effect:
        """Put the draft into force; `seen` is how many moved dates were shown."""
        with one_transaction(self.settings.database_url) as session:
            held = notices.notice_of(session, kept.id, kept.office_id)
            effect = notices.confirm(
                session, rulebook.law(), self._rules(), held, OPERATOR,
                seen=seen, today=self.day, now=self.now,
            )  # fmt: skip
            kept.state = held.state
        return effect

    def drop(self, kept: CalendarNotice) -> None:
        """Give the draft up."""
        with one_transaction(self.settings.database_url) as session:
            held = notices.notice_of(session, kept.id, kept.office_id)
            notices.drop(session, held, OPERATOR, now=self.now)

    def _drafted(self, session: Session) -> tuple[CalendarNotice, Preview]:
        office = units.root(session)
        if office is None:
            raise InvalidInput("还没有领导小组办公室。请先用 duban import units 录入单位。")
        kept = notices.draft(
            session, self.read, self.words, self.file_name, office.id, OPERATOR,
            today=self.day, now=self.now,
        )  # fmt: skip
        preview = notices.preview(
            session, rulebook.law(), self._rules(), kept, EVERYWHERE, today=self.day, now=self.now
        )
        session.expunge(kept)
        return kept, preview

    def _rules(self) -> Rules:
        return rulebook.reminder_rules(trial=self.settings.trial)
