"""The task that carries messages to the mail server."""

from celery import shared_task

from server.services.recovery import recover
from workers import guard, runtime
from workers.courier import deliver_ready


@shared_task(name="workers.delivery.deliver")
def deliver() -> None:
    """Recover what was interrupted and deliver what is due; harmless to run twice or not at all."""
    with runtime.transaction() as session:
        recover(session)
    if guard.may_deliver():
        deliver_ready(runtime.office())
