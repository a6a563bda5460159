"""How pages say dates, codes and sentences in the language of the person who looks."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from server.domain.dates import chinese_date, weekday_name
from server.locale.catalogue import Language, translations
from server.locale.sentences import parts_of


class Wording:
    """One language's way of saying what is Chinese everywhere else in the program."""

    def __init__(self, language: Language, words: Mapping[str, Mapping[str, str]]) -> None:
        self.language = language
        self.translations = translations(language)
        self.words = {
            family: {code: self._word(chinese, family) for code, chinese in named.items()}
            for family, named in words.items()
        }

    def text(self, said: object) -> str:
        """Return a sentence or error of the program in this language; others' words as they are."""
        chinese = str(said)
        if self.language is Language.CHINESE or not chinese:
            return chinese
        found = self.translations.gettext(chinese)
        return found if found != chinese else self._composed(chinese)

    def _composed(self, chinese: str) -> str:
        for pattern, parts in parts_of(chinese):
            said = {name: self._part(part, name) for name, part in parts.items()}
            number = parts.get("num")
            form = (
                self.translations.ngettext(pattern, pattern, int(number))
                if number
                else self.translations.gettext(pattern)
            )
            return form % said
        return chinese

    def _part(self, chinese: str, name: str) -> str:
        if name != "list":
            return self.text(chinese)
        return self.text("、").join(self.text(each) for each in chinese.split("、"))

    def _word(self, chinese: str, family: str) -> str:
        return self.translations.pgettext(family, chinese) if chinese else ""

    def word(self, code: str | None, family: str) -> str:
        """Return the word of a code; an unknown code is shown as it is."""
        return self.words[family].get(code or "", code or "")

    def tag(self, chinese: str) -> str:
        """Return an entry's short name: 问1 is P1."""
        return self._word(chinese[:1], "tag") + chinese[1:]

    def day(self, value: date) -> str:
        """Return `2026年1月31日（周六）`, or `31 Jan 2026 (Sat)`."""
        if self.language is Language.CHINESE:
            return chinese_date(value)
        return f"{value.day} {value:%b %Y (%a)}"

    def short_day(self, value: date) -> str:
        """Return `1月31日 周六`, or `31 Jan, Sat`, for dense tables."""
        if self.language is Language.CHINESE:
            return f"{value.month}月{value.day}日 {weekday_name(value)}"
        return f"{value.day} {value:%b, %a}"

    def month_day(self, value: date) -> str:
        """Return `1月31日`, or `31 Jan`, for the scale of a chart."""
        if self.language is Language.CHINESE:
            return f"{value.month}月{value.day}日"
        return f"{value.day} {value:%b}"

    @property
    def filters(self) -> Mapping[str, Callable[..., Any]]:
        """The filters by which templates ask for all this."""
        return {
            "translated": self.text,
            "word": self.word,
            "tag": self.tag,
            "day": self.day,
            "short_day": self.short_day,
            "month_day": self.month_day,
        }
