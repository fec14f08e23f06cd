"""What a person decides about a proposal. Proposals that wait hold nothing up."""

from collections.abc import Sequence

from domain.actions import InvalidAction, check_in_turn
from domain.plan import StepEdit
from domain.session.commands import ApproveProposal, RejectProposal
from domain.session.errors import (
    EditRefused,
    ProposalDecided,
    ProposalStale,
    ProposalUnknown,
    SessionIsClosed,
    SubjectErased,
)
from domain.session.events import ProposalApproved, ProposalRejected, SessionEvent
from domain.session.state import Proposal, Session
from domain.table import TableShape

CODE_LIMIT = 20_000


def decide_proposal(
    session: Session, command: ApproveProposal | RejectProposal
) -> Sequence[SessionEvent]:
    """The events that `command` makes happen. Raises a SessionError when it is refused."""
    if session.closed:
        raise SessionIsClosed
    if session.erased:
        raise SubjectErased
    proposal = session.proposals.get(command.proposal_id)
    if proposal is None:
        raise ProposalUnknown(command.proposal_id)
    match command:
        case ApproveProposal():
            return _approve(session, proposal, command)
        case RejectProposal():
            return _reject(proposal, command)


def _approve(
    session: Session, proposal: Proposal, command: ApproveProposal
) -> Sequence[SessionEvent]:
    if proposal.rejected or proposal.approval is not None:
        raise ProposalDecided(proposal.approval)
    if proposal.base_node_id != session.tree.pointer:
        raise ProposalStale(proposal.base_node_id)
    _require_doable(session, proposal, command.edits)
    return (
        ProposalApproved(
            task_id=command.task_id, proposal_id=command.proposal_id, edits=command.edits
        ),
    )


def _reject(proposal: Proposal, command: RejectProposal) -> Sequence[SessionEvent]:
    if proposal.rejected:
        return ()
    if proposal.approval is not None:
        raise ProposalDecided(proposal.approval)
    return (ProposalRejected(proposal_id=command.proposal_id, reason=command.reason),)


def _require_doable(session: Session, proposal: Proposal, edits: Sequence[StepEdit]) -> None:
    """Raise EditRefused unless each edit says what its step is to do with the table that it gets.

    What code will leave is not known, so actions behind edited code are checked when they run.
    """
    by_step: dict[int, StepEdit] = {}
    for edit in edits:
        _require_one_meaning(edit, len(proposal.snippets))
        if edit.step in by_step:
            raise EditRefused(edit.step, "it is edited twice.")
        by_step[edit.step] = edit
    if not by_step:
        return
    first = min(by_step)
    origin = session.tree.node(proposal.parent_id).snapshot
    shape: TableShape | None = (origin, *proposal.results)[first].shape
    for number in range(first, len(proposal.snippets)):
        edited = by_step.get(number)
        actions = proposal.plan.steps[number].actions if edited is None else edited.actions
        if not actions or shape is None:
            return
        try:
            shape = check_in_turn(actions, shape)
        except InvalidAction as error:
            raise EditRefused(number, str(error)) from None


def _require_one_meaning(edit: StepEdit, steps: int) -> None:
    if not 0 <= edit.step < steps:
        counted = "one step" if steps == 1 else f"{steps} steps"
        raise EditRefused(edit.step, f"the proposal has {counted}.")
    if (edit.code is None) == (not edit.actions):
        raise EditRefused(edit.step, "give it either code or actions.")
    if edit.code is not None and not edit.code.strip():
        raise EditRefused(edit.step, "the code is empty.")
    if edit.code is not None and len(edit.code) > CODE_LIMIT:
        raise EditRefused(edit.step, f"the code is longer than {CODE_LIMIT} characters.")
