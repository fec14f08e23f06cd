"""Rebuilding the session tree, beside per-event upserts and beside merely reading the table."""

import time

import psycopg

from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.rebuild import rebuild
from tests.performance.history import fill
from tests.performance.measuring import Plan, Result, compare, in_turn
from tests.performance.peers import apply_event_by_event
from tests.performance.server import Database, Server

_EVENTS = 1_000_000
_UPSERTED = 20_000
WHOLE, FOLDING = "rebuild", "rebuild, folding alone"
UPSERTS, COPY = "per-event upserts", "COPY BINARY"


def rebuilding(server: Server, plan: Plan) -> Result:
    """The session tree from a log of a million events."""
    with server.migrated() as database:
        count = fill(database, plan.scaled(_EVENTS))
        upserted = min(_UPSERTED, count)
        ways = {
            WHOLE: lambda: count / _rebuild(database)[0],
            FOLDING: lambda: count / _rebuild(database)[1],
            UPSERTS: lambda: upserted / apply_event_by_event(database, upserted),
            COPY: lambda: count / _copy(database),
        }

        def measure(name: str) -> float:
            server.settle()
            return ways[name]()

        figures = in_turn(min(plan.rounds, 3), "events/s", ways, measure)
    row = f"rebuild of the session tree, {count:,} events"
    return Result(
        name="rebuild",
        how="`datatrail projections rebuild session_tree` as it runs beside a service: folding, "
        "catching up, comparing the live build with the new one by digest, swapping. “folding "
        f"alone” ends before the comparison. The upserts are measured over {upserted:,} events, in "
        "transactions of 1,000, and their rate is taken for the rest. COPY reads every byte of the "
        "table through psycopg and throws it away.",
        figures=figures,
        comparisons=[
            compare(figures, row, WHOLE, UPSERTS, 50),
            compare(figures, f"{row}, folding alone", FOLDING, UPSERTS),
            compare(figures, row, WHOLE, COPY, 0.6),
            compare(figures, f"{row}, folding alone", FOLDING, COPY),
        ],
    )


def _rebuild(database: Database) -> tuple[float, float]:
    """Seconds for all of it, and until the last event was folded."""
    engine = make_engine(database.owner)
    folded = 0.0
    begin = time.perf_counter()

    def told(_name: str, _done: int, _total: int) -> None:
        nonlocal folded
        folded = time.perf_counter() - begin

    rebuild(engine, "session_tree", told)
    seconds = time.perf_counter() - begin
    engine.dispose()
    return seconds, folded


def _copy(database: Database) -> float:
    with psycopg.connect(database.conninfo) as connection, connection.cursor() as cursor:
        begin = time.perf_counter()
        with cursor.copy("COPY events TO STDOUT (FORMAT BINARY)") as rows:
            for _ in rows:
                pass
        return time.perf_counter() - begin
