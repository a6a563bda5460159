"""Where test servers keep their data: in memory where there is room for it, for nothing stays."""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # copying a database there costs a tenth of what it costs on a disk
ROOM = 3 * 1024**3
"""Bytes; all processes of a whole run together stay below."""


def open_folder(prefix: str) -> Path:
    """Return a new folder that the servers' own account can enter (pytest's is closed)."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if _roomy() else None))
    folder.chmod(0o711)
    return folder


def _roomy() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
