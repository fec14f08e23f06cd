"""One connection of the process that hears when the log grows, and wakes whoever waits."""

import logging
import threading
from datetime import timedelta

from psycopg import Connection as PsycopgConnection
from psycopg import Error as PsycopgError
from sqlalchemy import Engine, select

from application.lasting_trouble import LastingTrouble
from application.ports.event_log import LogUnavailable
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.own_connection import own_connection
from infrastructure.postgres.tables import sequencer

logger = logging.getLogger(__name__)

CHANNEL = "datatrail_log"
_HEAR_SECONDS = 0.5
_RETRY_SECONDS = 1.0
_REMIND = timedelta(minutes=1)


class PostgresNotifications:
    """See the port `Notifications`. It begins to listen when the first waiter comes.

    While the database is away nobody is woken, and waiters go on at their timeout.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._grown = threading.Condition()
        self._position = 0
        self._stop = threading.Event()
        self._listener: threading.Thread | None = None
        self._trouble = LastingTrouble(_REMIND)

    def wait(self, *, beyond: int, timeout: timedelta) -> int:
        with self._grown:
            self._start()
            self._grown.wait_for(
                lambda: self._position > beyond or self._stop.is_set(), timeout.total_seconds()
            )
            return self._position

    def close(self) -> None:
        """Wake everybody and stop listening; waiting returns at once from now on."""
        self._stop.set()
        with self._grown:
            self._grown.notify_all()
            listener = self._listener
        if listener is not None:
            listener.join()

    def _start(self) -> None:
        if self._listener is None and not self._stop.is_set():
            self._listener = threading.Thread(
                target=self._run, name="datatrail-notifications", daemon=True
            )
            self._listener.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with reaching_the_log():
                    self._listen()
            except (LogUnavailable, PsycopgError) as outage:
                if self._trouble.is_to_be_told(outage):
                    logger.warning(
                        "listening for new events again soon", extra={"outage": str(outage)}
                    )
                self._stop.wait(_RETRY_SECONDS)
            except Exception:
                # Without it every reader would be slow, and nothing else would fail.
                logger.exception("listening for new events failed, and is tried again")
                self._stop.wait(_RETRY_SECONDS)

    def _listen(self) -> None:
        with own_connection(self._engine) as connection:
            # Not `driver_connection`: a connection outside of the pool has none.
            driver: object = connection.connection.dbapi_connection
            if not isinstance(driver, PsycopgConnection):
                raise TypeError(f"expected a psycopg connection, not {type(driver).__name__}")
            driver.execute(f"LISTEN {CHANNEL}")
            self._trouble.ends()
            # What came before we listened, or while nobody did.
            self._reach(connection.scalar(select(sequencer.c.size)) or 0)
            while not self._stop.is_set():
                for notification in driver.notifies(timeout=_HEAR_SECONDS):
                    self._reach(int(notification.payload))
                    if self._stop.is_set():
                        return

    def _reach(self, position: int) -> None:
        with self._grown:
            self._position = position
            self._grown.notify_all()
