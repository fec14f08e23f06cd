"""`python -m tests.performance.load [--users N …] [--results DIRECTORY]`."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.deployments import Deployment
from tests.performance import machine, report
from tests.performance.load.ledger import faults_of
from tests.performance.load.script import POST
from tests.performance.load.service import running
from tests.performance.load.turns import PARTS, Turn, turns_of
from tests.performance.measuring import Bound, Figure, Plan, Result

USERS = (1, 20, 100, 200)
LEAST_CONVERSATIONS = 8
_BUSY, _QUIET = 200, 1
_POST_MS, _OWN_MS = 150, 60
_RESULTS = Path(__file__).parents[1] / "results"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one number of people met with."""

    people: int
    seconds: float
    turns: Sequence[Turn]
    requests: Mapping[str, Sequence[float]]
    faults: Sequence[str]

    @property
    def posts(self) -> Sequence[float]:
        return self.requests[POST]


def main() -> int:
    """Let people come, and write what they met with; 1 when a target is missed."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="datatrail-load-", dir=asked.directory) as place:
        directory = Path(place)
        with running(directory) as service:
            _run(service, 1, directory, conversations=1)
            runs = [_run(service, users, directory) for users in asked.users]
        page = report.write(
            asked.results,
            [_result(run) for run in runs],
            plan=Plan(rounds=1),
            machine=machine.describe(directory),
            settings={},
        )
    _say(f"See {page}")
    faults = [fault for run in runs for fault in run.faults]
    for fault in faults:
        _say(fault)
    return 1 if faults or any(_result(run).misses_a_target for run in runs) else 0


def _run(
    service: Deployment, people: int, directory: Path, *, conversations: int | None = None
) -> Run:
    found, url = directory / "found.json", str(service.client.base_url)
    held = conversations or max(people, LEAST_CONVERSATIONS)
    command = [sys.executable, "-m", "tests.performance.load.people", url, str(people), str(held)]
    subprocess.run([*command, str(found)], check=True)
    said = json.loads(found.read_text())
    turns: list[Turn] = []
    faults = [f"{name}: {error}" for name, _, error in said["requests"] if error]
    for talk in said["talks"]:
        events = _events(service.client, talk["session"])
        turns += turns_of(events)
        faults += faults_of(talk, events)
    if len({talk.get("export") for talk in said["talks"]}) != 1:
        faults.append("the same words did not give everybody the same table")
    run = Run(
        people=people,
        seconds=said["seconds"],
        turns=turns,
        requests=_by_name(said["requests"]),
        faults=faults,
    )
    if not turns:
        raise RuntimeError(f"nothing was measured: {faults}")
    _say(_told(run))
    return run


def _events(client: httpx.Client, session: str) -> Sequence[Mapping[str, Any]]:
    path = f"/v1/sessions/{session}/events"
    lines = client.get(path, headers={"Accept": "application/x-ndjson"}).text.splitlines()
    return [json.loads(line) for line in lines]


def _by_name(requests: Sequence[tuple[str, float, str | None]]) -> Mapping[str, Sequence[float]]:
    by_name: dict[str, list[float]] = {}
    for name, milliseconds, _ in requests:
        by_name.setdefault(name, []).append(milliseconds)
    return by_name


def _result(run: Run) -> Result:
    whole = [turn.whole for turn in run.turns]
    own = [turn.own for turn in run.turns]
    figures = {
        "posting a message": _figure(run.posts),
        "posted → node": _figure(whole),
        "the service's own share": _figure(own),
        **{f"of which {part}": _figure([turn.parts[part] for turn in run.turns]) for part in PARTS},
        **{name: _figure(taken) for name, taken in run.requests.items()},
    }
    bounds = [Bound(row=f"{run.people} people, faults", unit="", at_most=0, value=len(run.faults))]
    if run.people == _BUSY:
        bounds.append(_bound(f"{_BUSY} people, posting a message, p95", _POST_MS, p95(run.posts)))
    if run.people == _QUIET:
        bounds.append(_bound("a turn of 1 person, own share, p50", _OWN_MS, statistics.median(own)))
    return Result(
        name=f"load: {run.people} people",
        how="Each uploads a file of 350 rows, writes five messages, goes back to the second's "
        "node, writes another and takes the table home, as the built-in planner works; between "
        "messages they wait 0.5 to 1.5 s, and while a turn is worked on they follow it. API, relay "
        "and one "
        "worker of two threads are processes; they, PostgreSQL, RabbitMQ and the people share the "
        "machine. “posted → node” is by the log's times, and so are its parts.",
        figures=figures,
        bounds=bounds,
        notes=[
            _told(run),
            *(f"{label}, p95: {p95(figure.samples):,.0f} ms" for label, figure in figures.items()),
            *run.faults[:20],
        ],
    )


def _bound(row: str, at_most: float, value: float) -> Bound:
    return Bound(row=row, unit="ms", at_most=at_most, value=value)


def _figure(milliseconds: Sequence[float]) -> Figure:
    """The least, every hundredth and the greatest: thousands of samples are for nobody to read."""
    ordered, last = sorted(milliseconds), len(milliseconds) - 1
    percentiles = [round(ordered[round(part * last / 100)], 1) for part in range(101)]
    return Figure(unit="ms", samples=percentiles)


def p95(samples: Sequence[float]) -> float:
    """The nearest rank."""
    return sorted(samples)[max(0, -(-95 * len(samples) // 100) - 1)]


def _told(run: Run) -> str:
    whole, own = [turn.whole for turn in run.turns], [turn.own for turn in run.turns]
    parts = ", ".join(
        f"{part} {statistics.median(turn.parts[part] for turn in run.turns):,.0f}" for part in PARTS
    )
    return (
        f"{run.people} people: {len(run.turns)} turns in {run.seconds:,.0f} s, "
        f"{len(run.turns) / run.seconds:.1f} a second; {len(run.faults)} faults; posting p50 "
        f"{statistics.median(run.posts):,.0f} p95 {p95(run.posts):,.0f} ms; posted → node p50 "
        f"{statistics.median(whole):,.0f} p95 {p95(whole):,.0f} ms; own share p50 "
        f"{statistics.median(own):,.0f} p95 {p95(own):,.0f} ms; medians of the parts: {parts}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load ARGS=…")
    parser.add_argument("--users", type=int, nargs="+", default=USERS, help="how many at once")
    parser.add_argument("--results", type=Path, default=_RESULTS, help="where they are written")
    parser.add_argument("--directory", type=Path, help="where everything is put: a real disk")
    return parser.parse_args()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
