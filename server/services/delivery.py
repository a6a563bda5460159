"""Delivering messages: claim, bind, write, intend, record. Once in the ledger, always.

One attempt is four transactions of the caller, with the sending between the last two:
`claim` leases a batch and drops what is no longer true; `writing.prepare` writes the bytes;
`intend`, just before the final dot, is the last moment to refuse; `record` says what came of it.
A process that ends between any two of them leaves a state that `recovery.recover` understands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from server.db.queries import claims, suppression
from server.db.queries import messages as queries
from server.db.queries.claims import Claimed, Reached
from server.db.queries.messages import Ending
from server.domain.addresses import address_fault
from server.domain.binding import Binding, Bound, Candidate, bind
from server.domain.bounces import blames_address
from server.domain.delivery import (
    Accepted,
    NotSent,
    Outcome,
    PermanentFailure,
    Unknown,
    Verdict,
    verdict,
)
from server.domain.reminders import next_attempt_at
from server.services import pacing
from server.services.pacing import Paces


@dataclass(frozen=True, slots=True)
class Leases:
    """How long things may take before others step in.

    `hold`: from claim to intent. `patience`: from intent to record; longer than the wait for the
    server's reply. `rest`: before a message that may have arrived is sent again. `outage`: between
    attempts while our own mail server is away.
    """

    hold: timedelta = timedelta(minutes=2)
    patience: timedelta = timedelta(minutes=11)
    rest: timedelta = timedelta(minutes=30)
    outage: timedelta = timedelta(minutes=1)


DEFAULT_LEASES = Leases()
NO_PACES: Paces = {}
MEMORY = timedelta(days=30)
"""An address refused twice within this time gets no more mail until a person restores it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a claim gave: how many messages it took, and those of them that are worth sending."""

    taken: int
    messages: tuple[Claimed, ...]


def claim(
    session: Session,
    *,
    owner: str,
    limit: int,
    leases: Leases = DEFAULT_LEASES,
    at: datetime | None = None,
    paces: Paces = NO_PACES,
) -> Batch:
    """Lease up to `limit` messages whose time has come and settle those not worth sending.

    `at` stands in for the database's clock in asking whose time has come (a rehearsed sweep).
    Nothing but sign-in mails is taken while the installation is held (services.holding).
    """
    taken = claims.claim(session, owner=owner, limit=limit, hold=leases.hold, at=at)
    ids = [message.id for message in taken]
    claims.cancel_stale_lines(session, ids)
    lines = claims.pending_lines(session, ids)
    people = claims.recipients(session, [message.recipient_id for message in taken])
    kept = []
    for message in taken:
        reached = people[message.recipient_id]
        bound = bind(_candidate(message, lines[message.id], reached))
        settled = _settle(session, message, bound, reached.email)
        if settled is not None:
            kept.append(settled)
    return Batch(len(taken), tuple(pacing.admit(session, kept, paces)))


def intend(
    session: Session, messages: Sequence[Claimed], *, leases: Leases = DEFAULT_LEASES
) -> frozenset[int]:
    """Commit to final dots; return the messages that may have theirs.

    Not among them: one whose lease is over, or whose mail says what is no longer true.
    """
    return queries.intend(session, messages, patience=leases.patience)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one message; `jitter`, from 0.8 to 1.2, keeps retries from coming in step."""

    message: Claimed
    outcome: Outcome
    jitter: float = 1.0


def record(
    session: Session, attempts: Sequence[Attempt], *, leases: Leases = DEFAULT_LEASES
) -> list[Verdict | None]:
    """Write down what came of attempts; None for one whose lease was no longer ours."""
    judged = [_judged(session, attempt, leases) for attempt in attempts]
    endings = [
        (attempt.message, ending) for attempt, (_, ending) in zip(attempts, judged, strict=True)
    ]
    ours = queries.finish(session, endings)
    recorded: list[Verdict | None] = []
    for attempt, (judgement, _) in zip(attempts, judged, strict=True):
        if attempt.message.id in ours:
            recorded.append(judgement)
        else:
            _note_unfenced(session, attempt)
            recorded.append(None)
    _draw_consequences(session, attempts, recorded)
    return recorded


def release(session: Session, messages: Sequence[Claimed]) -> None:
    """Give back messages that were claimed and not begun."""
    queries.finish(session, [(message, Ending("queued", "released")) for message in messages])


def give_up_lines(session: Session, message: int) -> None:
    """End the lines of a dead message and owe them to others, in the same transaction."""
    queries.tell_others(session, message)
    queries.close_lines(session, [message], "undelivered")


def _draw_consequences(
    session: Session, attempts: Sequence[Attempt], recorded: Sequence[Verdict | None]
) -> None:
    """Tell others what a dead message could not; remember what a refusal says of its address."""
    for attempt, judged in zip(attempts, recorded, strict=True):
        if judged is Verdict.DEAD:
            give_up_lines(session, attempt.message.id)
        mail = not attempt.message.channel_id
        if mail and judged is not None and judged is not Verdict.SENT:
            _draw_lessons(session, attempt.message, attempt.outcome)


def _note_unfenced(session: Session, attempt: Attempt) -> None:
    said = f"{type(attempt.outcome).__name__}：{_answer(attempt.outcome)}"
    queries.note(session, attempt.message.id, attempt.message.token, "unfenced", said)


def _judged(session: Session, attempt: Attempt, leases: Leases) -> tuple[Verdict, Ending]:
    judged = verdict(attempt.outcome)
    wait = _wait(session, attempt.message, judged, attempt.jitter, leases)
    if judged is Verdict.RETRY and wait is None:
        judged = Verdict.DEAD
    return judged, _ending(judged, attempt.outcome, wait)


def _draw_lessons(session: Session, message: Claimed, outcome: Outcome) -> None:
    """Remember of the address and its domain what the refusal says of them."""
    if isinstance(outcome, PermanentFailure):
        if outcome.concerns_recipient and blames_address(outcome):
            reason = f"{outcome.code} {outcome.text}"
            suppression.note_failure(
                session, message.address, reason=reason, message=message.id, memory=MEMORY
            )
    else:
        pacing.back_off(session, message.address, outcome)


def _candidate(message: Claimed, lines: set[int], reached: Reached) -> Candidate:
    written = message.body is not None
    return Candidate(
        carries_lines=message.kind == "reminder",
        on_request=message.kind == "sign_in",
        lines=lines,
        frozen_lines=set(message.payload.get("lines", ())) if written else None,
        reachable=reached.active and address_fault(reached.email) is None,
        suppressed=reached.suppressed,
        address_changed=reached.email != message.address,
        expired=message.expired,
        failures=message.failures,
        interruptions=message.claims - 1,
        may_have_arrived=message.uncertain_count > 0,
    )


def _settle(session: Session, message: Claimed, bound: Bound, address: str) -> Claimed | None:
    """Do what late binding decided; return the message if it is still to be sent."""
    match bound.binding:
        case Binding.SEND:
            return message
        case Binding.REBUILD:
            claims.rebuild(session, message.id, address)
            return replace(message, body=None, address=address)
        case Binding.DEAD:
            give_up_lines(session, message.id)
        case Binding.GIVE_BACK:
            queries.give_back_lines(session, message.id)
        case Binding.CANCEL:
            pass
    state = "dead" if bound.binding is Binding.DEAD else "cancelled"
    queries.finish(session, [(message, Ending(state, state, detail=bound.reason))])
    return None


def _wait(
    session: Session, message: Claimed, judged: Verdict, jitter: float, leases: Leases
) -> timedelta | None:
    """Return how long the message rests after this attempt; None for one that is tried no more."""
    match judged:
        case Verdict.WAIT:
            return leases.outage * jitter
        case Verdict.UNCERTAIN:
            return leases.rest
        case Verdict.RETRY:
            now = queries.database_time(session)
            until = message.not_after or datetime.max.replace(tzinfo=UTC)
            at = next_attempt_at(message.failures + 1, now, jitter, not_after=until)
            return at - now if at else None
        case _:
            return None


def _ending(judged: Verdict, outcome: Outcome, wait: timedelta | None) -> Ending:
    stage = getattr(outcome, "stage", "")
    code = getattr(outcome, "code", None)
    detail = _answer(outcome)
    waits = judged in (Verdict.RETRY, Verdict.WAIT)
    return Ending(
        state="queued" if waits else judged.value,
        event=judged.value,
        stage=stage,
        code=code,
        detail=detail,
        reply=f"{code} {detail}" if code else detail,
        failed=judged is Verdict.RETRY,
        unsure=judged is Verdict.UNCERTAIN,
        wait=wait,
    )


def _answer(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return outcome.reply
        case NotSent() | Unknown():
            return outcome.reason
        case _:
            return outcome.text
