"""256 producers in one process: appends that share transactions, beside one transaction each."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from typing import TypeVar

from infrastructure.postgres.appends import Answer, Append, Outcome, append_all
from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.event_log import _MOST_APPENDS, LEADERS
from infrastructure.postgres.group_commit import GroupCommit
from tests.performance.contenders import driver_of, expect_appended, opened_streams
from tests.performance.measuring import Plan, Result, compare, in_turn
from tests.performance.peers import PlainRow, PlainSession, copy_rows, make_plain_tables
from tests.performance.server import Database, Server
from tests.performance.workload import Stream
from tests.performance.writers import Write, threads_per_second

Ask = TypeVar("Ask")
Given = TypeVar("Given")

PRODUCERS = 256
CONNECTIONS = 8
GROUPED, POOLED = "group commit", f"{CONNECTIONS} pooled connections"
PLAIN = "plain rows, hashed, as a group"
HANDED_OVER = "handing over alone"
ON_ONE = ", on one processor"


def group_commit(server: Server, plan: Plan) -> Result:
    """256 concurrent producers of single events."""
    with server.migrated() as grouped, server.migrated() as pooled, server.migrated() as plain:
        make_plain_tables(plain)
        ways = {
            GROUPED: _grouped(grouped),
            POOLED: _pooled(pooled),
            PLAIN: _plain(plain),
            HANDED_OVER: _handed_over(),
        }
        names = [*ways, *(way + ON_ONE for way in ways)]

        def measure(name: str) -> float:
            server.settle()
            with _one_processor() if name.endswith(ON_ONE) else nullcontext():
                return threads_per_second(ways[name.removesuffix(ON_ONE)], plan.seconds)

        figures = in_turn(plan.rounds, "events/s", names, measure)
    return Result(
        name="group commit",
        how=f"{PRODUCERS} threads of one process, as requests of a service are, each appending one "
        "event after another to a session of its own, projections included. “group commit” is what "
        f"`EventLog.append` does with {LEADERS} connections; beside it the same threads make the "
        f"same calls, one event each, through a pool of {CONNECTIONS} connections. Both through "
        f"the same adapter, and under the same interpreter lock. “{PLAIN}”: the same threads and "
        "the same group commit, which only copies the rows into a table whose columns the server "
        "hashes; no heads, no chain, no projections. "
        f"“{HANDED_OVER}” is the group "
        "commit with no database behind it: a commit is a wait of a millisecond. What is left is "
        "what so many threads need to hand their appends over and to be woken. "
        f"“{ON_ONE.removeprefix(', ')}”: the same threads, which take turns in any case, are kept "
        "to one processor; PostgreSQL has both.",
        figures=figures,
        comparisons=[
            comparison
            for where in ("", ON_ONE)
            for comparison in (
                compare(
                    figures,
                    f"{PRODUCERS} concurrent producers{where}",
                    GROUPED + where,
                    POOLED + where,
                    8,
                ),
                compare(
                    figures,
                    f"{PRODUCERS} concurrent producers, were it plain rows and their hashes{where}",
                    PLAIN + where,
                    POOLED + where,
                ),
                compare(
                    figures,
                    f"{PRODUCERS} threads, {HANDED_OVER}{where}",
                    HANDED_OVER + where,
                    POOLED + where,
                ),
            )
        ],
    )


@contextmanager
def _one_processor() -> Iterator[None]:
    """For the threads that this one starts meanwhile."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _grouped(database: Database) -> Sequence[Write]:
    streams = opened_streams(database, PRODUCERS)
    return _producers(streams, _submit_to(_appender(database, LEADERS)))


def _pooled(database: Database) -> Sequence[Write]:
    append = _appender(database, CONNECTIONS)
    return _producers(opened_streams(database, PRODUCERS), lambda one: append([one])[0])


def _plain(database: Database) -> Sequence[Write]:
    engine = make_engine(database.owner, pool_size=LEADERS, autocommit=True)

    def copy(rows: Sequence[PlainRow]) -> Sequence[bool]:
        with closing(engine.raw_connection()) as pooled:
            copy_rows(driver_of(pooled), rows, hashed=True)
        return [True] * len(rows)

    submit = _submit_to(copy)

    def producer(session: PlainSession) -> Write:
        return lambda: int(submit(session.row()))

    return [producer(PlainSession()) for _ in range(PRODUCERS)]


def _handed_over() -> Sequence[Write]:
    answer = Answer(outcome=Outcome.APPENDED, version=0, hashes=())

    def wait(appends: Sequence[Append]) -> Sequence[Answer]:
        time.sleep(0.001)
        return [answer] * len(appends)

    return _producers([Stream() for _ in range(PRODUCERS)], _submit_to(wait))


def _submit_to(commit: Callable[[Sequence[Ask]], Sequence[Given]]) -> Callable[[Ask], Given]:
    return GroupCommit(commit, leaders=LEADERS, most=_MOST_APPENDS, everyone=ConnectionError).submit


def _appender(
    database: Database, connections: int
) -> Callable[[Sequence[Append]], Sequence[Answer]]:
    engine = make_engine(database.service, pool_size=connections, autocommit=True)

    def append(appends: Sequence[Append]) -> Sequence[Answer]:
        with closing(engine.raw_connection()) as pooled:
            return append_all(driver_of(pooled), appends)

    return append


def _producers(streams: Sequence[Stream], submit: Callable[[Append], Answer]) -> Sequence[Write]:
    return [_producer(stream, submit) for stream in streams]


def _producer(stream: Stream, submit: Callable[[Append], Answer]) -> Write:
    def write() -> int:
        expect_appended([submit(stream.next_append(1))])
        return 1

    return write
