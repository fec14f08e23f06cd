"""The consent is looked at once more right before a question is sent."""

from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import pytest

from application.artifacts import Artifacts
from application.disclosure.discloser import Discloser, NotToBeTold
from application.disclosure.sent_questions import About, Purpose, SentQuestions
from application.handle import Origin, SessionHandler
from application.ports.language_model import Question
from application.ports.snapshots import Snapshots
from domain.session.commands import (
    AllowDisclosure,
    CommitRoot,
    PostMessage,
    Record,
    SessionCommand,
    StartSession,
    StartTurn,
    UploadDataset,
    WithdrawDisclosure,
)
from domain.session.events import PlanMade
from infrastructure.keys.sealing import SubjectSealing
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.system_clock import SystemClock, UuidV7Ids
from tests.fakes import InMemoryEventLog, InMemorySubjectKeys
from tests.specifications.given import CALL, a_dataset, a_plan, a_report, a_snapshot, uid

SESSION, TURN = uid(1), uid(4)
READY: tuple[SessionCommand, ...] = (
    StartSession(session_id=SESSION, title="t"),
    UploadDataset(task_id=uid(2), dataset=a_dataset()),
    CommitRoot(task_id=uid(2), node_id=uid(3), snapshot=a_snapshot(0), report=a_report()),
    AllowDisclosure(rows=5),
    PostMessage(task_id=TURN, text="m"),
    StartTurn(task_id=TURN),
)


class Asking:
    """A session with consent to five rows, and a turn of it that is about to ask a model."""

    def __init__(self, directory: Path) -> None:
        (directory / "scratch").mkdir()
        store = ObstoreObjectStore.local(directory / "objects")
        self.keys = InMemorySubjectKeys()
        self.handler = SessionHandler(InMemoryEventLog(self.keys), SystemClock(), UuidV7Ids())
        self.sent = SentQuestions(
            artifacts=Artifacts(store, directory / "scratch"),
            store=store,
            sealing=SubjectSealing(self.keys),
            ids=UuidV7Ids(),
            clock=SystemClock(),
        )
        # What the table looks like is not asked here.
        snapshots = cast(Snapshots, None)
        self.discloser = Discloser(snapshots=snapshots, handler=self.handler, sent=self.sent)
        self.do(*READY)

    def do(self, *commands: SessionCommand) -> None:
        for command in commands:
            self.handler.handle(SESSION, command, Origin(actor="test", correlation_id=uuid4()))

    def ask(self, *, rows: int, task_id: UUID = TURN) -> None:
        session = self.handler.load(SESSION).state
        disclosing = self.discloser.disclosing(
            session, task_id, Purpose.PLAN, a_snapshot(0), about=""
        )
        disclosing.on_asking(
            Question(
                model="m",
                messages=({"role": "user", "content": "x"},),
                digest="0" * 64,
                disclosed_columns=(),
                sample_rows=rows,
            )
        )

    @property
    def kept(self) -> int:
        about = About(subject_id=SESSION, session_id=SESSION, task_id=TURN)
        return len(self.sent.of(about))


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_what_the_consent_allows_is_kept_and_sent(asking: Asking) -> None:
    asking.ask(rows=5)
    asking.ask(rows=0)
    assert asking.kept == 2


@pytest.mark.parametrize("change", [WithdrawDisclosure(), AllowDisclosure(rows=4)])
def test_more_than_is_allowed_by_now_is_not_sent(asking: Asking, change: SessionCommand) -> None:
    asking.do(change)
    with pytest.raises(NotToBeTold, match="consent"):
        asking.ask(rows=5)
    assert asking.kept == 0


def test_a_turn_that_cells_went_into_asks_no_more_after_the_withdrawal(asking: Asking) -> None:
    call = replace(CALL, sample_rows=5)
    asking.do(Record(PlanMade(task_id=TURN, plan=a_plan("replace Bob"), call=call)))
    asking.ask(rows=0)
    asking.do(WithdrawDisclosure())
    with pytest.raises(NotToBeTold, match="consent"):
        asking.ask(rows=0)
    assert asking.kept == 1


def test_a_turn_that_no_cell_went_into_goes_on_after_the_withdrawal(asking: Asking) -> None:
    asking.do(Record(PlanMade(task_id=TURN, plan=a_plan("do it"), call=CALL)))
    asking.do(WithdrawDisclosure())
    asking.ask(rows=0)
    assert asking.kept == 1


def test_nothing_is_sent_about_who_was_erased(asking: Asking) -> None:
    asking.keys.destroy(SESSION)
    with pytest.raises(NotToBeTold, match="erased"):
        asking.ask(rows=0)
