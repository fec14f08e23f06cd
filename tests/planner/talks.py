"""A conversation with the built-in planner, whose steps are not executed but recorded as done."""

from itertools import count
from typing import Any
from uuid import UUID

from application.ports.language_model import Briefing
from domain.actions import Action, Inquiry, check_in_turn
from domain.execution import AnswerKind, StoredAnswer, Usage
from domain.plan import Intent, ModelCall, Plan, Review
from domain.session import Session, SessionCommand, session_decider
from domain.session.commands import (
    CommitRoot,
    CompleteTurn,
    PostMessage,
    Record,
    StartSession,
    StartTurn,
    UploadDataset,
)
from domain.session.events import (
    PlanMade,
    Snapshot,
    SnippetExecuted,
    SnippetReviewed,
    SnippetWritten,
)
from domain.table import TableShape
from infrastructure.llm.planner import BuiltInPlanner
from tests.specifications.given import a_dataset, a_report

_CALL = ModelCall(model="test", prompt_digest="0" * 64, prompt_bytes=0)
_ANSWER = StoredAnswer(kind=AnswerKind.SCALAR, address="answer:1", size_bytes=1)


class Talk:
    """Says messages one after another; the session is what it would be after them."""

    def __init__(self, shape: TableShape) -> None:
        self._ids = (UUID(int=number) for number in count(1))
        self._tables = count(1)
        self.session: Session = session_decider.initial
        session_id, task_id = next(self._ids), next(self._ids)
        self._do(StartSession(session_id=session_id, title=""))
        self._do(UploadDataset(task_id=task_id, dataset=a_dataset()))
        root = self._snapshot(shape)
        self._do(
            CommitRoot(task_id=task_id, node_id=next(self._ids), snapshot=root, report=a_report())
        )
        self.plan = Plan(intent=Intent.ANSWER, summary="")

    def say(self, message: str) -> Plan:
        """The plan for the message, which is then done."""
        task_id = next(self._ids)
        self._do(PostMessage(task_id=task_id, text=message))
        self._do(StartTurn(task_id=task_id))
        self.plan = BuiltInPlanner().plan(self.briefing(message)).value
        self._do(Record(PlanMade(task_id=task_id, plan=self.plan, call=_CALL)))
        for index, step in enumerate(self.plan.steps):
            self._step(task_id, index, step.actions)
        self._do(CompleteTurn(task_id=task_id, node_id=next(self._ids)))
        return self.plan

    def briefing(self, message: str) -> Briefing:
        tree = self.session.tree
        assert tree.pointer is not None
        node = tree.node(tree.pointer)
        return Briefing(
            message=message,
            shape=node.snapshot.shape,
            can_undo=node.parent_id is not None,
            can_redo=bool(tree.undone),
            exchanges=self.session.conversation,
            tree=tree,
        )

    @property
    def number(self) -> int:
        """The number of the pointer's node."""
        tree = self.session.tree
        assert tree.pointer is not None
        return tree.node(tree.pointer).number

    @property
    def reply(self) -> str:
        return self.session.conversation[-1].reply

    @property
    def actions(self) -> list[Action]:
        """Those of the last plan."""
        return [action for step in self.plan.steps for action in step.actions]

    def _step(self, task_id: UUID, index: int, actions: tuple[Action, ...]) -> None:
        turn = self.session.turns[0]
        before = (
            turn.results[-1] if turn.results else self.session.tree.node(_id(turn.origin)).snapshot
        )
        after = check_in_turn(actions, before.shape)
        assert after is not None
        asks = all(isinstance(action, Inquiry) for action in actions)
        progress: Any = {"task_id": task_id, "step": index, "attempt": 1}
        code = "\n".join(action.code() for action in actions)
        self._do(Record(SnippetWritten(**progress, code=code)))
        self._do(Record(SnippetReviewed(**progress, review=Review(approved=True))))
        self._do(
            Record(
                SnippetExecuted(
                    **progress,
                    snapshot=before if asks else self._snapshot(after),
                    usage=Usage(wall_seconds=1),
                    answer=_ANSWER if asks else None,
                )
            )
        )

    def _snapshot(self, shape: TableShape) -> Snapshot:
        digest = str(next(self._tables))
        return Snapshot(address=f"manifest:{digest}", table_digest=f"td2:{digest}", shape=shape)

    def _do(self, command: SessionCommand) -> None:
        for event in session_decider.decide(self.session, command):
            self.session = session_decider.evolve(self.session, event)


def _id(node_id: UUID | None) -> UUID:
    assert node_id is not None
    return node_id
