"""Reads mail.toml: how many mails a minute go to a domain."""

from functools import cache

from server.adapters.rulebook import entry_of, shipped

FILE = "mail.toml"


@cache
def load_mail_paces() -> dict[str, int]:
    """Return the paces that come with the program, by domain.

    Raises: RulebookError naming the entry that is wrong.
    """
    return read_mail_paces(shipped(FILE))


def read_mail_paces(toml: str) -> dict[str, int]:
    """Return the paces written in `toml`.

    Raises: RulebookError naming the entry that is wrong.
    """
    whole = entry_of(FILE, toml)
    whole.only("valid_from", "source", "pace")
    whole.day("valid_from")
    whole.text("source")
    paces: dict[str, int] = {}
    for entry in whole.entries("pace"):
        entry.only("per_minute", "domains")
        if entry.number("per_minute") < 1:
            raise entry.fault("per_minute 至少为 1")
        for domain in entry.items("domains", str):
            if domain != domain.lower() or domain in paces:
                raise entry.fault(f"域名 {domain} 应为小写，且只写一次")
            paces[domain] = entry.number("per_minute")
    return paces
