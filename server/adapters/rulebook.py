"""Reads the rulebook's TOML files entry by entry; every error names the file and the entry."""

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, TypeVar

from server.errors import RulebookError

Known = TypeVar("Known", bound=StrEnum)
Kind = TypeVar("Kind")

_NAMES = {
    str: "文字",
    int: "整数",
    list: "列表",
    date: "日期（如 2008-05-01）",
    dict: "表",
    bool: "true 或 false",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a TOML file and its place there, with typed access to its keys."""

    place: str
    """File and entry as shown to a person: milestones.toml 第 3 条 [[milestone]]（draft）."""
    values: dict[str, Any]

    def fault(self, complaint: str) -> RulebookError:
        """Return the error that names this entry."""
        return RulebookError(f"规则库 {self.place}：{complaint}。请改正后重新启动。")

    def text(self, key: str) -> str:
        """Return a text that must not be empty."""
        found = self._required(key, str).strip()
        if not found:
            raise self.fault(f"{key} 不能为空")
        return found

    def number(self, key: str) -> int:
        """Return a whole number."""
        return self._required(key, int)

    def optional_number(self, key: str) -> int | None:
        """Return a whole number, or None when the key is absent."""
        return self.number(key) if key in self.values else None

    def day(self, key: str) -> date:
        """Return a date."""
        return self._required(key, date)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return self._required(key, bool)

    def one_of(self, key: str, known: type[Known]) -> Known:
        """Return a word of the given vocabulary."""
        return self._word(key, self.text(key), known)

    def several_of(self, key: str, known: type[Known]) -> frozenset[Known]:
        """Return a set of at least one word of the given vocabulary."""
        words = self._required(key, list)
        if not words:
            raise self.fault(f"{key} 不能为空")
        return frozenset(self._word(key, word, known) for word in words)

    def items(self, key: str, kind: type[Kind]) -> list[Kind]:
        """Return a list whose members are all of one kind."""
        found = self._required(key, list)
        if not all(isinstance(item, kind) for item in found):
            raise self.fault(f"{key} 应为一列{_NAMES.get(kind, kind.__name__)}")
        return found

    def table(self, key: str) -> "Entry":
        """Return a table within this one."""
        return Entry(f"{self.place} [{key}]", self._required(key, dict))

    def entries(self, table: str) -> list["Entry"]:
        """Return the entries of an array of tables; at least one."""
        found = self.items(table, dict) if table in self.values else []
        if not found:
            raise self.fault(f"缺少 [[{table}]]")
        return [
            Entry(f"{self.place} 第 {ordinal} 条 [[{table}]]", values)
            for ordinal, values in enumerate(found, start=1)
        ]

    def only(self, *keys: str) -> None:
        """Refuse keys that nobody reads: a misspelt key would be silently without effect."""
        if unknown := sorted(self.values.keys() - set(keys)):
            raise self.fault(f"不认识的键 {'、'.join(unknown)}")

    def _required(self, key: str, kind: type[Kind]) -> Kind:
        if key not in self.values:
            raise self.fault(f"缺少 {key}")
        found = self.values[key]
        if type(found) is not kind:  # bool is an int and datetime is a date, yet neither is meant
            raise self.fault(f"{key} 应为{_NAMES.get(kind, kind.__name__)}")
        return found

    def _word(self, key: str, word: object, known: type[Known]) -> Known:
        found = next((each for each in known if each == word), None)
        if found is None:
            raise self.fault(f"{key} 的“{word}”不在 {'、'.join(known)} 之中")
        return found


def shipped(name: str) -> str:
    """Return the text of a rulebook file that comes with the program."""
    return (files("server.rulebook") / name).read_text(encoding="utf-8")


def entry_of(name: str, toml: str) -> Entry:
    """Return the whole file as one entry.

    Raises: RulebookError, when the text is no TOML.
    """
    try:
        return Entry(name, tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(
            f"规则库 {name} 不是有效的 TOML：{error}。请改正后重新启动。"
        ) from error
