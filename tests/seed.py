"""The seed report beside the checkout; tests that need it are skipped where it is absent."""

from pathlib import Path

import pytest

_SEED = Path(__file__).parents[2] / "shared" / "seed" / "zhangcun-2011.txt"


def seed_path() -> Path:
    """Return the seed's path, or skip the test."""
    if not _SEED.is_file():
        pytest.skip(f"种子报告不在检出目录旁：缺少 ../shared/seed/{_SEED.name}")
    return _SEED
