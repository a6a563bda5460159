"""Statements about every template of the pages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAGES = [
    each
    for each in sorted(TEMPLATES.rglob("*.html"))
    if each.relative_to(TEMPLATES).parts[0] not in ("email", "documents", "macros")
]


def named(file: Path) -> str:
    return str(file.relative_to(TEMPLATES))


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_every_page_extends_the_layout_and_has_a_title(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    if template.name.startswith("_") or template.name in ("base.html", "layout.html"):
        return
    assert '{% extends "layout.html" %}' in text
    assert re.search(r"{% block title %}.+{% endblock %}", text)


FORBIDDEN = {
    "unescaped output": r"\|\s*safe\b",
    "markup from values": r"\bMarkup\(",
    "autoescape switched": r"{%-?\s*autoescape",
    "inline style": r"<style\b|\sstyle\s*=",
    "inline script": r"<script(?![^>]*\ssrc=)[^>]*>",
    "inline handler": r"\son[a-z]+\s*=",
    "unquoted attribute": r"<[a-z][^>]*\s[a-z-]+={{",
    "script address": r"(href|src|action)\s*=\s*[\"']\s*javascript:",
    "foreign file": r"<(script|link|img)[^>]+(src|href)=[\"'](https?:)?//",
}


@pytest.mark.parametrize("template", PAGES + sorted((TEMPLATES / "macros").iterdir()), ids=named)
@pytest.mark.parametrize("what", FORBIDDEN)
def test_templates_hold_to_the_content_policy(template: Path, what: str) -> None:
    text = template.read_text(encoding="utf-8")
    text = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    assert not re.findall(FORBIDDEN[what], text)


@pytest.mark.parametrize("template", PAGES, ids=named)
def test_every_form_that_posts_carries_the_token(template: Path) -> None:
    """Sign-in forms and reply links excepted: nobody is signed in there."""
    if template.parent.name == "sign_in" and template.name != "password.html":
        return
    text = template.read_text(encoding="utf-8")
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", text, flags=re.DOTALL):
        assert "csrf" in form


def test_no_python_file_marks_text_as_safe() -> None:
    for folder in ("server", "workers"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            assert "Markup(" not in text, file
            assert ".from_string(" not in text, file
