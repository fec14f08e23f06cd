"""What may come of a message is held by the session, whatever its plan or its code does."""

import pytest

from domain.difference import Effect, Matching
from domain.execution import AnswerKind, StoredAnswer, Usage
from domain.plan import Intent, Plan
from domain.session.commands import (
    CompleteTurn,
    MakeProposal,
    PostMessage,
    Record,
    SessionCommand,
    StartTurn,
)
from domain.session.errors import TaskUnknown
from domain.session.events import (
    MessagePosted,
    NodeCommitted,
    PlanMade,
    PointerMoved,
    ProposalMade,
    Snapshot,
    SnippetExecuted,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
)
from domain.session.mode import Mode
from domain.session.next_step import Complete, Propose, next_step
from tests.specifications.given import (
    APPROVED,
    CALL,
    Given,
    a_plan,
    a_snapshot,
    executed_step,
    uid,
    with_table,
)

SESSION, INGEST, ROOT, TURN, NODE, FIRST, CHILD = map(uid, range(1, 8))
SAME, CHANGED = a_snapshot(0), a_snapshot(1, rows=2)
COUNT = StoredAnswer(kind=AnswerKind.SCALAR, address="answer:" + "7" * 64, size_bytes=30)
EFFECT = Effect(
    rows_before=3,
    rows_after=2,
    changed_rows=0,
    removed_rows=1,
    added_rows=0,
    matching=Matching.ORIGIN,
    columns=(),
)


def planned(mode: Mode, plan: Plan, history: Given | None = None) -> Given:
    return (history or with_table()).and_then(
        PostMessage(task_id=TURN, text="do it", mode=mode),
        StartTurn(task_id=TURN),
        Record(PlanMade(task_id=TURN, plan=plan, call=CALL)),
    )


def executed(mode: Mode, table: Snapshot, answer: StoredAnswer | None = None) -> Given:
    """A turn of one step that left this table and answer, up to its end."""
    return planned(mode, a_plan("step")).and_then(
        *executed_step(TURN, table, code="df = df.head(2)", answer=answer)
    )


def end_of(history: Given) -> TurnCompleted:
    (ended,) = history.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(TurnCompleted)
    assert isinstance(ended, TurnCompleted)
    assert ended.node_id is None
    return ended


def test_the_mode_of_a_message_is_recorded_and_is_auto_unless_it_says_otherwise() -> None:
    session = with_table()
    session.when(PostMessage(task_id=TURN, text="?", mode=Mode.ASK)).then(
        MessagePosted(task_id=TURN, text="?", mode=Mode.ASK)
    )
    session.when(PostMessage(task_id=TURN, text="?")).then(MessagePosted(task_id=TURN, text="?"))
    assert MessagePosted(task_id=TURN, text="?").mode is Mode.AUTO


def test_a_question_is_answered_though_its_code_changed_the_table() -> None:
    ended = end_of(executed(Mode.ASK, CHANGED, COUNT))
    assert ended.result == COUNT
    assert ended.answer == (
        "The answer is [see result]. The table is unchanged. What the code did to it was let "
        "go: this message was sent with the mode 'ask'."
    )


def test_a_question_whose_code_only_changed_the_table_is_told_what_it_would_have_done() -> None:
    ended = end_of(executed(Mode.ASK, CHANGED))
    assert ended.result is None
    assert ended.answer == (
        "The table is unchanged. This message was sent with the mode 'ask', which only answers. "
        "It would be: rows 3 → 2. Send it with the mode 'auto' to do it, or 'propose' to look at "
        "it first."
    )


def test_a_question_that_changes_nothing_makes_no_node() -> None:
    assert end_of(executed(Mode.ASK, SAME)).answer == (
        "Nothing in the table would change. The table is unchanged."
    )
    asked = end_of(executed(Mode.ASK, SAME, COUNT))
    assert asked.answer == "The answer is [see result]. The table is unchanged."
    assert asked.result == COUNT


@pytest.mark.parametrize("mode", [Mode.ASK, Mode.PROPOSE])
@pytest.mark.parametrize("intent", [Intent.UNDO, Intent.REDO])
def test_only_a_message_that_is_to_be_done_moves_the_pointer(mode: Mode, intent: Intent) -> None:
    history = with_table().and_then(*a_child(), *(UNDONE if intent is Intent.REDO else ()))
    asked = planned(mode, a_plan(intent=intent), history)
    auto = planned(Mode.AUTO, a_plan(intent=intent), history)
    auto.when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(PointerMoved, TurnCompleted)
    said = end_of(asked).answer
    assert said is not None
    assert f"The pointer stays: this message was sent with the mode '{mode}'." in said
    pointer = asked.state.tree.pointer
    assert asked.and_then(CompleteTurn(task_id=TURN, node_id=NODE)).state.tree.pointer == pointer


def a_child() -> list[SessionCommand]:
    return [
        PostMessage(task_id=FIRST, text="first"),
        StartTurn(task_id=FIRST),
        Record(PlanMade(task_id=FIRST, plan=a_plan("step"), call=CALL)),
        Record(SnippetWritten(task_id=FIRST, step=0, attempt=1, code="df = df")),
        Record(SnippetReviewed(task_id=FIRST, step=0, attempt=1, review=APPROVED)),
        Record(
            SnippetExecuted(
                task_id=FIRST, step=0, attempt=1, snapshot=CHANGED, usage=Usage(wall_seconds=1)
            )
        ),
        CompleteTurn(task_id=FIRST, node_id=CHILD),
    ]


UNDONE: list[SessionCommand] = [
    PostMessage(task_id=uid(8), text="undo"),
    StartTurn(task_id=uid(8)),
    Record(PlanMade(task_id=uid(8), plan=a_plan(intent=Intent.UNDO), call=CALL)),
    CompleteTurn(task_id=uid(8), node_id=uid(9)),
]


@pytest.mark.parametrize("mode", Mode)
def test_an_answer_is_given_in_every_mode(mode: Mode) -> None:
    asked = planned(mode, a_plan(intent=Intent.ANSWER, reply="Forty-two."))
    assert end_of(asked).answer == "Forty-two."


def test_what_was_worked_out_for_a_proposal_waits_instead_of_being_committed() -> None:
    history = executed(Mode.PROPOSE, CHANGED)
    assert next_step(history.state) == Propose(task_id=TURN, before=SAME, after=CHANGED)
    history.when(MakeProposal(task_id=TURN, effect=EFFECT)).then(
        ProposalMade(
            task_id=TURN,
            base_node_id=ROOT,
            parent_id=ROOT,
            snapshot=CHANGED,
            effect=EFFECT,
            snippets=("df = df.head(2)",),
        ),
        TurnCompleted(
            task_id=TURN,
            answer="Proposed: step (rows 3 → 2). Nothing is changed before you approve it.",
        ),
    )
    proposed = history.and_then(MakeProposal(task_id=TURN, effect=EFFECT))
    assert next_step(proposed.state) is None
    assert list(proposed.state.tree.nodes) == [ROOT]
    proposed.when(MakeProposal(task_id=TURN, effect=EFFECT)).then_nothing()


def test_no_command_commits_what_is_to_be_proposed() -> None:
    kept = end_of(executed(Mode.PROPOSE, CHANGED, COUNT))
    assert kept.result == COUNT


def test_what_would_change_nothing_is_not_proposed() -> None:
    history = executed(Mode.PROPOSE, SAME)
    assert next_step(history.state) == Complete(task_id=TURN)
    assert end_of(history).answer == "Nothing in the table would change. The table is unchanged."
    answered = end_of(executed(Mode.PROPOSE, SAME, COUNT))
    assert answered.result == COUNT


@pytest.mark.parametrize("mode", [Mode.AUTO, Mode.ASK])
def test_a_message_of_another_mode_makes_no_proposal(mode: Mode) -> None:
    command = MakeProposal(task_id=TURN, effect=EFFECT)
    executed(mode, CHANGED).when(command).refused_with(TaskUnknown)


def test_a_message_that_is_to_be_done_still_is() -> None:
    executed(Mode.AUTO, CHANGED).when(CompleteTurn(task_id=TURN, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
