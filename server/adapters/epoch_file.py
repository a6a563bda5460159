"""The file outside the database that keeps the last epoch this machine saw."""

import json
import os
from pathlib import Path

FILE = "epoch.json"


def read_epoch(home: Path) -> tuple[str, int] | None:
    """Return the installation's name and epoch as noted; None where nothing is."""
    try:
        noted = json.loads((home / FILE).read_text("utf-8"))
        return str(noted["name"]), int(noted["epoch"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_epoch(home: Path, name: str, epoch: int) -> None:
    """Note an epoch for good, unless a later one of the same installation is noted already."""
    noted = read_epoch(home)
    if noted is not None and noted[0] == name and noted[1] >= epoch:
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = home / f"{FILE}.{os.getpid()}"
    with fresh.open("w", encoding="utf-8") as out:
        json.dump({"name": name, "epoch": epoch}, out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(home / FILE)
