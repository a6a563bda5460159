"""The task that holds reports against each other, one at a time, each in its own transaction."""

from celery import shared_task

from server.services import comparison
from workers import runtime


@shared_task(name="workers.comparison.compare")
def compare() -> None:
    """Compare every report that needs it; one worker at a time, safe to repeat."""
    while not runtime.stopping():
        with runtime.transaction() as session:
            if not comparison.compare_next(session):
                return
