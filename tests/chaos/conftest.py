"""What fault tests share."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of this test alone that the database's own account can enter."""
    folder = Path(tempfile.mkdtemp(prefix="duban-chaos-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[object], None]:
    """Prints a figure past the capturing of output."""

    def print_(figure: object) -> None:
        with capsys.disabled():
            print(f"\n    {figure}", flush=True)

    return print_
