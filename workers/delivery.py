"""The task that carries messages to the mail server."""

from celery import shared_task

from workers import runtime
from workers.courier import deliver_ready


@shared_task(name="workers.delivery.deliver")
def deliver() -> None:
    """Deliver everything whose time has come; harmless to run twice, at once or not at all."""
    deliver_ready(runtime.office())
