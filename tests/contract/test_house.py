"""Statements about the house: imports, migrations, what committed files may name."""

import re
import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from server.db import tables  # noqa: F401 - fills the metadata
from server.db.base import metadata
from server.db.engine import make_engine
from server.db.migrate import current_revision, head_revision, migrate

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    """Return the committed files that are still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = (name for name in listed.stdout.split("\0") if name)
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    checked = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert current_revision(connection) == head_revision()
        difference = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert difference == []


def test_migrating_a_migrated_database_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert current_revision(connection) == head_revision()
    engine.dispose()


HOSTS = (
    r"pypi\.org",
    r"files\.pythonhosted",
    r"registry\.(npmjs|yarnpkg|npmmirror)",
    r"mirrors?\.[a-z]+\.",
)
PLACES = r"(?<![\w.])/(work|root|home/[a-z]+)/"
MAY_SAY = ("tests/contract/test_house.py", "LICENSE")
"""This file names what it forbids."""


def test_no_committed_file_names_a_registry_or_a_place_of_this_machine() -> None:
    forbidden = re.compile("|".join((*HOSTS, PLACES)))
    found = []
    for file in tracked():
        name = str(file.relative_to(ROOT))
        if name in MAY_SAY or file.suffix in (".docx", ".xlsx", ".pdf", ".png", ".svg"):
            continue
        text = file.read_bytes().decode("utf-8", "replace")
        found += [f"{name}: {match[0]}" for match in forbidden.finditer(text)]
    assert found == []


def test_every_proof_that_the_promises_name_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (ROOT / "docs/promises.md").read_text())
    assert len(named) > 30
    missing = [
        (path, test)
        for path, test in named
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]
    assert missing == []
