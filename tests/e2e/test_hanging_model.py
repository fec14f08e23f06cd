"""A model endpoint that never answers: the task ends, who follows it is told, and nobody waits for
what was cancelled."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from uuid import UUID

import httpx

from application.handle import Origin
from application.ports.read_models import TaskStatus
from domain.session.commands import CancelTask
from infrastructure.postgres.migrations import migrate
from interfaces.composition.processes import Adapters, opened, service
from interfaces.http.server import serving
from interfaces.relay import relaying
from interfaces.settings import Settings
from interfaces.worker import working
from tests.e2e.followers import followed
from tests.e2e.test_fairness import post
from tests.e2e.test_workers import a_session_with_a_message
from tests.model_server import ModelServer, hangs, says
from tests.waiting import wait_until

ORIGIN = Origin(actor="test", correlation_id=UUID(int=0))
YES = says('{"intent": "answer", "summary": "it", "columns": [], "steps": [], "reply": "Yes."}')


@contextmanager
def asking(server: ModelServer, database: str, home: Path, *, seconds: float) -> Iterator[Adapters]:
    """A service whose model is at that server, and has so long for an answer."""
    migrate(database)
    settings = {
        "home": home,
        "database_url": database.replace("//postgres@", "//datatrail_service@"),
        "signing_key": b64encode(bytes(32)).decode(),
        "model_base_url": server.url,
        "model_name": "silent",
        "model_timeout_seconds": seconds,
        "worker_threads": 1,
    }
    with opened(Settings.model_validate(settings)) as adapters:
        yield adapters


def test_a_model_that_never_answers_leaves_nothing_running(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        ModelServer() as server,
        asking(server, fresh_database, tmp_path, seconds=1) as adapters,
        serving(service(adapters), host="127.0.0.1", port=0) as url,
        relaying(adapters),
        working(adapters),
    ):
        server.script(hangs())
        job = a_session_with_a_message(adapters, tmp_path)
        tasks = [str(job.task_id), str(post(adapters, job.session_id, "and two more"))]
        with followed(lambda: httpx.URL(url), tasks[0]), followed(lambda: httpx.URL(url), tasks[1]):
            for task in tasks:
                wait_until(partial(has_ended, f"{url}/v1/tasks/{task}"), "left running")
        assert server.asked


def test_the_message_after_a_cancelled_one_waits_for_no_model(
    fresh_database: str, tmp_path: Path
) -> None:
    with (
        ModelServer() as server,
        asking(server, fresh_database, tmp_path, seconds=300) as adapters,
        relaying(adapters),
        working(adapters),
    ):
        server.script(YES)
        job = a_session_with_a_message(adapters, tmp_path)
        wait_until(lambda: status(adapters, job.task_id) is TaskStatus.SUCCEEDED)

        def seconds_until_the_next_is_done() -> float:
            """A busy machine only ever adds to it."""
            asked = len(server.asked)
            server.script(hangs(), YES)
            first = post(adapters, job.session_id, "drop everything")
            wait_until(lambda: len(server.asked) > asked)
            following = post(adapters, job.session_id, "is it well?")
            began = monotonic()
            adapters.handler.handle(job.session_id, CancelTask(task_id=first), ORIGIN)
            wait_until(lambda: status(adapters, following) is TaskStatus.SUCCEEDED)
            assert status(adapters, first) is TaskStatus.CANCELLED
            return monotonic() - began

        assert any(seconds_until_the_next_is_done() < 2 for _ in range(5))


def status(adapters: Adapters, task_id: UUID) -> TaskStatus | None:
    view = adapters.read_models.task(task_id)
    return None if view is None else view.status


def has_ended(address: str) -> bool:
    return httpx.get(address).json()["status"] not in {"queued", "running"}
