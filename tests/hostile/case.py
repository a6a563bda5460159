"""One file that harms, lies, hides or is broken."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.packing import REPORT

Expected = Literal["refused", "read", "either"]
TEXT = "\n".join(REPORT)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: what must become of it, and words that its refusal says."""

    file_name: str
    make: Callable[[], bytes]
    expected: Expected = "refused"
    says: str = ""

    def __str__(self) -> str:
        return self.file_name
