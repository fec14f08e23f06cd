"""Locust's part, a process of its own because gevent changes the interpreter: people who upload,
talk, go back, talk again and take their table home. `python -m tests.performance.load.people`."""

import json
import random
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent
from locust import HttpUser, between, task
from locust.env import Environment
from locust.exception import StopUser

from interfaces.cli.demo_script import SAMPLE
from tests.performance.load.script import BETTER, MESSAGES, POST

PEOPLE_PER_SECOND = 20
_TASK_SECONDS = 1200.0
_PAUSE = (0.5, 1.5)


class Unmet(Exception):
    """The service did something else than it said."""


class Person(HttpUser):
    """Has conversations one after another, and says in `talks` what was acknowledged."""

    wait_time = between(*_PAUSE)
    left = 0
    talks: list[dict[str, Any]] = []  # noqa: RUF012 - one list for all people of the process

    @task
    def converse(self) -> None:
        """One conversation; it ends the person when none is left."""
        if Person.left <= 0:
            raise StopUser
        Person.left -= 1
        talk: dict[str, Any] = {"tasks": [], "fault": None}
        try:
            self._converse(talk)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is the run's result
            talk["fault"] = f"{type(error).__name__}: {error}"
        Person.talks.append(talk)

    def _converse(self, talk: dict[str, Any]) -> None:
        session = self._ask("POST", "/v1/sessions", "POST session", json={"title": "Load"})
        path = f"/v1/sessions/{session['session_id']}"
        talk["session"] = session["session_id"]
        file = {"file": (SAMPLE.name, SAMPLE.read_bytes())}
        upload = self._ask("POST", f"{path}/uploads", "POST upload", files=file)
        self._followed(upload["task_id"])
        nodes = [self._said(path, talk, text) for text in MESSAGES]
        self._ask("POST", f"{path}/rollback", "POST rollback", json={"node_id": nodes[1]})
        self._said(path, talk, BETTER)
        export = self.client.get(f"{path}/nodes/current/export?format=csv", name="GET export")
        if not export.ok or not export.content:
            raise Unmet(f"export: {export.status_code}")
        talk["export"] = export.text

    def _said(self, path: str, talk: dict[str, Any], text: str) -> str:
        time.sleep(random.uniform(*_PAUSE))  # noqa: S311 - a pace
        posted = time.monotonic()
        accepted = self._ask(
            "POST",
            f"{path}/messages",
            POST,
            json={"text": text},
            headers={"Idempotency-Key": str(uuid4())},
        )
        ended = self._followed(accepted["task_id"])
        if ended["status"] != "succeeded" or not ended["node_id"]:
            raise Unmet(f"{text}: {ended['status']}, {ended['detail'] or ended['answer']}")
        talk["tasks"].append({"task": accepted["task_id"], "seconds": time.monotonic() - posted})
        return str(ended["node_id"])

    def _followed(self, task_id: str) -> dict[str, Any]:
        """The task once it has ended, as the stream of it tells."""
        answer = self.client.get(
            f"/v1/tasks/{task_id}/events",
            name="follow a task",
            headers={"Accept": "text/event-stream"},
            stream=True,
            timeout=_TASK_SECONDS,
        )
        with closing(answer) as stream:
            is_last = False
            for line in stream.iter_lines():
                is_last = is_last or line == b"event: done"
                if is_last and line.startswith(b"data: "):
                    ended: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                    return ended
        raise Unmet(f"the stream of task {task_id} ended without its end")

    def _ask(self, method: str, path: str, name: str, **more: Any) -> dict[str, Any]:
        answer = self.client.request(method, path, name=name, **more)
        if not answer.ok:
            raise Unmet(f"{name}: {answer.status_code} {answer.text[:300]}")
        document: dict[str, Any] = answer.json()
        return document


def main(url: str, people: int, conversations: int, results: Path) -> None:
    """Let `people` have so many conversations with the service, and write what was measured."""
    requests: list[tuple[str, float, str | None]] = []
    environment = Environment(user_classes=[Person], host=url)
    environment.events.request.add_listener(_noting(requests))
    Person.left = conversations
    began = time.monotonic()
    runner = environment.create_local_runner()
    runner.start(people, spawn_rate=PEOPLE_PER_SECOND)
    while len(Person.talks) < conversations:
        gevent.sleep(0.1)
    runner.quit()
    found = {
        "talks": Person.talks,
        "requests": requests,
        "seconds": time.monotonic() - began,
    }
    results.write_text(json.dumps(found))


def _noting(requests: list[tuple[str, float, str | None]]) -> Callable[..., None]:
    def note(name: str, response_time: float, exception: Exception | None, **_more: object) -> None:
        requests.append((name, response_time, None if exception is None else str(exception)))

    return note


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
