"""Reads digest.toml: whose the weekly digest is and what it looks at."""

from functools import cache

from server.adapters.rulebook import entry_of, shipped
from server.domain.digests import DigestRules
from server.domain.reminders import Role

FILE = "digest.toml"
WEEK = range(1, 8)
EMPTY = ("silent", "say")


@cache
def load_digest_rules() -> DigestRules:
    """Return the setting that comes with the program.

    Raises: RulebookError naming the entry that is wrong.
    """
    return read_digest_rules(shipped(FILE))


def read_digest_rules(toml: str) -> DigestRules:
    """Return the setting written in `toml`.

    Raises: RulebookError naming the entry that is wrong.
    """
    whole = entry_of(FILE, toml)
    whole.only("valid_from", "source", "roles", "days_ahead", "when_empty", "weekday")
    whole.day("valid_from")
    roles = whole.several_of("roles", Role)
    if not all(role.at_office for role in roles):
        raise whole.fault("roles 只能是办公室和领导的角色")
    if whole.number("days_ahead") < 1:
        raise whole.fault("days_ahead 至少为 1")
    if whole.text("when_empty") not in EMPTY:
        raise whole.fault(f"when_empty 应是 {' 或 '.join(EMPTY)}")
    if whole.number("weekday") not in WEEK:
        raise whole.fault("weekday 应是 1（周一）到 7（周日）")
    return DigestRules(
        roles,
        whole.number("days_ahead"),
        whole.text("when_empty") == "say",
        whole.text("source"),
        whole.number("weekday"),
    )
