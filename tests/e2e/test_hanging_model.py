"""A model endpoint that never answers: the task ends, and who follows it is told."""

from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from infrastructure.postgres.migrations import migrate
from interfaces.composition.processes import Adapters, opened, service
from interfaces.http.server import serving
from interfaces.relay import relaying
from interfaces.settings import Settings
from interfaces.worker import working
from tests.e2e.followers import followed
from tests.e2e.test_fairness import a_session, post
from tests.model_server import ModelServer, hangs
from tests.waiting import wait_until


@pytest.fixture
def adapters(fresh_database: str, tmp_path: Path) -> Iterator[Adapters]:
    migrate(fresh_database)
    with ModelServer() as server:
        server.script(hangs())
        settings = {
            "home": tmp_path,
            "database_url": fresh_database.replace("//postgres@", "//datatrail_service@"),
            "signing_key": b64encode(bytes(32)).decode(),
            "model_base_url": server.url,
            "model_name": "silent",
            "model_timeout_seconds": 0.3,
        }
        with opened(Settings.model_validate(settings)) as adapters:
            yield adapters


def test_a_model_that_never_answers_leaves_nothing_running(adapters: Adapters) -> None:
    with (
        serving(service(adapters), host="127.0.0.1", port=0) as url,
        relaying(adapters),
        working(adapters),
    ):
        session_id = a_session(adapters, adapters.ids.new())
        tasks = [str(post(adapters, session_id, f"sort by column {n}")) for n in range(2)]
        with followed(lambda: httpx.URL(url), tasks[0]), followed(lambda: httpx.URL(url), tasks[1]):
            for task in tasks:
                wait_until(partial(has_ended, f"{url}/v1/tasks/{task}"), "left running")


def has_ended(address: str) -> bool:
    return httpx.get(address).json()["status"] not in {"queued", "running"}
