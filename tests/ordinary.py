"""A Python that an account without privileges can run, for tests that root runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOBODY = 65534


def ordinary_python() -> list[str]:
    """Return a command that runs Python with our packages as `nobody`; skip where there is none."""
    if os.geteuid() != 0:
        return [sys.executable]
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        drop = f"setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups".split()
        if _runs([*drop, python, "-c", "import server, psycopg"]):
            return [*drop, python]
    pytest.skip("no Python and packages that an ordinary account can read")


def ordinary_environment() -> dict[str, str]:
    """Return the environment for it: our packages, and no home of root's."""
    packages = [path for path in sys.path if path.endswith("site-packages")]
    return {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([str(ROOT), *packages])}


def _runs(command: list[str]) -> bool:
    try:
        done = subprocess.run(
            command, env=ordinary_environment(), cwd="/", capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return done.returncode == 0
