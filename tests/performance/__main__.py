"""`python -m tests.performance [BENCH …] [--rounds N] [--scale X]`."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.performance import machine, report
from tests.performance.benches import GROUPS, JAILS, LOG, TABLES
from tests.performance.measuring import Plan, Result
from tests.performance.server import Server, running

_RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run the chosen benches and write what they found; 1 when a target is missed."""
    asked = _arguments()
    plan = Plan(rounds=asked.rounds, scale=asked.scale, seconds=asked.seconds)
    names = _names(asked.benches)
    with tempfile.TemporaryDirectory(prefix="datatrail-bench-", dir=asked.directory) as place:
        directory = Path(place)
        with ExitStack() as stack:
            server = None
            if any(name in LOG for name in names):
                server = stack.enter_context(running(directory))
            settings = server.settings() if server else {}
            results = [_measured(name, server, directory, plan) for name in names]
        page = report.write(
            asked.results,
            results,
            plan=plan,
            machine=machine.describe(directory),
            settings=settings,
        )
    _say(page.read_text())
    return 1 if any(result.misses_a_target for result in results) else 0


def _measured(name: str, server: Server | None, directory: Path, plan: Plan) -> Result:
    _say(f"{name} …")
    if server is not None and name in LOG:
        return LOG[name](server, plan)
    return {**TABLES, **JAILS}[name](directory, plan)


def _names(asked: Sequence[str]) -> list[str]:
    """The benches that are meant, a group being all of its own; without any, all."""
    return [one for name in asked or GROUPS for one in GROUPS.get(name, (name,))]


def _arguments() -> argparse.Namespace:
    known = (*GROUPS, *LOG, *TABLES, *JAILS)
    parser = argparse.ArgumentParser(prog="make bench ARGS=…")
    parser.add_argument(
        "benches", nargs="*", metavar="BENCH", help=f"of {', '.join(known)}; without any, all"
    )
    parser.add_argument("--rounds", type=int, default=Plan.rounds)
    parser.add_argument(
        "--scale", type=float, default=Plan.scale, help="of the events and rows, 1.0 = full"
    )
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="of each window")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="where they are written")
    parser.add_argument(
        "--directory", type=Path, help="where files and the database are put: a real disk"
    )
    asked = parser.parse_args()
    if unknown := set(asked.benches) - set(known):
        parser.error(f"there is no bench {', '.join(sorted(unknown))}")
    return asked


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
