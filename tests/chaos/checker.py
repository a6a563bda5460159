"""The judge of a run: what was owed, what the mail server swears to, what the ledger says of it."""

from collections import Counter
from dataclasses import dataclass, field

from tests.ledger import Town
from tests.smtp_double import Acceptance


@dataclass(frozen=True, slots=True)
class Judgement:
    """`lost`: owed and never accepted. `duplicated`: accepted again. `unexplained`: accepted more
    often than the ledger's uncertain attempts allow. `unfinished`: messages in no final state.
    """

    planned: int
    lost: frozenset[str] = frozenset()
    duplicated: int = 0
    uncertain: int = 0
    unexplained: dict[str, int] = field(default_factory=dict)
    unfinished: dict[str, int] = field(default_factory=dict)
    false_marks: frozenset[str] = frozenset()
    """Marked as sent without any acceptance."""

    @property
    def kept(self) -> bool:
        """Whether every promise held."""
        return not (self.lost or self.unexplained or self.unfinished or self.false_marks)


FINAL = {"sent", "dead", "cancelled"}


def judge(town: Town, accepted: list[Acceptance]) -> Judgement:
    """Hold the server's log against the ledger once everything has come to rest."""
    copies = Counter(acceptance["message_id"] for acceptance in accepted)
    rows = town.rows("SELECT message_id, state, uncertain_count FROM message")
    wanted = {row.message_id for row in rows if row.state not in ("dead", "cancelled")}
    allowed = {row.message_id: 1 + row.uncertain_count for row in rows}
    return Judgement(
        planned=len(rows),
        lost=frozenset(wanted - set(copies)),
        duplicated=sum(count - 1 for count in copies.values()),
        uncertain=sum(row.uncertain_count for row in rows),
        unexplained={m: n for m, n in copies.items() if n > allowed.get(m, 0)},
        unfinished=dict(Counter(row.state for row in rows if row.state not in FINAL)),
        false_marks=frozenset(
            row.message_id for row in rows if row.state == "sent" and not copies[row.message_id]
        ),
    )
