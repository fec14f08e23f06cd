"""Prepared statements past psycopg's cursors, which take longer than all else that a client does.

Values are sent as PostgreSQL's own send functions write them, `uuid_send` and the like.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar
from weakref import WeakSet

import psycopg
import sqlalchemy
from psycopg import Connection
from psycopg.adapt import Transformer
from psycopg.errors import InvalidSqlStatementName, error_from_result
from psycopg.generators import execute, fetch, send
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

_int4 = struct.Struct("!i").pack
_int8 = struct.Struct("!q").pack
_array = struct.Struct("!5i").pack
_NULL = _int4(-1)
_BINARY = [Format.BINARY]
_SUCCEEDED = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK, ExecStatus.TUPLES_CHUNK)
_TAKEN_AT_ONCE = 100

Taken = TypeVar("Taken")
Returned = TypeVar("Returned")
_BEGINNING, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True)
class Kind:
    """A type of the server's: its name, its object identifier, and how a value is sent."""

    name: str
    oid: int
    send: Callable[[Any], bytes]

    def array(self, values: Sequence[object]) -> bytes:
        """One dimension, counted from 1; None is null."""
        head = _array(1, 1, self.oid, len(values), 1)
        first = values[0] if values else None
        # Most columns of the rows of one batch hold the same everywhere.
        if all(value is first for value in values):
            return head + self._element(first) * len(values)
        return head + b"".join(map(self._element, values))

    def _element(self, value: object) -> bytes:
        if value is None:
            return _NULL
        sent = self.send(value)
        return _int4(len(sent)) + sent


UUID_ = Kind("uuid", 2950, attrgetter("bytes"))
BIGINT = Kind("bigint", 20, _int8)
INTEGER = Kind("integer", 23, _int4)
TEXT = Kind("text", 25, str.encode)
BYTEA = Kind("bytea", 17, bytes)
TIMESTAMPTZ = Kind("timestamptz", 1184, lambda value: _int8((value - _BEGINNING) // _MICROSECOND))


class Prepared:
    """A statement that is prepared on each autocommitting connection when it first runs there.

    On others it is sent anew each time, in a transaction that begins with it if none is open, as
    with a cursor: after a rollback, psycopg gives up what a connection has prepared. Its parameters
    are $1, $2 and so on, each cast to its type. Raises the driver's errors. A call that is stopped
    leaves a connection that must be closed, as `driver_of` does.
    """

    def __init__(self, name: str, command: str) -> None:
        self._name, self._command = name.encode(), command.encode()
        self._prepared_on: WeakSet[Connection[Any]] = WeakSet()

    def rows(
        self, connection: Connection[Any], sent: Sequence[bytes | None]
    ) -> Sequence[tuple[Any, ...]]:
        """What it returns."""
        return _rows(connection, self._result(connection, sent))

    def asked(
        self, connection: Connection[Any], sent: Sequence[bytes | None]
    ) -> Callable[[], Sequence[tuple[Any, ...]]]:
        """What waits for its rows, when it is called: the server works meanwhile.

        Until then the connection is good for nothing else.
        """
        self._send(connection, sent)
        connection.wait(send(connection.pgconn))
        return lambda: _rows(connection, self._only_result(connection))

    def first_value(
        self, connection: Connection[Any], sent: Sequence[bytes | None]
    ) -> bytes | None:
        """The first value of the first row, as the server sends it."""
        return self._result(connection, sent).get_value(0, 0)

    def taken(
        self,
        connection: Connection[Any],
        sent: Sequence[bytes | None],
        take: Callable[[Sequence[Any]], Taken],
    ) -> list[Taken]:
        """What `take` makes of each row, while the server goes on with the next.

        With all rows at once, one would wait for the other.
        """
        return self._prepared_anew(connection, lambda: self._take_all(connection, sent, take))

    def _result(self, connection: Connection[Any], sent: Sequence[bytes | None]) -> PGresult:
        return self._prepared_anew(connection, lambda: self._ask(connection, sent))

    def _prepared_anew(self, connection: Connection[Any], call: Callable[[], Returned]) -> Returned:
        """Call again if whoever had the connection before gave up all that it had prepared."""
        try:
            return call()
        except InvalidSqlStatementName:
            if connection.info.transaction_status is not TransactionStatus.IDLE:
                raise
            return call()

    def _ask(self, connection: Connection[Any], sent: Sequence[bytes | None]) -> PGresult:
        self._send(connection, sent)
        return self._only_result(connection)

    def _take_all(
        self,
        connection: Connection[Any],
        sent: Sequence[bytes | None],
        take: Callable[[Sequence[Any]], Taken],
    ) -> list[Taken]:
        self._send(connection, sent)
        pgconn = connection.pgconn
        pgconn.set_chunked_rows_mode(_TAKEN_AT_ONCE)
        connection.wait(send(pgconn))
        adaptation = Transformer(connection)
        everything: list[Taken] = []
        failed: PGresult | None = None
        # To the end in any case: the connection is free again only then.
        while (result := connection.wait(fetch(pgconn))) is not None:
            if result.status in _SUCCEEDED:
                adaptation.set_pgresult(result)
                everything += adaptation.load_rows(0, result.ntuples, take)
            else:
                failed = result
        if failed is not None:
            raise self._error(connection, failed)
        return everything

    def _send(self, connection: Connection[Any], sent: Sequence[bytes | None]) -> None:
        pgconn, formats = connection.pgconn, _BINARY * len(sent)
        if not connection.autocommit:
            if pgconn.transaction_status == TransactionStatus.IDLE:
                # Begins a transaction of the isolation that the connection is set to.
                connection.execute("")
            pgconn.send_query_params(
                self._command, sent, param_formats=formats, result_format=Format.BINARY
            )
            return
        if connection not in self._prepared_on:
            pgconn.send_prepare(self._name, self._command)
            self._only_result(connection)
            self._prepared_on.add(connection)
        pgconn.send_query_prepared(self._name, sent, formats, Format.BINARY)

    def _only_result(self, connection: Connection[Any]) -> PGresult:
        # Waiting as psycopg does, a thread can be stopped meanwhile.
        result: PGresult
        (result,) = connection.wait(execute(connection.pgconn))
        if result.status not in _SUCCEEDED:
            raise self._error(connection, result)
        return result

    def _error(self, connection: Connection[Any], result: PGresult) -> psycopg.Error:
        error = error_from_result(result)
        if isinstance(error, InvalidSqlStatementName):
            # Somebody gave up all that the connection had prepared.
            self._prepared_on.discard(connection)
        return error


def _rows(connection: Connection[Any], result: PGresult) -> Sequence[tuple[Any, ...]]:
    adaptation = Transformer(connection)
    adaptation.set_pgresult(result)
    return adaptation.load_rows(0, result.ntuples, tuple)


@contextmanager
def driver_of(connection: sqlalchemy.Connection) -> Iterator[Connection[Any]]:
    """The psycopg connection; the pool is told if it breaks, or is left amid an answer."""
    # Not `driver_connection`, which a connection loses when it is detached from its pool.
    driver: object = connection.connection.dbapi_connection
    if not isinstance(driver, Connection):
        raise TypeError(f"expected a psycopg connection, not {type(driver).__name__}")
    try:
        yield driver
    except BaseException as error:
        if is_unusable(driver):
            driver.close()
            connection.invalidate(error)
        raise


def is_unusable(driver: Connection[Any]) -> bool:
    """Whether it is closed, or whoever uses it next would read what is left of an answer."""
    return driver.closed or driver.info.transaction_status is TransactionStatus.ACTIVE
