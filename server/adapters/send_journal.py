"""The send journal: the Message-IDs that a mail server confirmed to this machine, a file a day.

Written between the server's answer and our record of it: a process that is killed between the two
leaves a proof here, so that the mail is not sent again. Survives the process, not the machine.
"""

import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

FOLDER = "sent"
KEPT = timedelta(days=35)
"""Longer than any backup that is likely to be restored."""


def note_sent(home: Path, message_ids: Sequence[str], *, today: date) -> None:
    """Add a line for each; several processes may write at once."""
    folder = home / FOLDER
    try:
        file = _opened(folder, today)
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _forget(folder, today - KEPT)
        file = _opened(folder, today)
    try:
        os.write(file, "".join(f"{each}\n" for each in message_ids).encode())
    finally:
        os.close(file)


def sent_since(home: Path, first: date) -> set[str]:
    """Return the Message-IDs noted on `first` and later."""
    found: set[str] = set()
    for file in (home / FOLDER).glob("*.log"):
        if file.stem >= first.isoformat():
            found.update(file.read_text("utf-8", "replace").splitlines())
    return found


def _opened(folder: Path, today: date) -> int:
    path = folder / f"{today.isoformat()}.log"
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _forget(folder: Path, before: date) -> None:
    for file in folder.glob("*.log"):
        if file.stem < before.isoformat():
            file.unlink(missing_ok=True)
