"""The languages of the pages. Chinese texts are the keys, so Chinese itself needs no catalogue."""

from enum import StrEnum
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH_FILE = Path(__file__).parent / "en" / "duban.po"


class Language(StrEnum):
    """What a person can choose; Chinese until they do."""

    CHINESE = "zh"
    ENGLISH = "en"

    @property
    def tag(self) -> str:
        """Return the language as HTML names it."""
        return "zh-CN" if self is Language.CHINESE else "en"


def language_named(name: str | None) -> Language:
    """Return the language that a browser remembers; Chinese for anything unknown."""
    return Language.ENGLISH if name == Language.ENGLISH else Language.CHINESE


def english_catalogue() -> Catalog:
    """Return the English catalogue as translators edit it."""
    with ENGLISH_FILE.open("rb") as file:
        return read_po(file, locale="en")


def translations(language: Language) -> NullTranslations:
    """Return what turns Chinese texts into a language; texts without a translation stay."""
    if language is Language.CHINESE:
        return NullTranslations()
    # Read as it is written: nothing to compile, so nothing stale after an edit.
    packed = BytesIO()
    write_mo(packed, english_catalogue())
    packed.seek(0)
    return GNUTranslations(packed)
