"""Tasks that seal the record of acts into its hash chain and drop what nobody asks for again."""

from celery import shared_task

from server.clock import utc_now
from server.services import audit, repeats
from workers import runtime


@shared_task(name="workers.maintenance.seal")
def seal() -> None:
    """Chain the acts of finished transactions; one sealer at a time, safe to repeat."""
    with runtime.transaction() as session:
        audit.seal(session)


@shared_task(name="workers.maintenance.tidy")
def tidy() -> None:
    """Drop the answers kept for other systems that are too old to be asked for again."""
    with runtime.transaction() as session:
        repeats.forget(session, now=utc_now())
