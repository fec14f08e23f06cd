"""Eight writers beside the recorder of `eventsourcing` and beside a plain INSERT."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from tests.performance.contenders import Port, Store
from tests.performance.measuring import Comparison, Figure, Plan, Result, compare, in_turn
from tests.performance.peers import PlainBatch, PlainInsert, Recorder, make_plain_tables
from tests.performance.server import Server
from tests.performance.writers import Measure, OpenWriter, Writers, writer_threads

WRITERS = 8
APPEND, PROJECTING, PORT = "append", "append and project", "EventLog.append"
RECORDER, FUNCTIONS, PLAIN = "eventsourcing", "eventsourcing, functions", "plain INSERT"
HASHED = "plain rows, hashed"
THREADS = "threads of one process"
_HOW = (
    f"{WRITERS} processes of one connection each, one transaction after another, each process "
    "writing to 16 streams of its own in turn. Events have 500 bytes; they are made beforehand, "
    f"on both sides. “{APPEND}” is the contract: head row, version, idempotency, hash chain, event "
    f"and its indexes, in one call on a connection that is held, as that of the plain INSERT is. "
    f"“{PROJECTING}” writes the read models in the same transaction, "
    f"as the service does. “{PORT}” is the whole port: it also makes, encodes and seals them. "
    f"“{RECORDER}” is its PostgreSQL recorder as its factory makes it, “{FUNCTIONS}” the same with "
    f"the functions in the database that 9.5 offers as an option. “{PLAIN}” writes such rows into "
    f"a table of the same columns and unique indexes, and nothing else. “{THREADS}”: the same "
    "writers under one interpreter lock, as those of a service are."
)
_PLAIN_BATCHES = (
    f" A batch of plain rows is written by COPY. “{HASHED}”: the same, while the server hashes "
    "each row's payload, and that with its metadata, as the chain asks for."
)


def single_events(server: Server, plan: Plan) -> Result:
    """8 writers x 1 event a transaction."""
    row = "full contract, 8 x 1"
    figures = _measured(server, plan, batch=1)
    return Result(
        name="single",
        how=_HOW,
        figures=figures,
        comparisons=[
            *_beside_the_recorder(figures, "8 writers x 1 event", at_least=5),
            compare(figures, row, APPEND, PLAIN, 0.6),
            compare(figures, f"{row}, projecting", PROJECTING, PLAIN),
        ],
    )


def batches(server: Server, plan: Plan) -> Result:
    """8 writers x batches of 100 events."""
    row = "8 writers x batches of 100"
    figures = _measured(server, plan, batch=100)
    return Result(
        name="batches",
        how=_HOW + _PLAIN_BATCHES,
        figures=figures,
        comparisons=[
            *_beside_the_recorder(figures, row, at_least=3),
            compare(figures, f"{row}, were it plain rows and their hashes", HASHED, RECORDER),
        ],
    )


def _measured(server: Server, plan: Plan, *, batch: int) -> dict[str, Figure]:
    with _contenders(server, batch=batch) as ways, ExitStack() as stack:
        opened: dict[str, Measure] = {
            name: stack.enter_context(Writers(way, WRITERS)).events_per_second
            for name, way in ways.items()
        }
        for name in (APPEND, RECORDER):
            threads = writer_threads(ways[name], WRITERS)
            opened[_by_threads(name)] = stack.enter_context(threads)

        def measure(name: str) -> float:
            server.settle()
            return opened[name](plan.seconds)

        return in_turn(plan.rounds, "events/s", opened, measure)


@contextmanager
def _contenders(server: Server, *, batch: int) -> Iterator[Mapping[str, OpenWriter]]:
    with (
        server.migrated() as ours,
        server.without_projections() as bare,
        server.database() as theirs,
        server.database() as functions,
    ):
        for recorder in (Recorder(theirs), Recorder(functions, functions=True)):
            recorder.make_table()
        make_plain_tables(bare)
        plain: dict[str, OpenWriter]
        if batch == 1:
            plain = {PLAIN: PlainInsert(bare)}
        else:
            plain = {PLAIN: PlainBatch(bare, batch), HASHED: PlainBatch(bare, batch, hashed=True)}
        yield {
            APPEND: Store(bare, batch),
            PROJECTING: Store(ours, batch),
            PORT: Port(ours, batch),
            RECORDER: Recorder(theirs, batch),
            FUNCTIONS: Recorder(functions, batch, functions=True),
            **plain,
        }


def _beside_the_recorder(
    figures: Mapping[str, Figure], row: str, *, at_least: float
) -> list[Comparison]:
    return [
        compare(figures, row, APPEND, RECORDER, at_least),
        compare(figures, f"{row}, {THREADS}", _by_threads(APPEND), _by_threads(RECORDER), at_least),
        compare(figures, f"{row}, were it plain rows alone", PLAIN, RECORDER),
        compare(figures, f"{row}, projecting", PROJECTING, RECORDER),
        compare(figures, f"{row}, the whole port", PORT, RECORDER),
        compare(figures, f"{row}, its optional functions", APPEND, FUNCTIONS),
    ]


def _by_threads(name: str) -> str:
    return f"{name}, {THREADS}"
