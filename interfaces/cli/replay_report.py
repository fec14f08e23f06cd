"""What came of a replay, in words and as a document. It holds names of columns and no cell."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from application.replay import (
    NOT_JUDGED,
    NOT_REPRODUCED,
    JudgedNode,
    JudgedStep,
    Replay,
    Verdict,
)
from interfaces.cli.plain_text import counted, printable

ALL_REPRODUCED, SOME_DIVERGED, SOME_NOT_JUDGED = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Source:
    """What was replayed. Without a `bundle`, the log and the files of the service."""

    session_id: str
    bundle: Path | None = None
    key_was_given: bool = False


def exit_code_of(replay: Replay) -> int:
    """How `datatrail replay` ends."""
    if replay.count(*NOT_REPRODUCED):
        return SOME_DIVERGED
    return SOME_NOT_JUDGED if replay.count(*NOT_JUDGED) else ALL_REPRODUCED


def told(replay: Replay, source: Source) -> Iterator[str]:
    """The report for a person, line by line."""
    steps = sum(len(node.steps) for node in replay.nodes)
    whence = "the log" if source.bundle is None else f"{printable(str(source.bundle))} alone"
    if source.bundle is not None and not source.key_was_given:
        yield (
            "WARNING: the bundle is proven by the key in itself only. Give the log's key as you "
            "know it as --public-key."
        )
    yield f"Session {source.session_id}, {counted(steps, 'step')}, from {whence}."
    total, reproduced = len(replay.nodes), replay.count(Verdict.REPRODUCED)
    yield f"{reproduced:,} of {counted(total, 'node')} reproduced."
    alone = sum(step.from_stored for node in replay.nodes for step in node.steps)
    if alone:
        these = counted(alone, "step")
        yield f"Run on the stored table, as the one before was not made again: {these}."
    if replay.first_divergence is not None:
        yield from _divergence(*replay.first_divergence, replay)
    yield from _not_judged(replay, source)
    for name, recorded, now in replay.runtimes:
        yield f"The runtime differs: {name} {printable(now)}, where {printable(recorded)} ran."


def _divergence(node: JudgedNode, step: JudgedStep, replay: Replay) -> Iterator[str]:
    where = f"First divergence: {_name(step)} of node {node.node_id} (event {step.version})"
    yield f"{where}: {_what(step)}"
    if step.step is None:
        yield "  Which versions read the file then, the log does not say."
    elif not replay.runtimes:
        yield "  The runtime is the recorded one."
    others = replay.count(*NOT_REPRODUCED) - 1
    if others:
        yield f"  {counted(others, 'later node')} diverged as well: --json tells of each."


def _name(step: JudgedStep) -> str:
    return "the reading" if step.step is None else f"step {step.step + 1}"


def _what(step: JudgedStep) -> str:
    place = step.place
    if step.verdict is Verdict.FAILED:
        return f"it gave no table. {printable(step.detail or '')}"
    if place is None and step.stored:
        return "it gave the table that is stored, and the event names another."
    if place is None:
        return "it gave another table. Which cells differ only the stored one could tell."
    what = "the table" if place.column is None else f"column {printable(repr(place.column))}"
    row = "" if place.row is None else f"; first unlike in row {place.row:,} (counted from 0)"
    return f"{what} {place.what}{row}."


def _not_judged(replay: Replay, source: Source) -> Iterator[str]:
    unreadable, missing = replay.count(Verdict.UNREADABLE), replay.count(Verdict.MISSING)
    if unreadable and replay.erased:
        yield f"{counted(unreadable, 'node')} not judged: what made them was erased."
    elif unreadable:
        yield (
            f"{counted(unreadable, 'node')} not judged: what made them is sealed. Export the "
            "bundle with --reveal."
        )
    if missing:
        first = next(
            each.detail
            for node in replay.nodes
            for each in node.steps
            if each.verdict is Verdict.MISSING
        )
        more = " Export the bundle with --with-uploads." if source.bundle is not None else ""
        yield f"{counted(missing, 'node')} not judged, or not from the beginning: {first}{more}"


def document_of(replay: Replay, source: Source) -> dict[str, Any]:
    """The report for machines."""
    first = replay.first_divergence
    return {
        "session_id": source.session_id,
        "from": "log" if source.bundle is None else "bundle",
        "exit_code": exit_code_of(replay),
        "nodes": len(replay.nodes),
        "reproduced": replay.count(Verdict.REPRODUCED),
        "diverged": replay.count(*NOT_REPRODUCED),
        "not_judged": replay.count(*NOT_JUDGED),
        "erased": replay.erased,
        "runtime_differences": [
            {"name": name, "recorded": recorded, "now": now}
            for name, recorded, now in replay.runtimes
        ],
        "first_divergence": first and {"node_id": str(first[0].node_id), **_step_facts(first[1])},
        "not_reproduced": [
            {"node_id": str(node.node_id), **_step_facts(step)}
            for node in replay.nodes
            for step in node.steps
            if step.verdict is not Verdict.REPRODUCED
        ],
    }


def _step_facts(step: JudgedStep) -> dict[str, Any]:
    return {
        "event": step.version,
        "step": step.step,
        "verdict": step.verdict.value,
        "detail": step.detail,
        "place": step.place and asdict(step.place),
        "from_stored": step.from_stored,
    }
