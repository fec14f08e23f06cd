"""`python -m tests.performance [BENCH …] [--rounds N] [--scale X]`."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.performance import machine, report
from tests.performance.benches import BENCHES
from tests.performance.measuring import Plan
from tests.performance.server import running

_RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run the chosen benches and write what they found; 1 when a target is missed."""
    asked = _arguments()
    plan = Plan(rounds=asked.rounds, scale=asked.scale, seconds=asked.seconds)
    with tempfile.TemporaryDirectory(prefix="datatrail-bench-", dir=asked.directory) as place:
        directory = Path(place)
        with running(directory) as server:
            settings = server.settings()
            results = []
            for name in asked.benches or BENCHES:
                _say(f"{name} …")
                results.append(BENCHES[name](server, plan))
        page = report.write(
            asked.results,
            results,
            plan=plan,
            machine=machine.describe(directory),
            settings=settings,
        )
    _say(page.read_text())
    return 1 if any(result.misses_a_target for result in results) else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument(
        "benches", nargs="*", metavar="BENCH", help=f"of {', '.join(BENCHES)}; without any, all"
    )
    parser.add_argument("--rounds", type=int, default=Plan.rounds)
    parser.add_argument("--scale", type=float, default=Plan.scale, help="of the events, 1.0 = full")
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="of each window")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="where they are written")
    parser.add_argument("--directory", type=Path, help="where the database is put: a real disk")
    asked = parser.parse_args()
    if unknown := set(asked.benches) - set(BENCHES):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    return asked


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
