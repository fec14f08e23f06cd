"""A chat model whose Engineer writes the code that stands in the message, fenced as people do."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.model_server import Exchange, ModelServer, Received, says


class ScriptedCrew:
    """Answers every question of the crew at once, unless a role is held back.

    `replies` are what a role says to a message in the place of what it would.
    """

    def __init__(self, server: ModelServer) -> None:
        self.url = server.url
        self.asked: Counter[tuple[str, str]] = Counter()
        self.replies: dict[tuple[str, str], str] = {}
        self._gates = {role: _open_gate() for role in ("Strategist", "Engineer", "Tester")}
        server.script(self._answer)

    @contextmanager
    def held(self, role: str) -> Iterator[None]:
        """Questions to `role` stay unanswered in here."""
        self._gates[role].clear()
        try:
            yield
        finally:
            self._gates[role].set()

    def _answer(self, received: Received, exchange: Exchange) -> None:
        rules, data = (str(message["content"]) for message in received.body["messages"][:2])
        role = next(role for role in self._gates if f"You are the {role}" in rules)
        message = json.loads(data.removeprefix("<data>").removesuffix("</data>"))["message"]
        self.asked[role, message] += 1
        while not self._gates[role].wait(0.1):
            if exchange.wait(0):
                return
        reply = self.replies.get((role, message)) or _reply(role, message)
        says(reply)(received, exchange)


def _reply(role: str, message: str) -> str:
    match role:
        case "Strategist":
            steps = [{"description": "run the code of the message", "actions": []}]
            return json.dumps(
                {"intent": "transform", "summary": "Run it.", "columns": [], "steps": steps}
            )
        case "Engineer":
            return message
        case _:
            return json.dumps({"approved": True, "findings": []})


def _open_gate() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate
