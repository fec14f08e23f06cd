"""What becomes of a proposal: it waits, is approved as a turn of its own, or rejected."""

from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from domain.plan import Plan, StepEdit
from domain.session.events import ProposalApproved, ProposalMade, ProposalRejected
from domain.session.state import REMEMBERED, Exchange, Proposal, Session, Turn


def with_proposal(session: Session, event: ProposalMade) -> Session:
    """The proposal of the turn in hand."""
    turn = session.turns[0]
    if turn.plan is None:
        return session
    proposal = Proposal(
        message=turn.text,
        plan=turn.plan,
        base_node_id=event.base_node_id,
        parent_id=event.parent_id,
        results=turn.results,
        changed_cells=turn.changed_cells,
        snippets=turn.snippets,
    )
    return _with(session, event.task_id, proposal)


def with_approval(session: Session, event: ProposalApproved) -> Session:
    """The turn that does the proposal waits. What was not edited is done already.

    What its steps answered was told with the proposal.
    """
    proposal = session.proposals[event.proposal_id]
    edits = {edit.step: edit for edit in event.edits}
    done = min(edits, default=len(proposal.results))
    turn = Turn(
        task_id=event.task_id,
        text=proposal.message,
        approves=event.proposal_id,
        meant_for=proposal.base_node_id,
        plan=_edited(proposal.plan, edits),
        results=proposal.results[:done],
        changed_cells=proposal.changed_cells[:done],
        snippets=proposal.snippets[:done],
        given=tuple(
            edits[step].code if step in edits else code
            for step, code in enumerate(proposal.snippets)
        ),
    )
    session = replace(session, turns=(*session.turns, turn))
    return _with(session, event.proposal_id, replace(proposal, approval=event.task_id))


def with_rejection(session: Session, event: ProposalRejected) -> Session:
    """The proposal is not to be done; the crew is to know what was wrong with it."""
    proposal = session.proposals[event.proposal_id]
    why = f": {event.reason}" if event.reason else ""
    said = Exchange(
        message=f"I reject what you proposed for '{proposal.message}'{why}",
        reply="It is not done. The table is unchanged.",
    )
    session = replace(
        session,
        conversation=(*session.conversation[1 - REMEMBERED :], said),
        said=(*session.said, event.reason or ""),
    )
    return _with(session, event.proposal_id, replace(proposal, rejected=True))


def waiting_again(session: Session, proposal_id: UUID) -> Session:
    """The proposal after its approval came to nothing."""
    proposal = session.proposals.get(proposal_id)
    if proposal is None:
        return session
    return _with(session, proposal_id, replace(proposal, approval=None))


def _with(session: Session, proposal_id: UUID, proposal: Proposal) -> Session:
    proposals = MappingProxyType({**session.proposals, proposal_id: proposal})
    return replace(session, proposals=proposals)


def _edited(plan: Plan, edits: dict[int, StepEdit]) -> Plan:
    """The plan with the actions of the edits; a step whose code is edited has none any more."""
    steps = list(plan.steps)
    for number, edit in edits.items():
        if number < len(steps):
            done = "; ".join(action.describe() for action in edit.actions)
            # What other code does, nobody knows who has not read it.
            words = done or f"{steps[number].description}, by edited code"
            steps[number] = replace(steps[number], description=words, actions=edit.actions)
    return replace(plan, steps=tuple(steps))
