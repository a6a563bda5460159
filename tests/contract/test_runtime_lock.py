"""What runs needs nothing that only the tests install."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

# Imports every module of ours, and what Celery loads by name, without the packages of the tests.
PROGRAM = r"""
import importlib, pkgutil, re, sys
from importlib.metadata import packages_distributions

def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()

lock = open("requirements.lock", encoding="utf-8").read()
runtime = {plain(name) for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)} | {"duban"}
hidden = {
    package
    for package, owners in packages_distributions().items()
    if not any(plain(owner) in runtime for owner in owners)
}

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"{name} is not in requirements.lock", name=name)

sys.meta_path.insert(0, Hidden())
assert "pytest" in hidden
for root in ("server", "workers"):
    package = importlib.import_module(root)
    for module in pkgutil.walk_packages(package.__path__, root + "."):
        if not module.name.startswith("server.db.migrations."):
            importlib.import_module(module.name)
importlib.import_module("kombu.transport.redis")
importlib.import_module("celery.bin.worker")
"""


def test_every_module_loads_from_the_packages_of_the_runtime_lock_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
