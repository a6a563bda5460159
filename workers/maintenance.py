"""The task that seals the record of acts into its hash chain."""

from celery import shared_task

from server.services import audit
from workers import runtime


@shared_task(name="workers.maintenance.seal")
def seal() -> None:
    """Chain the acts of finished transactions; one sealer at a time, safe to repeat."""
    with runtime.transaction() as session:
        audit.seal(session)
