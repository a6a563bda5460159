"""Not more mail to a domain than it takes: turns at those with a pace, rest for those that ask."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from server.db.queries import mail_domains
from server.db.queries import messages as messages_queries
from server.db.queries.claims import Claimed
from server.db.queries.messages import Ending
from server.domain.addresses import domain_of
from server.domain.delivery import Outcome
from server.domain.pacing import FORGOTTEN, domain_back_off

AT_ONCE = timedelta(seconds=2)
"""A turn this near is taken now."""

Paces = Mapping[str, int]
"""Mails a minute by domain; a domain without an entry takes what comes."""


def admit(session: Session, taken: Sequence[Claimed], paces: Paces) -> list[Claimed]:
    """Return those of the claimed messages whose domain takes mail now; the others wait."""
    by_domain: dict[str, list[Claimed]] = defaultdict(list)
    for message in taken:
        by_domain[domain_of(message.address)].append(message)
    held = mail_domains.held(session, list(by_domain))
    admitted = []
    for domain, messages in sorted(by_domain.items()):
        if domain in held:
            _put_off(session, messages, held[domain], "held")
        elif domain in paces:
            admitted += _in_turn(session, domain, messages, paces[domain])
        else:
            admitted += messages
    return sorted(admitted, key=lambda message: message.id)


def back_off(session: Session, address: str, outcome: Outcome) -> None:
    """Let the recipient's domain rest if this outcome asks for it."""
    if domain_back_off(outcome, 1) is None:
        return
    domain = domain_of(address)
    reason = f"{getattr(outcome, 'code', '')} {getattr(outcome, 'text', '')}".strip()
    strikes = mail_domains.strike(session, domain, reason=reason, forgotten=FORGOTTEN)
    rest = domain_back_off(outcome, strikes)
    if rest is not None:
        mail_domains.hold(session, domain, rest)


def _in_turn(
    session: Session, domain: str, messages: list[Claimed], per_minute: int
) -> list[Claimed]:
    admitted = [message for message in messages if message.has_turn]
    waiting = [message for message in messages if not message.has_turn]
    if not waiting:
        return admitted
    gap = timedelta(minutes=1) / per_minute
    turn, now = mail_domains.take_turns(session, domain, len(waiting), gap)
    for message in waiting:
        if turn <= now + AT_ONCE:
            admitted.append(message)
        else:
            mail_domains.give_turn(session, message.id, turn)
            _put_off(session, [message], turn, "paced")
        turn += gap
    return admitted


def _put_off(session: Session, messages: Sequence[Claimed], until: datetime, event: str) -> None:
    ending = Ending("queued", event, until=until)
    messages_queries.finish(session, [(message, ending) for message in messages])
