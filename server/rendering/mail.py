"""Renders mails: subject, text and HTML from one folder each, out of a typed context."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.rendering.contexts import (
    ChecklistMail,
    ConfirmedMail,
    DigestMail,
    MailContext,
    NoticeMail,
    ReminderMail,
    ReturnedMail,
    SignInMail,
)
from server.rendering.pages import day, word
from server.rendering.phrases import one_line, shortened, tight
from server.rendering.templates import templates_dir

FOLDERS: dict[type[MailContext], str] = {
    ReminderMail: "reminder",
    ChecklistMail: "checklist",
    SignInMail: "sign_in",
    ReturnedMail: "returned",
    ConfirmedMail: "confirmed",
    NoticeMail: "notice",
    DigestMail: "digest",
}
LONGEST_SUBJECT = 78


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail's three parts; the subject is one line, the text ends with a line break."""

    subject: str
    text: str
    html: str


def render_mail(context: MailContext) -> RenderedMail:
    """Return the mail that says what the context holds; equal contexts give equal bytes."""
    folder = f"email/{FOLDERS[type(context)]}"
    plain, marked = _environment(html=False), _environment(html=True)
    subject = plain.get_template(f"{folder}/subject.txt").render(mail=context)
    return RenderedMail(
        subject=shortened(one_line(subject), LONGEST_SUBJECT),
        text=plain.get_template(f"{folder}/body.txt").render(mail=context).strip() + "\n",
        html=marked.get_template(f"{folder}/body.html").render(mail=context),
    )


@cache
def _environment(*, html: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_dir()),
        auto_reload=False,  # templates change with the program; six files a mail need no look
        autoescape=html,  # noqa: S701 - the other environment writes plain text, where "&lt;" is wrong
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "day": day,
        "word": word,
        "tight": tight,
        "shortened": shortened,
        "text_lines": text_lines,
    }
    return environment


def text_lines(text: str) -> Sequence[str]:
    """Return the lines of what a person typed, empty ones left out."""
    return [line for line in text.splitlines() if line.strip()]


def _printable(value: Any) -> Any:
    """Hold every value to one line: a name with a line break must not forge a line of ours.

    Markup, which macros return, is a subclass of str and passes.
    """
    return one_line(value) if type(value) is str else value
