"""Statements about both languages of the pages.

What to do when one fails: put every Chinese text of a template into {{ _("…") }}, whole sentences
with named parts such as {{ _("第%(version)s版", version=report.version) }} (with a number that
counts something: {{ many("%(num)s 项", rows | length) }}); run `make locale`; then fill in the
entries of server/locale/en/duban.po whose msgstr is empty.
"""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from server.locale.catalogue import ENGLISH_FILE, english_catalogue
from server.locale.gather import gathered, updated, written

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = [
    each
    for each in sorted(TEMPLATES.rglob("*.html"))
    if each.relative_to(TEMPLATES).parts[0] not in ("email", "documents")
]
REMEDY = "run `make locale` and fill in the empty msgstr in server/locale/en/duban.po"
CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uffe5]")
ASKED = r"(?:\b_|\bmany)\(\s*\"[^\"]*\"|\bpgettext\(\s*\"[^\"]*\",\s*\"[^\"]*\""
TRANSLATED = re.compile(rf"{{#.*?#}}|{{% trans\b.*?{{% endtrans %}}|{ASKED}", re.DOTALL)
NAMED = re.compile(r"%\((\w+)\)s")
MARKUP = re.compile(r"<[^>]*>|&\w+;|\"")
OWN_NAME = 'if language == "en" else'
"""The line on which the other language says its own name."""


def named(file: Path) -> str:
    return str(file.relative_to(TEMPLATES))


def messages() -> list[Message]:
    return [each for each in english_catalogue() if each.id]


def source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def translations(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_catalogue_holds_exactly_what_pages_say() -> None:
    fresh = {(text.chinese, text.context) for text in gathered()}
    held = {(source(each), each.context) for each in messages()}
    assert fresh - held == set(), f"new texts: {REMEDY}"
    assert held - fresh == set(), "texts that are gone: run `make locale`"
    assert written(updated()) == ENGLISH_FILE.read_bytes(), "run `make locale`"


def test_every_text_is_translated_and_none_is_a_guess() -> None:
    missing = [source(each) for each in messages() if each.fuzzy or not all(translations(each))]
    assert missing == [], REMEDY


def test_translations_hold_the_same_parts_and_the_same_markup_as_their_source() -> None:
    """An attribute ends at a straight quotation mark: write “…” in both languages."""
    wrong = [
        f"{source(each)} -> {said}"
        for each in messages()
        for said in translations(each)
        if sorted(NAMED.findall(source(each))) != sorted(NAMED.findall(said))
        or sorted(MARKUP.findall(source(each))) != sorted(MARKUP.findall(said))
    ]
    assert wrong == []


def test_translations_are_english_throughout() -> None:
    left = [said for each in messages() for said in translations(each) if CHINESE.search(said)]
    assert left == []


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_no_template_says_chinese_that_nobody_can_translate(template: Path) -> None:
    bare = TRANSLATED.sub("", template.read_text(encoding="utf-8"))
    found = [line for line in bare.splitlines() if CHINESE.search(line) and OWN_NAME not in line]
    assert found == [], f"{named(template)}: put each text into {{{{ _(…) }}}}, then {REMEDY}"


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_only_texts_of_the_template_itself_are_taken_as_markup(template: Path) -> None:
    """What comes in a variable may be anybody's words: the filter `translated` escapes them."""
    text = template.read_text(encoding="utf-8")
    assert not re.findall(r"(?:\b_|\bmany|gettext)\((?!\s*\")", text)
