"""People who talk to the service all the while, and count what becomes of their messages."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.conversation import Conversation
from tests.e2e.real_files import vega

_MESSAGES_EACH = 12
_TASK_SECONDS = 180.0
_RETRY_SECONDS = 0.3
_COUNTED = ("MessagePosted", "TurnStarted", "PlanMade", "SnippetExecuted", "TurnCompleted")


@dataclass
class Talk:
    """One session, and the tasks of the messages that were acknowledged."""

    conversation: Conversation
    tasks: list[str] = field(default_factory=list)


class Talker:
    """Posts one message after another, each of which adds a column; a new session now and then."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.talks: list[Talk] = []
        self.faults: list[str] = []

    @property
    def messages(self) -> int:
        """How many were acknowledged."""
        return sum(len(talk.tasks) for talk in self.talks)

    def run(self, stop: threading.Event) -> None:
        """Talk until `stop` is set and the last answer is there."""
        while not stop.is_set():
            talk = self._begin()
            for number in range(_MESSAGES_EACH):
                if stop.is_set():
                    return
                self._say(talk, f"df['m{number}'] = {number}")

    def check(self) -> list[str]:
        """What was lost or doubled, of all that was acknowledged."""
        return self.faults + [fault for talk in self.talks for fault in _faults_of(talk)]

    def _begin(self) -> Talk:
        conversation = _again(lambda: Conversation(self._client, title="Soak"))
        talk = Talk(conversation)
        key = {"Idempotency-Key": str(uuid4())}
        file = {"file": ("cars.json", vega("cars.json"))}
        uploaded = _again(
            lambda: self._posted(f"{conversation.path}/uploads", headers=key, files=file)
        )
        self._await(conversation, uploaded)
        self.talks.append(talk)
        return talk

    def _say(self, talk: Talk, code: str) -> None:
        key = {"Idempotency-Key": str(uuid4())}
        path = f"{talk.conversation.path}/messages"
        task_id = _again(lambda: self._posted(path, headers=key, json={"text": code}))
        talk.tasks.append(task_id)
        self._await(talk.conversation, task_id)

    def _posted(self, path: str, **request: Any) -> str:
        response = self._client.post(path, **request)
        assert response.is_success, f"{response.status_code} {response.text}"
        return str(response.json()["task_id"])

    def _await(self, conversation: Conversation, task_id: str) -> None:
        deadline = time.monotonic() + _TASK_SECONDS
        while time.monotonic() < deadline:
            task = _again(lambda: conversation.task(task_id))
            if task["status"] in {"succeeded", "failed"}:
                break
            time.sleep(0.05)
        if task["status"] != "succeeded":
            self.faults.append(f"task {task_id} of {conversation.session_id} is {task['status']}")


def _again(ask: Callable[[], Any]) -> Any:
    """Ask until the service answers: a killed database is back in seconds."""
    deadline = time.monotonic() + _TASK_SECONDS
    while True:
        try:
            return ask()
        except (httpx.TransportError, AssertionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_SECONDS)


def _faults_of(talk: Talk) -> list[str]:
    talks, asked = talk.conversation, len(talk.tasks)
    events = talks.events()
    recorded = Counter(event["type"] for event in events)
    faults = [
        f"{talks.session_id}: {recorded[kind]} {kind} for {asked} messages"
        for kind in _COUNTED
        if recorded[kind] != asked
    ]
    if recorded["NodeCommitted"] != asked + 1:
        faults.append(f"{talks.session_id}: {recorded['NodeCommitted']} nodes for {asked} messages")
    if len({node["branch"] for node in talks.nodes()}) != 1:
        faults.append(f"{talks.session_id}: a branch that nobody asked for")
    columns = list(talks.rows(limit=1)[0])[-asked:] if asked else []
    if columns != [f"m{number}" for number in range(asked)]:
        faults.append(f"{talks.session_id}: the last columns are {columns}")
    return faults
