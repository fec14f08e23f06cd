"""The ledger of `make load` finds what was lost or doubled, and a turn's parts are its whole."""

from typing import Any

import pytest

from tests.performance.load.ledger import faults_of
from tests.performance.load.script import BETTER, MESSAGES
from tests.performance.load.turns import turns_of

_TEXTS = (*MESSAGES, BETTER)
_OF_A_TURN = (
    *("MessagePosted", "TurnStarted", "PlanMade", "SnippetWritten", "SnippetReviewed"),
    *("SnippetExecuted", "NodeCommitted", "PointerMoved", "TurnCompleted"),
)


def a_talk() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A conversation without fault; each event comes a second after the one before."""
    kinds = [("SessionStarted", {}), ("NodeCommitted", {"task_id": "ingest"})]
    for number, text in enumerate(_TEXTS):
        for kind in _OF_A_TURN:
            payload: dict[str, Any] = {"task_id": f"t{number}"}
            if kind == "MessagePosted":
                payload["text"] = text
            if kind == "PlanMade":
                payload["call"] = {"latency_seconds": 0.25}
            if kind == "SnippetExecuted":
                payload["usage"] = {"wall_seconds": 0.5}
            kinds.append((kind, payload))
    events = [
        {
            "version": version,
            "type": kind,
            "payload": payload,
            "recorded_at": f"2026-01-01T12:{version // 60:02}:{version % 60:02}Z",
        }
        for version, (kind, payload) in enumerate(kinds, start=1)
    ]
    tasks = [{"task": f"t{number}"} for number in range(len(_TEXTS))]
    return {"session": "s", "tasks": tasks, "fault": None}, events


def test_a_conversation_as_it_should_be_has_no_fault() -> None:
    assert faults_of(*a_talk()) == []


@pytest.mark.parametrize("kind", ["MessagePosted", "TurnStarted", "NodeCommitted", "TurnCompleted"])
def test_what_was_lost_or_doubled_is_found(kind: str) -> None:
    talk, events = a_talk()
    index = next(n for n, event in enumerate(events) if event["type"] == kind)
    assert faults_of(talk, events[:index] + events[index + 1 :])
    assert faults_of(talk, [*events, events[index]])


def test_what_a_person_saw_go_wrong_is_a_fault() -> None:
    talk, events = a_talk()
    assert faults_of({**talk, "fault": "Unmet: 503"}, events) == ["s: Unmet: 503"]


def test_the_parts_of_a_turn_make_up_its_time() -> None:
    _, events = a_talk()
    turns = turns_of(events)
    assert len(turns) == len(_TEXTS)
    for turn in turns:
        assert turn.whole == sum(turn.parts.values()) == 6000
        assert (turn.parts["model"], turn.parts["snippet"]) == (250, 500)
        assert turn.own == 5250
