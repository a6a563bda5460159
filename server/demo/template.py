"""Fills the year into a template of the demonstration town."""

import re
from pathlib import Path

HERE = Path(__file__).parent
_PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")


def year_values(year: int) -> dict[str, str]:
    """The placeholders every template may use; `year` is the report year."""
    return {"year": str(year), "next_year": str(year + 1), "prev_year": str(year - 1)}


def fill(template: str, values: dict[str, str]) -> str:
    """`template` with each `{{ name }}` replaced; an unknown name raises KeyError."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)
