"""No owner can starve another: turns of many sessions are worked on by turns of their owners."""

import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.handle import Origin
from application.ports.language_model import Briefing, Reply
from application.ports.object_store import ObjectStoreUnavailable
from application.ports.read_models import FINAL
from domain.plan import Intent, Plan
from domain.session.commands import CommitRoot, PostMessage, StartSession, UploadDataset
from infrastructure.postgres.migrations import migrate
from interfaces.composition.processes import Adapters, opened, worker
from interfaces.relay import relaying
from interfaces.settings import Settings
from interfaces.worker import working
from tests.e2e.test_workers import CALL, CountingModel
from tests.specifications.given import a_dataset, a_report, a_snapshot
from tests.waiting import wait_until

ORIGIN = Origin(actor="test", correlation_id=UUID(int=0))
THREADS = 2
SESSIONS, TURNS_EACH = 10, 20
# Far longer than it takes to hear of a message, also on a busy machine.
TURN_SECONDS = 0.1


class Answering(CountingModel):
    """Answers every message after a moment, and notes in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        if briefing.message == "outage":
            raise ObjectStoreUnavailable("gone")
        self.order.append(briefing.message)
        time.sleep(TURN_SECONDS)
        return Reply(value=Plan(intent=Intent.ANSWER, summary="it", reply="Yes."), call=CALL)


@pytest.fixture(params=["in process", "rabbitmq"])
def adapters(
    request: pytest.FixtureRequest, fresh_database: str, tmp_path: Path
) -> Iterator[Adapters]:
    migrate(fresh_database)
    settings = {
        "home": tmp_path,
        "database_url": fresh_database.replace("//postgres@", "//datatrail_service@"),
        "worker_threads": THREADS,
        "signing_key": b64encode(bytes(32)).decode(),
    }
    if request.param == "rabbitmq":
        settings |= {
            "amqp_url": request.getfixturevalue("amqp_url"),
            "amqp_queue": f"fair-{uuid4().hex}",
        }
    with opened(Settings.model_validate(settings)) as adapters:
        yield adapters


def a_session(adapters: Adapters, subject_id: UUID) -> UUID:
    """A session of the subject with a table."""
    session_id, task_id = adapters.ids.new(), adapters.ids.new()
    for command in (
        StartSession(session_id=session_id, title="", subject_id=subject_id),
        UploadDataset(task_id=task_id, dataset=a_dataset()),
        CommitRoot(
            task_id=task_id,
            node_id=adapters.ids.new(),
            snapshot=a_snapshot(1),
            report=a_report(),
        ),
    ):
        adapters.handler.handle(session_id, command, ORIGIN)
    return session_id


def post(adapters: Adapters, session_id: UUID, text: str) -> UUID:
    task_id = adapters.ids.new()
    adapters.handler.handle(session_id, PostMessage(task_id=task_id, text=text), ORIGIN)
    return task_id


def is_done(adapters: Adapters, task_id: UUID) -> bool:
    view = adapters.read_models.task(task_id)
    return view is not None and view.status in FINAL


def test_one_message_is_not_kept_waiting_by_two_hundred_of_another(adapters: Adapters) -> None:
    many, few = adapters.ids.new(), adapters.ids.new()
    sessions = [a_session(adapters, many) for _ in range(SESSIONS)]
    for number in range(TURNS_EACH):
        for session_id in sessions:
            post(adapters, session_id, f"{session_id} {number}")
    model = Answering()
    other = a_session(adapters, few)
    with relaying(adapters), working(replace(adapters, model=model)):
        wait_until(lambda: len(model.order) >= 10)
        task_id = post(adapters, other, "few")
        came_after = len(model.order)
        wait_until(lambda: is_done(adapters, task_id))
    assert model.order.index("few") - came_after <= 2 * THREADS + 1, "a couple of turns"
    assert len(set(model.order)) == len(model.order) < SESSIONS * TURNS_EACH, "each once"


def test_a_session_that_cannot_get_on_keeps_nobody_waiting_and_is_not_given_up(
    adapters: Adapters,
) -> None:
    stuck = post(adapters, a_session(adapters, adapters.ids.new()), "outage")
    others = [
        post(adapters, a_session(adapters, adapters.ids.new()), f"other {number}")
        for number in range(SESSIONS)
    ]
    model = Answering()
    crew = worker(replace(adapters, model=model))
    (first, *_rest) = adapters.leases.waiting()
    assert first.job.task_id == stuck
    # Its turn begins, so that it is tried once more.
    for _ in range(2):
        crew.work(first.job)
    assert all(is_done(adapters, task_id) for task_id in others)
    assert not is_done(adapters, stuck)
    assert adapters.leases.waiting() == []
    assert [job.task_id for job in adapters.leases.abandoned(idle=timedelta(0))] == [stuck]
