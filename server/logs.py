"""How every process logs: one line an event on standard error, for people or for collectors."""

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = ("celery", "kombu", "amqp", "uvicorn.access")
"""Loggers of libraries whose every step is of no use; their warnings are."""
_CAPABILITY = re.compile(r"(/r/|/sign-in/link/|/calendar/)[\w-]+")


def configure(*, as_json: bool) -> None:
    """Send all logging, structlog's and the standard library's, through one form.

    Guarantees that no address of a reply link, a sign-in link or a calendar is written out whole.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_capabilities,
    ]
    form = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, form],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def without_capabilities(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Return the event with the secret part of every link that is itself a right hidden."""
    return {
        key: _CAPABILITY.sub(r"\1***", value) if isinstance(value, str) else value
        for key, value in event.items()
    }
