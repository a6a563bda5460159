"""Mails a second, with every guarantee, against the same mails sent without any ledger.

python -m tests.bench.delivery [--json]
"""

import multiprocessing
import os
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

import structlog
from sqlalchemy import Engine, text

from server.adapters.mail import MailConnection, OutgoingMail, build_message, parse_smtp_url
from server.clock import utc_now
from server.db.engine import make_engine
from server.db.queries.claims import Claimed
from server.services import letters, rulebook
from server.services.scenes import Desk
from server.services.writing import Sender
from tests.bench.sink import sink
from tests.bench.table import Rows, main
from tests.bench.town import database, transaction
from tests.ledger import found_town
from workers.courier import Office, deliver_ready

MAILS = int(os.environ.get("BENCH_MAILS", "2000"))
SENDER = Sender("督办系统", "duban@office.example")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

Work = Callable[[str, str, int, int], None]


def measure() -> Rows:
    """Return mails a second of both ways, by one and by two processes."""
    return [_compared(processes) for processes in (1, 2)]


def _compared(processes: int) -> dict[str, object]:
    with database() as engine, sink() as smtp:
        town = found_town(engine, MAILS)
        town.owe()
        town.gather()
        url = engine.url.render_as_string(hide_password=False)
        engine.dispose()
        ideal = _run(_ideal, url, smtp, processes)
        ours = _run(_ours, url, smtp, processes)
        sent = town.states().get("sent", 0)
    return {
        "processes": processes,
        "mails": sent,
        "ours /s": round(MAILS / ours),
        "no ledger /s": round(MAILS / ideal),
        "ratio": round(ideal / ours, 2),
    }


def _run(work: Work, url: str, smtp: str, processes: int) -> float:
    context = multiprocessing.get_context("fork")
    children = [
        context.Process(target=work, args=(url, smtp, number, processes))
        for number in range(processes)
    ]
    began = perf_counter()
    for child in children:
        child.start()
    for child in children:
        child.join()
    return perf_counter() - began


def _desk() -> Desk:
    rules = rulebook.reminder_rules(trial=True)
    return Desk("https://office.example", "k" * 43, True, rules, rulebook.lights())


def _ours(url: str, smtp: str, number: int, processes: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    engine = make_engine(url)
    deliver_ready(
        Office(
            transact=lambda: transaction(engine),
            connect=lambda: MailConnection(parse_smtp_url(smtp)),
            write=letters.writer(_desk(), now=NOW),
            sender=SENDER,
            owner=f"bench:{number}",
            clock=utc_now,
        )
    )


def _ideal(url: str, smtp: str, number: int, processes: int) -> None:
    """Write and send this process's share by the same code, recording nothing."""
    engine = make_engine(url)
    write = letters.writer(_desk(), now=NOW)
    with MailConnection(parse_smtp_url(smtp)) as mail, transaction(engine) as session:
        for message in _share(engine, number, processes):
            letter = write(session, message)
            data = build_message(
                OutgoingMail(
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
            )
            mail.send(SENDER.address, message.address, data, lambda: True)
        session.rollback()


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


if __name__ == "__main__":
    main(measure)
