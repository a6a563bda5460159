"""The Chromium that tests with a browser drive."""

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UNPACKED = Path(__file__).resolve().parent.parent / ".tools" / "chromium" / "run"


def chromium_path() -> str:
    """Return a Chromium for Playwright's `executable_path`; skip the test where there is none.

    DUBAN_CHROMIUM names one, else the machine's own, else the one `make test` unpacked from npm.
    """
    candidates = [os.environ.get("DUBAN_CHROMIUM"), *map(shutil.which, NAMES)]
    if UNPACKED.exists():
        candidates.append(str(UNPACKED))
    found = next(filter(None, candidates), None)
    if found is None:
        pytest.skip("no Chromium: run the tests by `make test`, or set DUBAN_CHROMIUM")
    return found
