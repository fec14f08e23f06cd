"""The proposals of a session, folded from its events."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from application.ports.read_models import ProposalStatus, ProposalView
from application.views.past_event import PastEvent
from domain.plan import Plan, plan_of_steps
from domain.session.events import (
    MessagePosted,
    PersonalDataErased,
    PlanMade,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    SessionClosed,
    SuggestionsChosen,
    TurnCompleted,
    TurnFailed,
)

PROPOSAL_TYPES = tuple(
    each.__name__
    for each in (
        *(MessagePosted, PlanMade, SuggestionsChosen, ProposalMade, ProposalApproved),
        *(ProposalRejected, TurnCompleted, TurnFailed, SessionClosed, PersonalDataErased),
    )
)
"""The types of the events that tell of them."""

_OPEN = frozenset({ProposalStatus.WAITING, ProposalStatus.APPROVED})


def proposal_views(history: Sequence[PastEvent]) -> Sequence[ProposalView]:
    """The proposals that the session's events tell of, the oldest first."""
    folded = _Folded(messages={}, plans={}, views={})
    for past in history:
        folded.take(past)
    return list(folded.views.values())


@dataclass(frozen=True, kw_only=True)
class _Folded:
    messages: dict[UUID, str]
    plans: dict[UUID, Plan]
    views: dict[UUID, ProposalView]

    def take(self, past: PastEvent) -> None:
        match past.event:
            case MessagePosted() as event:
                self.messages[event.task_id] = event.text
                if event.steps:
                    self.plans[event.task_id] = plan_of_steps(event.text, event.steps)
            case PlanMade() as event:
                self.plans[event.task_id] = event.plan
            case SuggestionsChosen() as event:
                said = self.messages[event.task_id]
                self.plans[event.task_id] = plan_of_steps(said, event.steps)
            case ProposalMade() as event:
                self.views[event.task_id] = self._made(event, past)
            case ProposalApproved() as event:
                self.views[event.proposal_id] = replace(
                    self.views[event.proposal_id],
                    status=ProposalStatus.APPROVED,
                    decided_at=past.at,
                    approval=event.task_id,
                    edits=event.edits,
                )
            case ProposalRejected() as event:
                self.views[event.proposal_id] = replace(
                    self.views[event.proposal_id],
                    status=ProposalStatus.REJECTED,
                    decided_at=past.at,
                    reason=event.reason,
                )
            case (TurnCompleted() | TurnFailed()) as event:
                self._end_approval(event)
            case SessionClosed() | PersonalDataErased():
                for each in self.views.values():
                    if each.status in _OPEN:
                        self.views[each.proposal_id] = replace(each, status=ProposalStatus.EXPIRED)
            case _:
                pass

    def _made(self, event: ProposalMade, past: PastEvent) -> ProposalView:
        return ProposalView(
            proposal_id=event.task_id,
            session_id=past.session_id,
            message=self.messages[event.task_id],
            created_at=past.at,
            base_node_id=event.base_node_id,
            parent_id=event.parent_id,
            snapshot=event.snapshot,
            effect=event.effect,
            plan=self.plans[event.task_id],
            snippets=event.snippets,
            status=ProposalStatus.WAITING,
        )

    def _end_approval(self, event: TurnCompleted | TurnFailed) -> None:
        """It is done, or waits again for its approval came to nothing."""
        for each in self.views.values():
            if each.approval != event.task_id:
                continue
            if isinstance(event, TurnCompleted):
                ended = replace(each, status=ProposalStatus.COMMITTED, node_id=event.node_id)
            else:
                ended = replace(
                    each, status=ProposalStatus.WAITING, approval=None, edits=(), decided_at=None
                )
            self.views[each.proposal_id] = ended
            return
