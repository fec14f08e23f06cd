"""A PostgreSQL server of our own: one directory, one Unix socket, no port, no other user.

Layout of the directory: ``data`` (the cluster), ``socket`` (a private directory, or a link to one
with a shorter path), ``server.log`` of this run, ``server.log.1`` of the run before, ``lock``.
"""

import fcntl
import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from application.background import repeated
from infrastructure.embedded.cluster import create_cluster, end_orphans
from infrastructure.embedded.errors import (
    DataDirectoryInUse,
    DataDirectoryUnusable,
    EmbeddedPostgresError,
    PostgresDidNotStart,
)
from infrastructure.embedded.programs import ENVIRONMENT, PostgresPrograms, find_programs
from infrastructure.embedded.socket_directory import (
    PORT,
    make_socket_directory,
    remove_socket_directory,
)

logger = logging.getLogger(__name__)

SUPERUSER = "postgres"
DATABASE = "datatrail"

# Ends the server when we end in any way, kill -9 included: the pipe's other end is ours. (The
# kernel's parent-death signal would fire when the *thread* that started the server ends.)
_GUARD = 'read -r _; kill -s INT "$1"'
# A recovery from a crash is among what is waited for.
_START_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
# One that served for so long did not end by what it met when it began.
_STEADY_SECONDS = 10.0


class EmbeddedPostgres:
    """A PostgreSQL server over `directory`, from `start` to `stop`; a context manager.

    The data survives restarts, crashes and kill -9 of either process (fsync and data checksums are
    on). It needs no root and no password: whoever may enter the 0700 directory of the socket is the
    owner, so the server trusts them for every role. Nothing listens on the network.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._lock: int | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._socket: Path | None = None
        self._pause, self._next_try, self._steady_from = 0.0, 0.0, 0.0
        self._was_up = self._would_not_start = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The superuser's SQLAlchemy URL of the database `datatrail`."""
        return self.url_for(SUPERUSER)

    def url_for(self, role: str, *, database: str = DATABASE) -> str:
        """A SQLAlchemy URL for `role`, which needs no password here."""
        if self._socket is None:
            raise RuntimeError("the embedded PostgreSQL server is not running: call start() first")
        return _url(self._socket, role, database)

    @property
    def log(self) -> Path:
        """The server's own log of this run."""
        return self._directory / "server.log"

    @property
    def pid(self) -> int | None:
        """The server's process, or None when it is not running."""
        if self._server is None or self._server.poll() is not None:
            return None
        return self._server.pid

    def start(self) -> None:
        """Create the cluster if there is none, start the server, and wait until it answers.

        Raises DataDirectoryInUse, DataDirectoryUnusable (WrongPostgresVersion is one),
        PostgresProgramsMissing or PostgresDidNotStart; then nothing is left running.
        """
        if self._server is not None:
            raise RuntimeError("the embedded PostgreSQL server was started already")
        self._lock = _lock(self._directory)
        try:
            programs = find_programs(self._directory)
            create_cluster(programs, self._directory, superuser=SUPERUSER, lock=self._lock)
            end_orphans(self._data)
            self._socket = make_socket_directory(self._directory)
            if self.log.exists():
                self.log.replace(self._directory / "server.log.1")
            self._launch(programs, self._socket)
            self._await_answer()
            self._create_database()
            self._was_up = True
        except BaseException:
            self.stop()
            raise

    @contextmanager
    def tended(self) -> Iterator[None]:
        """Meanwhile a server that ended, as one that was killed for memory does, is started again
        under the same URL. What was committed is there; whoever was connected has to come again.
        One that does not start, or ends again soon, is tried after pauses that double; that one
        does not start is said once.
        """
        with repeated(self._revive, seconds=_LOOK_EVERY_SECONDS, name="embedded-postgres"):
            yield

    def _revive(self) -> bool:
        if self._socket is None:
            return True
        now = time.monotonic()
        if self.pid is not None:
            # Also one that took longer to recover than was waited for.
            self._was_up, self._would_not_start = True, False
            if now >= self._steady_from:
                self._pause = 0.0
            return True
        if self._was_up:
            logger.error("PostgreSQL ended, and is started again", extra={"log": str(self.log)})
            self._was_up = False
        if now >= self._next_try:
            self._start_again(self._socket)
            self._pause = min(max(2 * self._pause, _LOOK_EVERY_SECONDS), _LONGEST_PAUSE_SECONDS)
            self._next_try = time.monotonic() + self._pause
            self._steady_from = time.monotonic() + _STEADY_SECONDS
        return True

    def _start_again(self, socket: Path) -> None:
        try:
            self._end_guard()
            end_orphans(self._data)
            self._launch(find_programs(self._directory), socket)
            self._await_answer()
        except (OSError, EmbeddedPostgresError) as error:
            if not self._would_not_start:
                logger.error(
                    "PostgreSQL does not start; it is tried again until it does",
                    extra={"outage": str(error)},
                )
            self._would_not_start = True
        else:
            logger.info("PostgreSQL serves again")
            self._was_up = True

    def stop(self) -> None:
        """Stop the server in order and release the directory. Harmless when it is not running."""
        if self._server is not None:
            _end(self._server)
            self._server = None
        self._end_guard()
        if self._socket is not None:
            remove_socket_directory(self._directory)
            self._socket = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def _data(self) -> Path:
        return self._directory / "data"

    def _end_guard(self) -> None:
        if self._guard is not None:
            # Killed before its pipe is closed: it must not signal a process that is gone.
            self._guard.kill()
            self._guard.communicate()
            self._guard = None

    def _launch(self, programs: PostgresPrograms, socket: Path) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(socket),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        # Whatever ended the server before it was started again stays to be read.
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                programs.command("postgres", "-D", str(self._data), *options),
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C is for us: we then stop the server when its last client is done.
                start_new_session=True,
            )
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, "sh", str(self._server.pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _await_answer(self) -> None:
        assert self._server is not None  # noqa: S101 - set by _launch, for the type checker
        deadline = time.monotonic() + _START_SECONDS
        while True:
            if self._server.poll() is not None:
                raise PostgresDidNotStart(
                    f"PostgreSQL ended with {self._server.returncode} while it started. "
                    f"{self._log_tail()}"
                )
            try:
                psycopg.connect(self._conninfo("template1"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise PostgresDidNotStart(
                        f"PostgreSQL did not answer within {_START_SECONDS:g} s: "
                        f"{str(error).strip()}. {self._log_tail()}"
                    ) from error
                time.sleep(0.02)
            else:
                return

    def _create_database(self) -> None:
        with psycopg.connect(self._conninfo("template1"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _conninfo(self, database: str) -> str:
        return self.url_for(SUPERUSER, database=database).replace("+psycopg", "", 1)

    def _log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        if not lines:
            return f"It said nothing; {_room_below(self._directory)}."
        return f"The end of {self.log}:\n" + "\n".join(lines[-20:])


def url_of_running(directory: Path, *, role: str = SUPERUSER) -> str | None:
    """The URL of the server that another process runs over `directory`, or None if none does."""
    socket = (directory.absolute() / "socket").resolve()
    url = _url(socket, role, DATABASE)
    try:
        psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5).close()
    except psycopg.OperationalError:
        return None
    return url


def _room_below(directory: Path) -> str:
    free = shutil.disk_usage(directory).free
    return f"{free >> 20:,} MiB are free in {directory}, and it needs some to start"


def _url(socket: Path, role: str, database: str) -> str:
    where = urlencode({"host": str(socket), "port": PORT})
    return f"postgresql+psycopg://{quote(role, safe='')}@/{quote(database, safe='')}?{where}"


def _lock(directory: Path) -> int:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DataDirectoryUnusable(
            f"the database cannot live in {directory}: {error.strerror}. Give Datatrail a data "
            "directory that this user may write to."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise DataDirectoryInUse(directory) from None
    return lock


def _end(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown; if that hangs, immediate shutdown (recovered at the next start), then kill."""
    for stop_signal, seconds in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)):
        server.send_signal(stop_signal)
        try:
            server.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        return
    server.kill()
    server.wait()
