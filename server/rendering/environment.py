"""The Jinja environment of the pages, one for each language."""

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from server.locale.catalogue import Language
from server.rendering.pages import WORDS, clock, mail_code, mail_told
from server.rendering.templates import templates_dir
from server.rendering.wording import Wording


@pass_context
def many(context: Context, message: str, num: int, **parts: Any) -> Any:
    """Return a sentence that names a number: English needs two forms of it, Chinese one."""
    return context.call(context["ngettext"], message, message, num, **parts)


@cache
def page_environment(language: Language) -> Environment:
    """Return the environment of a language's pages: everything escaped, nothing undefined."""
    environment = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    wording = Wording(language, WORDS)
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # the extension's own
        wording.translations, newstyle=True
    )
    environment.filters |= {
        **wording.filters,
        "clock": clock,
        "mail_code": mail_code,
        "mail_told": mail_told,
    }
    environment.globals |= {"words": wording.words, "many": many, "language": language}
    return environment
