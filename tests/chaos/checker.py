"""The judge of a run: what was owed, what the mail server swears to, what the ledger says of it."""

from collections import Counter
from dataclasses import dataclass, field

from server.domain.delivery import EVENTS
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
    silent: int = 0
    """Matters of which nobody at all was told and nobody will be."""
    nameless: frozenset[str] = frozenset()
    """Kinds of events that the ledger cannot say in a sentence."""

    @property
    def kept(self) -> bool:
        """Whether every promise held."""
        broken = self.lost or self.unexplained or self.unfinished or self.false_marks
        return not (broken or self.silent or self.nameless)


FINAL = {"sent", "dead", "cancelled"}
_SILENT = """
SELECT count(*) FROM (
    SELECT matter_id FROM reminder GROUP BY matter_id
    HAVING count(*) FILTER (WHERE outcome IN ('mailed', 'pending')) = 0
       AND count(*) FILTER (WHERE outcome = 'undelivered') > 0
) AS nobody
"""


def judge(
    town: Town, accepted: list[Acceptance], *, final: frozenset[str] | set[str] = FINAL
) -> Judgement:
    """Hold the server's log against the ledger once everything has come to rest.

    `final` names the states in which a message may stay.
    """
    copies = Counter(acceptance["message_id"] for acceptance in accepted)
    rows = town.rows("SELECT message_id, state, uncertain_count FROM message")
    wanted = {row.message_id for row in rows if row.state not in ("dead", "cancelled", "uncertain")}
    allowed = {row.message_id: 1 + row.uncertain_count for row in rows}
    return Judgement(
        planned=len(rows),
        lost=frozenset(wanted - set(copies)),
        duplicated=sum(count - 1 for count in copies.values()),
        uncertain=sum(row.uncertain_count for row in rows),
        unexplained={m: n for m, n in copies.items() if n > allowed.get(m, 0)},
        unfinished=dict(Counter(row.state for row in rows if row.state not in final)),
        false_marks=frozenset(
            row.message_id for row in rows if row.state == "sent" and not copies[row.message_id]
        ),
        silent=town.value(_SILENT),
        nameless=frozenset(town.events()) - set(EVENTS),
    )
