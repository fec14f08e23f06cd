"""A person decides what becomes of a proposal; what they saw is what they get."""

from collections.abc import Sequence

import pytest

from domain.actions import DropColumns, DropMissing
from domain.execution import Usage
from domain.plan import Intent, Plan, Step, StepEdit
from domain.session.commands import (
    ApproveProposal,
    CancelTask,
    CloseSession,
    CompleteTurn,
    ErasePersonalData,
    FailTask,
    MakeProposal,
    PostMessage,
    ReadAgain,
    Record,
    RejectProposal,
    RollBack,
    SessionCommand,
    StartTurn,
)
from domain.session.errors import (
    EditRefused,
    ProposalDecided,
    ProposalStale,
    ProposalUnknown,
    SessionIsClosed,
    SubjectErased,
)
from domain.session.events import (
    NodeCommitted,
    PersonalDataErased,
    PlanMade,
    PointerMoved,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    SessionClosed,
    Snapshot,
    SnippetFailed,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from domain.session.mode import Mode
from domain.session.next_step import (
    Begin,
    Complete,
    GiveUp,
    ReviewSnippet,
    WriteSnippet,
    next_step,
)
from tests.specifications.given import (
    CALL,
    Given,
    a_dataset,
    a_snapshot,
    executed_step,
    uid,
    with_table,
)
from tests.specifications.test_modes import EFFECT, ROOT, SAME, TURN, a_child

APPROVAL, NODE, OTHER = uid(20), uid(21), uid(22)
MIDDLE, LAST, EDITED = a_snapshot(11, rows=3), a_snapshot(12, rows=2), a_snapshot(13, rows=1)
PLAN = Plan(
    intent=Intent.TRANSFORM,
    summary="two steps",
    steps=(
        Step(description="drop rows", actions=(DropMissing(columns=("age",)),)),
        Step(description="by code"),
    ),
)


def ran(task: int, step: int, code: str, snapshot: Snapshot) -> tuple[SessionCommand, ...]:
    return executed_step(uid(task), snapshot, step=step, code=code)


def proposed(history: Given | None = None) -> Given:
    """Two steps, proposed and waiting."""
    return (history or with_table()).and_then(
        PostMessage(task_id=TURN, text="clean it", mode=Mode.PROPOSE),
        StartTurn(task_id=TURN),
        Record(PlanMade(task_id=TURN, plan=PLAN, call=CALL)),
        *ran(4, 0, "df = df.dropna()", MIDDLE),
        *ran(4, 1, "df = df.head(2)", LAST),
        MakeProposal(task_id=TURN, effect=EFFECT),
    )


def approve(*edits: StepEdit) -> ApproveProposal:
    return ApproveProposal(task_id=APPROVAL, proposal_id=TURN, edits=edits)


REJECT = RejectProposal(proposal_id=TURN, reason="the median instead")


def test_what_was_proposed_is_committed_without_another_execution() -> None:
    history = proposed()
    history.when(approve()).then(ProposalApproved(task_id=APPROVAL, proposal_id=TURN))
    approved = history.and_then(approve())
    assert next_step(approved.state) == Begin(task_id=APPROVAL)
    begun = approved.and_then(StartTurn(task_id=APPROVAL))
    assert next_step(begun.state) == Complete(task_id=APPROVAL)
    node, *_ = begun.when(CompleteTurn(task_id=APPROVAL, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
    assert node == NodeCommitted(
        task_id=APPROVAL,
        node_id=NODE,
        parent_id=ROOT,
        branch="main",
        snapshot=LAST,
        snippets=("df = df.dropna()", "df = df.head(2)"),
    )


def test_an_approval_that_is_sent_twice_is_done_once() -> None:
    approved = proposed().and_then(approve())
    approved.when(approve()).then_nothing()
    another = ApproveProposal(task_id=OTHER, proposal_id=TURN)
    refusal = approved.when(another)
    refusal.refused_with(ProposalDecided)
    assert str(APPROVAL) in str(refusal.refusal)
    ended = approved.and_then(
        StartTurn(task_id=APPROVAL), CompleteTurn(task_id=APPROVAL, node_id=NODE)
    )
    ended.when(approve()).then_nothing()
    ended.when(another).refused_with(ProposalDecided)
    ended.when(REJECT).refused_with(ProposalDecided)


def test_steps_are_executed_again_from_the_first_that_was_edited_on() -> None:
    edit = StepEdit(step=1, code="df = df.head(1)")
    begun = proposed().and_then(approve(edit), StartTurn(task_id=APPROVAL))
    step = next_step(begun.state)
    assert isinstance(step, WriteSnippet)
    assert (step.index, step.table, step.given) == (1, MIDDLE, "df = df.head(1)")
    node, _, ended = (
        begun.and_then(*ran(20, 1, "df = df.head(1)", EDITED))
        .when(CompleteTurn(task_id=APPROVAL, node_id=NODE))
        .then_kinds(NodeCommitted, PointerMoved, TurnCompleted)
    )
    assert isinstance(node, NodeCommitted)
    assert node.snapshot == EDITED
    assert node.snippets == ("df = df.dropna()", "df = df.head(1)")
    # The sentence of the plan alone would say of the table what the code did not do to it.
    assert isinstance(ended, TurnCompleted)
    assert "by edited code" in (ended.answer or "")


def test_steps_behind_an_edited_one_run_the_code_that_was_approved() -> None:
    edit = StepEdit(step=0, actions=(DropMissing(columns=("age",), how="all"),))
    begun = proposed().and_then(approve(edit), StartTurn(task_id=APPROVAL))
    first = next_step(begun.state)
    assert isinstance(first, WriteSnippet)
    assert (first.index, first.table, first.given) == (0, SAME, None)
    assert first.step.actions == edit.actions
    second = next_step(begun.and_then(*ran(20, 0, "compiled", MIDDLE)).state)
    assert isinstance(second, WriteSnippet)
    assert second.given == "df = df.head(2)"


def test_edited_code_is_reviewed_as_all_code_is() -> None:
    begun = proposed().and_then(
        approve(StepEdit(step=0, code="import os")),
        StartTurn(task_id=APPROVAL),
        Record(SnippetWritten(task_id=APPROVAL, step=0, attempt=1, code="import os")),
    )
    assert isinstance(next_step(begun.state), ReviewSnippet)


def test_edited_code_that_fails_ends_the_approval_and_the_proposal_waits_again() -> None:
    failed = proposed().and_then(
        approve(StepEdit(step=1, code="boom()")),
        StartTurn(task_id=APPROVAL),
        *ran(20, 1, "boom()", LAST)[:2],
        Record(
            SnippetFailed(
                task_id=APPROVAL,
                step=1,
                attempt=1,
                outcome="error",
                detail="It failed.",
                usage=Usage(wall_seconds=1),
            )
        ),
    )
    step = next_step(failed.state)
    assert isinstance(step, GiveUp)
    assert "the proposal waits as it was" in step.detail
    ended = failed.and_then(FailTask(step=step, reason=step.reason, detail=step.detail))
    again = ApproveProposal(task_id=OTHER, proposal_id=TURN)
    ended.when(again).then(ProposalApproved(task_id=OTHER, proposal_id=TURN))


def test_an_approval_that_is_cancelled_lets_the_proposal_wait_again() -> None:
    cancelled = proposed().and_then(approve(), CancelTask(task_id=APPROVAL))
    assert next_step(cancelled.state) is None
    cancelled.when(REJECT).then_kinds(ProposalRejected)


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ((StepEdit(step=2, code="x"),), "the proposal has 2 steps"),
        ((StepEdit(step=-1, code="x"),), "the proposal has 2 steps"),
        ((StepEdit(step=0),), "either code or actions"),
        ((StepEdit(step=0, code="x", actions=(DropMissing(),)),), "either code or actions"),
        ((StepEdit(step=0, code=" \n"),), "the code is empty"),
        ((StepEdit(step=0, code="x" * 20_001),), "longer than 20000 characters"),
        ((StepEdit(step=0, code="x"), StepEdit(step=0, code="y")), "edited twice"),
        ((StepEdit(step=1, actions=(DropColumns(columns=("agee",)),)),), "agee"),
    ],
)
def test_an_edit_that_cannot_be_done_is_refused_and_says_why(
    edits: Sequence[StepEdit], why: str
) -> None:
    refusal = proposed().when(approve(*edits))
    refusal.refused_with(EditRefused)
    assert why in str(refusal.refusal)


def test_a_proposal_holds_up_no_message_and_is_stale_after_it() -> None:
    history = proposed().and_then(*a_child())
    refusal = history.when(approve())
    refusal.refused_with(ProposalStale)
    assert f"roll back to the node {ROOT}" in str(refusal.refusal)


def test_a_stale_proposal_is_approved_as_a_branch_after_a_rollback_to_its_base() -> None:
    history = proposed().and_then(
        *a_child(), RollBack(node_id=ROOT), approve(), StartTurn(task_id=APPROVAL)
    )
    node, *_ = history.when(CompleteTurn(task_id=APPROVAL, node_id=NODE)).then_kinds(
        NodeCommitted, PointerMoved, TurnCompleted
    )
    assert isinstance(node, NodeCommitted)
    assert (node.parent_id, node.branch) == (ROOT, "branch-2")


def test_an_approval_that_became_stale_while_it_waited_ends_and_says_so() -> None:
    first, *rest = a_child()
    history = proposed().and_then(first, approve(), *rest)
    step = next_step(history.state)
    assert isinstance(step, GiveUp)
    assert (step.task_id, step.reason) == (APPROVAL, "proposal_stale")
    assert str(ROOT) in step.detail
    history.when(StartTurn(task_id=APPROVAL)).then_nothing()
    ended = history.and_then(FailTask(step=step, reason=step.reason, detail=step.detail))
    assert next_step(ended.state) is None
    assert ended.and_then(RollBack(node_id=ROOT)).when(approve_again()).refusal is None


def approve_again() -> ApproveProposal:
    return ApproveProposal(task_id=OTHER, proposal_id=TURN)


def test_a_person_who_moves_the_pointer_during_an_approval_keeps_it_where_it_is() -> None:
    history = proposed(with_table().and_then(*a_child())).and_then(
        approve(), StartTurn(task_id=APPROVAL), RollBack(node_id=ROOT)
    )
    history.when(CompleteTurn(task_id=APPROVAL, node_id=NODE)).then_kinds(
        NodeCommitted, TurnCompleted
    )


def test_a_rejected_proposal_is_never_done_and_the_conversation_knows_why() -> None:
    history = proposed()
    history.when(REJECT).then(ProposalRejected(proposal_id=TURN, reason="the median instead"))
    rejected = history.and_then(REJECT)
    rejected.when(REJECT).then_nothing()
    rejected.when(approve()).refused_with(ProposalDecided)
    assert "the median instead" in repr(rejected.state.conversation)
    assert rejected.state.tree == history.state.tree


def test_an_unknown_proposal_is_refused() -> None:
    with_table().when(approve()).refused_with(ProposalUnknown)
    with_table().when(REJECT).refused_with(ProposalUnknown)


def test_a_proposal_ends_with_its_session_and_with_nothing_else() -> None:
    closed = proposed()
    closed.when(CloseSession()).then(SessionClosed())
    closed = closed.and_then(CloseSession())
    closed.when(approve()).refused_with(SessionIsClosed)
    closed.when(REJECT).refused_with(SessionIsClosed)
    read_again = proposed().when(ReadAgain(task_id=OTHER, parse=a_dataset().parse))
    assert read_again.refusal is None


def test_an_erasure_forgets_proposals_and_ends_approvals() -> None:
    history = proposed().and_then(approve())
    history.when(ErasePersonalData()).then_kinds(TurnFailed, PersonalDataErased)
    erased = history.and_then(ErasePersonalData())
    assert not erased.state.proposals
    erased.when(approve_again()).refused_with(SubjectErased)


def test_what_begins_with_an_approval_is_told_in_the_order_of_a_turn() -> None:
    history = proposed().and_then(
        approve(), StartTurn(task_id=APPROVAL), CompleteTurn(task_id=APPROVAL, node_id=NODE)
    )
    kinds = [type(event) for event in history.events[-6:]]
    assert kinds == [
        TurnCompleted,
        ProposalApproved,
        TurnStarted,
        NodeCommitted,
        PointerMoved,
        TurnCompleted,
    ]
    assert type(history.events[-7]) is ProposalMade
