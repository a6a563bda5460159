"""Where a running `duban up` leaves its addresses, for commands run beside it."""

import os
from pathlib import Path

ENVIRONMENT_FILE = "environment"


def environment_file() -> Path:
    """Return the file in the home folder; it need not be there."""
    return Path(os.environ.get("DUBAN_HOME", ".duban")) / ENVIRONMENT_FILE
