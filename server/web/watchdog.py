"""The web process watches the workers: when they fall silent it still speaks."""

import threading

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.adapters.alarm_webhook import post_alarm
from server.clock import utc_now
from server.db.engine import transaction
from server.services import alarms, health
from server.services.alarms import Notice
from server.settings import Settings

EVERY = 30.0
"""Seconds between two looks."""
FIRST = health.LONGEST_SILENCE.total_seconds()
"""Seconds before the first look: after a night without power the last sign of life is of
yesterday, and workers that start with us may take as long to begin as they may be silent."""
log = structlog.get_logger()


class Watchdog(threading.Thread):
    """Looks at planning and delivery twice a minute, raises alarms and tells them.

    Whatever goes wrong in one look, the next one comes.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._engine = engine
        self._settings = settings
        self._over = threading.Event()
        self._database_away = False

    def run(self) -> None:
        """Look again and again until `stop`."""
        pause = FIRST
        while not self._over.wait(pause):
            pause = EVERY
            try:
                self.look()
            except Exception:  # a watchdog that ends with its first fault would be no safety
                log.exception("watchdog_failed")

    def stop(self) -> None:
        """End after the look at hand."""
        self._over.set()

    def look(self) -> None:
        """Look once: raise, clear, tell."""
        try:
            with transaction(self._engine) as session:
                checks = health.check_mail(session, now=utc_now())
                alarms.review(session, checks, now=utc_now())
            with transaction(self._engine) as session:
                alarms.tell(session, self._tell, now=utc_now())
        except SQLAlchemyError as error:
            self._tell_of_database(raised=True, why=type(error).__name__)
        else:
            self._tell_of_database(raised=False, why="")

    def _tell_of_database(self, *, raised: bool, why: str) -> None:
        """Tell of a database that is away, which no table can keep."""
        if raised == self._database_away:
            return
        now = utc_now()
        message = f"数据库：连接不上（{why}）。请检查数据库进程、地址、口令和网络。"
        kind = "raised" if raised else "cleared"
        identifier = f"database.{kind}.{int(now.timestamp())}"
        if self._tell(Notice(identifier, "database", raised, message, now)):
            self._database_away = raised

    def _tell(self, notice: Notice) -> bool:
        write = log.error if notice.raised else log.info
        write("alarm", key=notice.key, raised=notice.raised, message=notice.message)
        if not self._settings.alarm_url:
            return True
        content: dict[str, object] = {
            "type": "alarm.raised" if notice.raised else "alarm.cleared",
            "timestamp": utc_now().isoformat(),
            "data": {
                "key": notice.key,
                "message": notice.message,
                "since": notice.since.isoformat(),
                "installation": self._settings.base_url,
            },
        }
        secret = self._settings.alarm_secret.get_secret_value()
        at = int(utc_now().timestamp())
        why = post_alarm(self._settings.alarm_url, secret, notice.id, at, content)
        if why:
            log.warning("alarm_not_told", key=notice.key, why=why)
        return not why
