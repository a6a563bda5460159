"""Constraints that several tables write alike."""

from collections.abc import Sequence

from sqlalchemy import CheckConstraint


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    """Hold `column` to a closed list of words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
