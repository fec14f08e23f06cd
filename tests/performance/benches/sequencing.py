"""How fast settled events get their positions and leaves, beside how fast they can be appended."""

import time

from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.sequencer import sequence_settled
from tests.performance.contenders import Store
from tests.performance.measuring import Plan, Result, compare, in_turn
from tests.performance.server import Database, Server
from tests.performance.writers import Writers

_WRITERS = 8
SEQUENCER, SINGLE, BATCHES = "sequencer", "append, 8 x 1", "append, 8 x 100"


def sequencing(server: Server, plan: Plan) -> Result:
    """Sequencing what the windows of appends before it have left."""
    with (
        server.migrated() as database,
        Writers(Store(database), _WRITERS) as singles,
        Writers(Store(database, 100), _WRITERS) as batches,
    ):

        def measure(name: str) -> float:
            server.settle()
            match name:
                case "append, 8 x 1":
                    return singles.events_per_second(plan.seconds)
                case "append, 8 x 100":
                    return batches.events_per_second(plan.seconds)
            batches.events_per_second(plan.seconds)
            return _sequence(database)

        figures = in_turn(plan.rounds, "events/s", (SINGLE, BATCHES, SEQUENCER), measure)
    row = "sequencer with Merkle tree"
    return Result(
        name="sequencer",
        how="The sequencer moves what was appended since its last run: positions, Merkle leaves "
        f"and tiles, in batches. Appends are by {_WRITERS} processes, projections included.",
        figures=figures,
        comparisons=[
            compare(figures, f"{row}, beside 8 x 1", SEQUENCER, SINGLE, 3),
            compare(figures, f"{row}, beside 8 x 100", SEQUENCER, BATCHES, 3),
        ],
    )


def _sequence(database: Database) -> float:
    """Events a second."""
    engine = make_engine(database.service)
    begin = time.perf_counter()
    count = sequence_settled(engine)
    seconds = time.perf_counter() - begin
    engine.dispose()
    return count / seconds
