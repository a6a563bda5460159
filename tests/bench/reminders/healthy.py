"""How late mails are in a healthy installation: from their time to the server's acceptance."""

from statistics import median, quantiles

from tests.bench import sink
from tests.bench.reminders.installation import running, wait_until
from tests.bench.table import Rows, figure
from tests.bench.town import database
from tests.ledger import found_town

MAILS = 300
PATIENCE = 300
GOAL = "<= 120"


def measure(seconds: int) -> Rows:
    """Return the lateness of mails whose times are spread over so many seconds, nobody hinting."""
    with database() as engine, sink.sink() as smtp:
        town = found_town(engine, MAILS)
        town.owe()
        town.gather()
        url = engine.url.render_as_string(hide_password=False)
        spread = "UPDATE message SET next_attempt_at = now() + random() * :s * interval '1 second'"
        with running(url, smtp, processes=2):
            town.run(spread, s=seconds)
            wait_until(lambda: set(town.states()) == {"sent"}, patience=seconds + PATIENCE)
        late = [
            float(each)
            for (each,) in town.rows(
                "SELECT extract(epoch FROM sent_at - next_attempt_at) FROM message"
            )
        ]
    return [
        figure("lateness, p50", MAILS, median(late), "s"),
        figure("lateness, p99", MAILS, quantiles(late, n=100)[98], "s", goal=GOAL),
    ]
