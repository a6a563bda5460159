"""The plain design: a task a mail, which reads a row, renders, opens a connection, marks the row.

No claim, no lease, no intent: what a tutorial shows. Rendering and building are the product's own,
and the mail's content is constant, so that only the design differs.
"""

import os
import smtplib
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from celery import Celery
from sqlmodel import Session

from server.adapters.embedded import start_valkey
from server.adapters.mail import OutgoingMail, build_message
from server.clock import utc_now
from server.db.engine import make_engine
from server.db.tables import Contact, Message
from server.rendering.mail import render_mail
from tests.bench.reminders.installation import wait_until
from tests.ledger import Town
from tests.unit.rendering.samples import reminder, reminder_line

COMMAND = (sys.executable, "-m", "celery", "-A", "tests.bench.reminders.plain", "worker")

app = Celery("plain", broker=os.environ.get("PLAIN_BROKER", ""))
app.conf.task_ignore_result = True
_engine = make_engine(os.environ["PLAIN_DATABASE"]) if "PLAIN_DATABASE" in os.environ else None


@app.task(name="plain.mail")
def mail(number: int) -> None:
    """Send one mail and mark it as sent."""
    sink = urlsplit(os.environ["PLAIN_SMTP"])
    with Session(_engine) as session:
        message = session.get_one(Message, number)
        contact = session.get_one(Contact, message.recipient_id)
        rendered = render_mail(
            reminder(reminder_line(date(2026, 1, 30)), recipient_name=contact.name)
        )
        data = build_message(
            OutgoingMail(
                message_id=message.message_id,
                date=utc_now(),
                from_address="duban@office.example",
                from_name="督办系统",
                to_address=contact.email,
                to_name=contact.name,
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
            )
        )
        with smtplib.SMTP(sink.hostname or "", sink.port or 0) as server:
            server.sendmail("duban@office.example", [contact.email], data)
        message.state, message.sent_at = "sent", utc_now()
        session.add(message)
        session.commit()


def seconds(town: Town, database_url: str, smtp: str, *, processes: int) -> float:
    """Return the seconds from the first publication to the last mail's mark; warmed up before."""
    numbers = [row.id for row in town.rows("SELECT id FROM message ORDER BY id")]
    warm, rest = numbers[:120], numbers[120:]
    town.run("UPDATE message SET state = 'queued', sent_at = NULL")
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        Path(folder).chmod(0o711)
        with start_valkey(Path(folder)) as redis:
            environment = os.environ | {
                "PLAIN_BROKER": redis.url,
                "PLAIN_DATABASE": database_url,
                "PLAIN_SMTP": smtp,
            }
            worker = subprocess.Popen(
                [*COMMAND, "--concurrency", str(processes)],
                env=environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                _publish(town, redis.url, warm)
                began = town.value("SELECT clock_timestamp()")
                _publish(town, redis.url, rest)
            finally:
                worker.terminate()
                worker.wait(60)
    ended: datetime = town.value("SELECT max(sent_at) FROM message")
    return (ended - began).total_seconds()


def _publish(town: Town, broker: str, numbers: list[int]) -> None:
    """Publish a task a mail and wait until all are marked."""
    app.conf.broker_url = broker
    done = town.states().get("sent", 0) + len(numbers)
    for number in numbers:
        mail.delay(number)
    wait_until(lambda: town.states().get("sent", 0) == done, patience=900)
