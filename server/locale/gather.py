"""Bring the English catalogue to what pages say: `make locale`.

New texts appear with an empty translation, texts that are gone disappear. The file holds no date,
no place and no line number, so it changes only when a text does.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from server.locale.catalogue import ENGLISH_FILE, english_catalogue
from server.rendering.pages import WORDS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = [("email/**", "ignore"), ("**.html", "jinja2")]
"""Mails are Chinese by nature."""
CALLS = {"_": None, "gettext": None, "many": None, "pgettext": ((1, "c"), 2)}
VOCABULARIES = {
    "server/locale/sentences.py": {"SENTENCES"},
    "server/web/errors.py": {"TITLES", "REMEDIES", "FIELDS"},
    "server/web/pages/ledger.py": {"ORDERS"},
    "server/web/pages/reports.py": {"STATES"},
    "server/web/pages/sign_offs.py": {"STATES"},
    "server/web/pages/worklist.py": {"STATES", "KINDS"},
    "server/web/templating.py": {"DONE"},
}
"""Constants of words that pages show by code."""
NOISY = {"silent": "false"}
"""A template that cannot be read stops the gathering."""
RULEBOOK = ("milestones.toml", "reminders.toml", "taxonomy.toml")
"""Whose names and titles pages show; sources are citations and stay Chinese."""
REFUSALS = {
    "Conflict",
    "InvalidInput",
    "NotAllowed",
    "NotFound",
    "Refused",
    "StaleForm",
    "TooMany",
    "error_page",
}
"""Calls whose Chinese sentences reach a person; those with parts are told in Chinese."""
REFUSING = ("server/web", "server/services")
SPEAKING = ("server/services/health.py", "server/services/holding.py")
"""Whose sentences, as far as they have no parts, all come to a page."""
_HAN = re.compile("[一-鿿]")


class Text(NamedTuple):
    """A text to translate; the context tells apart what Chinese says with one word."""

    chinese: str
    context: str | None = None

    @property
    def key(self) -> str | tuple[str, str]:
        """Return what the catalogue holds it by: a number in a text has two forms in English."""
        return (self.chinese, self.chinese) if "%(num)s" in self.chinese else self.chinese


HEADER = """\
# The English of Duban's pages. Chinese texts are the keys; `make locale` adds and removes entries.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def gathered() -> Iterator[Text]:
    """Yield every text that has an English form: in templates, as words of codes, in sentences."""
    yield from _in_templates()
    for family, words in WORDS.items():
        yield from (Text(word, family) for word in words.values())
    for name, constants in VOCABULARIES.items():
        yield from map(Text, _words(ROOT / name, constants))
    for name in RULEBOOK:
        read = tomllib.loads((ROOT / "server/rulebook" / name).read_text("utf-8"))
        yield from map(Text, _names(read))
    for folder in REFUSING:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield from map(Text, _refusals(file))
    for name in SPEAKING:
        yield from map(Text, _chinese(ast.parse((ROOT / name).read_text("utf-8"))))


def _in_templates() -> Iterator[Text]:
    found = extract_from_dir(ROOT / "templates", TEMPLATES, {"**.html": NOISY}, CALLS)
    for _, _, message, _, context in found:
        yield Text(message if isinstance(message, str) else message[-1], context)


def _words(file: Path, constants: set[str]) -> Iterator[str]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Name) and each.id in constants for each in targets):
            yield from _chinese(node)


def _names(entry: object) -> Iterator[str]:
    """Yield the names and titles anywhere in a rulebook's file."""
    if isinstance(entry, list):
        for each in entry:
            yield from _names(each)
    if isinstance(entry, dict):
        yield from (v for k, v in entry.items() if k in ("name", "title") and not v.isascii())
        yield from (text for each in entry.values() for text in _names(each))


def _refusals(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS:
            yield from _chinese(node)


def _chinese(node: ast.AST) -> Iterator[str]:
    """Yield the Chinese texts within a piece of code; ASCII is codes and keys."""
    if isinstance(node, ast.JoinedStr) or _is_docstring(node):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _HAN.search(node.value):
        yield node.value
    for each in ast.iter_child_nodes(node):
        yield from _chinese(each)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def updated() -> Catalog:
    """Return the catalogue of today's texts with the translations that there are."""
    known, fresh = english_catalogue(), Catalog(locale="en")
    for text in sorted(set(gathered()), key=lambda each: (each.chinese, each.context or "")):
        old = known.get(text.chinese, text.context)
        fresh.add(text.key, old.string if old else None, context=text.context)
    return fresh


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its file."""
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, no_location=True)
    return HEADER.encode() + out.getvalue()


if __name__ == "__main__":
    ENGLISH_FILE.write_bytes(written(updated()))
