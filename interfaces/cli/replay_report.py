"""What came of a replay, in words and as a document. It holds names of columns and no cell."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from application.replay_verdicts import NOT_JUDGED, NOT_REPRODUCED, JudgedStep, Replay
from domain.replay import Verdict, described
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
    outcome = replay.outcome
    bundle = source.bundle
    if bundle is not None and not source.key_was_given:
        yield (
            "WARNING: the bundle is proven by the key in itself only. Give the log's key as you "
            "know it as --public-key."
        )
    whence = "the log" if bundle is None else f"{printable(str(bundle))} alone"
    yield f"Session {source.session_id}, {counted(outcome.steps, 'step')}, from {whence}."
    yield from map(printable, described(outcome))
    if outcome.diverged > 1:
        yield "--json tells of each divergence."
    if bundle is not None and outcome.unreadable and not outcome.erased:
        yield "What is sealed can be read in a bundle that is exported with --reveal."
    if bundle is not None and outcome.missing:
        yield "A bundle that is exported with --with-uploads is replayed from the beginning."


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
