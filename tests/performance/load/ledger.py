"""What was lost or doubled: what people were told, beside what the log says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.performance.load.script import BETTER, MESSAGES

_ONCE_A_TURN = ("MessagePosted", "TurnStarted", "PlanMade", "TurnCompleted")


def faults_of(talk: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with one conversation."""
    if talk["fault"]:
        return [f"{talk.get('session')}: {talk['fault']}"]
    asked, faults = [each["task"] for each in talk["tasks"]], []
    for kind in _ONCE_A_TURN:
        found = [e["payload"]["task_id"] for e in events if e["type"] == kind]
        if found != asked:
            faults.append(f"{kind} of {len(found)} tasks, not once of each of {len(asked)}")
    texts = [e["payload"]["text"] for e in events if e["type"] == "MessagePosted"]
    if texts != [*MESSAGES, BETTER]:
        faults.append(f"other messages: {texts}")
    recorded = Counter(event["type"] for event in events)
    for kind, count in {"NodeCommitted": len(asked) + 1, "TurnFailed": 0}.items():
        if recorded[kind] != count:
            faults.append(f"{recorded[kind]} {kind}, not {count}")
    if [event["version"] for event in events] != list(range(1, len(events) + 1)):
        faults.append("versions with a gap")
    return [f"{talk['session']}: {fault}" for fault in faults]
