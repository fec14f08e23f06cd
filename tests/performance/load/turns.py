"""Where the time of a turn went, by the times that its events were recorded at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# What takes no time is recorded together with the step before it.
_BEFORE, _AROUND = "until a worker has the snippet", "table in and out of the jail"
_PART_THAT_ENDS_WITH: Mapping[str, str] = {
    **dict.fromkeys(("TurnStarted", "PlanMade", "SnippetWritten", "SnippetReviewed"), _BEFORE),
    **dict.fromkeys(("SnippetExecuted", "NodeCommitted"), _AROUND),
}
SNIPPET, MODEL = "snippet", "model"
PARTS = (*dict.fromkeys(_PART_THAT_ENDS_WITH.values()), SNIPPET, MODEL)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Milliseconds from the message to the node, and those of each part.

    A part includes the append of the event before: an event's time is that of its writing.
    """

    whole: float
    parts: Mapping[str, float]

    @property
    def own(self) -> float:
        """The service's own share: all but the model and the snippet in its jail."""
        return self.whole - self.parts[SNIPPET] - self.parts[MODEL]


def turns_of(events: Sequence[Mapping[str, Any]]) -> Sequence[Turn]:
    """The turns of a session that came to a node."""
    by_task: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        by_task.setdefault(event["payload"].get("task_id"), []).append(event)
    return [_turn(of_task) for of_task in by_task.values() if of_task[0]["type"] == "MessagePosted"]


def _turn(events: Sequence[Mapping[str, Any]]) -> Turn:
    posted = last = _time(events[0])
    parts = dict.fromkeys(PARTS, 0.0)
    for event in events[1:]:
        part = _PART_THAT_ENDS_WITH.get(event["type"])
        if part is None:
            continue
        now, payload = _time(event), event["payload"]
        model = 1000 * (payload.get("call") or {}).get("latency_seconds", 0.0)
        snippet = 1000 * (payload.get("usage") or {}).get("wall_seconds", 0.0)
        parts[part] += _milliseconds(last, now) - model - snippet
        parts[MODEL] += model
        parts[SNIPPET] += snippet
        last = now
    return Turn(whole=_milliseconds(posted, last), parts=parts)


def _time(event: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(event["recorded_at"])


def _milliseconds(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() * 1000
