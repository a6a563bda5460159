"""Mails a second: ours with every guarantee, the same without a ledger, a plain Celery design."""

import multiprocessing
import queue
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, text

from server.adapters.mail import (
    Enveloped,
    MailConnection,
    MailLines,
    OutgoingMail,
    build_message,
    parse_smtp_url,
)
from server.db.engine import make_engine, transaction
from server.db.queries.claims import Claimed
from server.domain.delivery import Accepted
from server.services import letters, rulebook
from server.services.scenes import Desk
from server.services.writing import Compose, Sender
from tests.bench import sink
from tests.bench.reminders import plain
from tests.bench.reminders.installation import hint, running, wait_until
from tests.bench.table import Rows, figure
from tests.bench.town import database
from tests.ledger import Town, found_town

PROCESSES = 2
WARM_UP = 120
BATCH = 50
PATIENCE = 600
SENDER = Sender("督办系统", "duban@office.example")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

Work = Callable[[str, str, int, int], Iterator[None]]
"""One process's part: yields when it is ready, and goes on when told to."""


def measure(mails: int) -> Rows:
    """Return mails a second of each way, sent by two processes to the same sink."""
    with database() as engine, sink.sink() as smtp:
        town = found_town(engine, mails + WARM_UP)
        town.owe()
        town.gather()
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        without = {lines: mails / _timed(_ideal(lines), url, smtp, town) for lines in (1, 4)}
        memory = mails / _timed(_from_memory, url, smtp, town)
        ours = mails / _ours(town, url, smtp)
        naive = mails / plain.seconds(town, url, smtp, processes=PROCESSES)
    ideal = max(without.values())
    to = f"{sink.kind()}, {PROCESSES} processes"
    return [
        figure(f"ours, every guarantee ({to})", mails, ours, "mails/s"),
        figure("no ledger, 1 connection each", mails, without[1], "mails/s"),
        figure("no ledger, 4 connections each", mails, without[4], "mails/s"),
        figure("no ledger, everything read before", mails, memory, "mails/s"),
        figure("plain Celery: task, read, connection a mail", mails, naive, "mails/s"),
        figure("ours / no ledger", mails, ours, "mails/s", ratio=ours / ideal, goal=">= 0.5"),
        figure("ours / nothing to read", mails, ours, "mails/s", ratio=ours / memory),
        figure("ours / plain Celery", mails, ours, "mails/s", ratio=ours / naive, goal=">= 5"),
    ]


def _ours(town: Town, url: str, smtp: str) -> float:
    """Return the seconds from the hint to the last mail's record, by real worker processes."""
    town.run("UPDATE message SET next_attempt_at = 'infinity' WHERE id > :n", n=WARM_UP)
    with running(url, smtp, processes=PROCESSES) as redis:
        hint(redis, PROCESSES)
        wait_until(lambda: town.states().get("sent", 0) == WARM_UP, patience=PATIENCE)
        town.run("UPDATE message SET next_attempt_at = now() WHERE state = 'queued'")
        began = town.value("SELECT clock_timestamp()")
        hint(redis, PROCESSES)
        wait_until(lambda: set(town.states()) == {"sent"}, patience=PATIENCE)
    ended: datetime = town.value("SELECT max(sent_at) FROM message")
    return (ended - began).total_seconds()


def _timed(work: Work, url: str, smtp: str, town: Town) -> float:
    """Return the seconds that processes take together, each doing its share of the mails."""
    context = multiprocessing.get_context("fork")
    start, times = context.Barrier(PROCESSES), context.Queue()

    def run(number: int) -> None:
        steps = work(url, smtp, number, PROCESSES)
        next(steps)
        start.wait()
        began = perf_counter()
        next(steps, None)
        times.put((began, perf_counter()))

    town.engine.dispose()
    children = [context.Process(target=run, args=(number,)) for number in range(PROCESSES)]
    for child in children:
        child.start()
    spans = [_result(times, children) for _ in children]
    for child in children:
        child.join()
    return max(end for _, end in spans) - min(began for began, _ in spans)


def _result(times: Any, children: Sequence[Any]) -> tuple[float, float]:
    while True:
        try:
            span: tuple[float, float] = times.get(timeout=1)
        except queue.Empty:
            if any(child.exitcode for child in children):
                raise RuntimeError("a process of the bench died") from None
        else:
            return span


def _ideal(lines: int) -> Work:
    """Read, write and send by the same code on persistent connections, recording nothing."""

    def work(url: str, smtp: str, number: int, processes: int) -> Iterator[None]:
        engine = make_engine(url)
        messages = _share(engine, number, processes)
        write = letters.writer(_desk(), now=NOW)
        with _lines(smtp, lines) as mail, transaction(engine) as session:
            _send(mail, messages[:1], write(session, messages[:1]))
            yield
            for batch in _chunks(messages[WARM_UP // processes :], BATCH):
                _send(mail, batch, write(session, batch))
            session.rollback()

    return work


def _from_memory(url: str, smtp: str, number: int, processes: int) -> Iterator[None]:
    """Write and send what was read before the clock started."""
    engine = make_engine(url)
    messages = _share(engine, number, processes)
    write = letters.writer(_desk(), now=NOW)
    with _lines(smtp, 1) as mail, transaction(engine) as session:
        compose = write(session, messages)
        _send(mail, messages[:1], compose)
        yield
        _send(mail, messages[WARM_UP // processes :], compose)
        session.rollback()


def _send(mail: MailLines, messages: Sequence[Claimed], compose: Compose) -> None:
    ready = mail.open(BATCH)
    if not isinstance(ready, int):
        raise TypeError(f"the sink refuses: {ready}")
    for wave in _chunks(messages, ready):
        for outcomes in mail.send([_built(each, compose) for each in wave], lambda all_: all_):
            if not all(isinstance(outcome, Accepted) for outcome in outcomes.values()):
                raise RuntimeError(f"the sink refuses: {outcomes}")


def _chunks(messages: Sequence[Claimed], size: int) -> Iterator[Sequence[Claimed]]:
    return (messages[at : at + size] for at in range(0, len(messages), size))


def _built(message: Claimed, compose: Compose) -> Enveloped:
    letter = compose(message)
    mail = OutgoingMail(
        message_id=message.message_id,
        date=NOW,
        from_address=SENDER.address,
        from_name=SENDER.name,
        to_address=message.address,
        to_name=letter.recipient_name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
    return Enveloped(SENDER.address, message.address, build_message(mail))


def _lines(smtp: str, most: int) -> MailLines:
    return MailLines(lambda: MailConnection(parse_smtp_url(smtp)), most)


def _desk() -> Desk:
    rules = rulebook.reminder_rules(trial=True)
    return Desk("https://office.example", "k" * 43, True, rules, rulebook.lights())


def _share(engine: Engine, number: int, processes: int) -> list[Claimed]:
    with transaction(engine) as session:
        rows = session.connection().execute(
            text(
                "SELECT id, 0, kind, recipient_id, address, message_id, subject, body, payload,"
                " on_uncertain, created_at, not_after, failures, uncertain_count, claims, false"
                " FROM message WHERE id % :processes = :number ORDER BY id"
            ),
            {"processes": processes, "number": number},
        )
        return [Claimed(*row) for row in rows]
