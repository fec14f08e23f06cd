"""Proposals: what a message would do, for a person to approve or to reject."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from application.ports.read_models import ProposalView, SessionView
from application.ports.snapshots import RowQuery
from domain.plan import StepEdit
from domain.session.commands import ApproveProposal, RejectProposal
from domain.session.errors import NodeUnknown, ProposalUnknown
from domain.session.events import ProposalApproved, Snapshot
from interfaces.http.dependencies import (
    IdempotencyKey,
    OriginOf,
    PageLimit,
    ServiceOf,
    SessionOf,
    page_of,
)
from interfaces.http.diffs import MOST_ROWS, RowKey, TableDifference
from interfaces.http.idempotency import TaskRequest, requested_once
from interfaces.http.problem_kinds import (
    ARTIFACT_LOST,
    BODY_TOO_LARGE,
    EDIT_REFUSED,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_JSON,
    PROPOSAL_DECIDED,
    PROPOSAL_STALE,
    PROPOSAL_UNKNOWN,
    QUEUE_FULL,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.proposal_schemas import (
    Approval,
    ProposalPage,
    ProposalResource,
    ProposalSummary,
    Rejection,
    RowSample,
)
from interfaces.http.row_questions import RowQuestion, refused_queries, row_page
from interfaces.http.schemas import RowPage
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted
from interfaces.service import Service

DECISION_KINDS = (
    MALFORMED_JSON,
    SESSION_UNKNOWN,
    PROPOSAL_UNKNOWN,
    PROPOSAL_DECIDED,
    SESSION_CLOSED,
    SESSION_ERASED,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_REQUEST,
    SESSION_BUSY,
    UNAVAILABLE,
)
LOOK_KINDS = (SESSION_UNKNOWN, PROPOSAL_UNKNOWN, INVALID_REQUEST, ARTIFACT_LOST, UNAVAILABLE)

router = APIRouter(prefix="/sessions/{session_id}/proposals", tags=["proposals"])


def existing_proposal(
    session: SessionOf,
    proposal_id: Annotated[
        UUID, Path(description="The proposal's id, that of its message's task.")
    ],
    service: ServiceOf,
) -> ProposalView:
    """The proposal in the path. Raises SessionUnknown, ProposalUnknown."""
    found = service.read_models.proposal(session.session_id, proposal_id)
    if found is None:
        raise ProposalUnknown(proposal_id)
    return found


ProposalOf = Annotated[ProposalView, Depends(existing_proposal)]


@router.get(
    "",
    summary="List a session's proposals",
    responses=documented(SESSION_UNKNOWN, PROPOSAL_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
)
def list_proposals(
    session: SessionOf,
    service: ServiceOf,
    limit: PageLimit = 100,
    after: Annotated[
        UUID | None, Query(description="The last proposal of the page before: its `next`.")
    ] = None,
) -> ProposalPage:
    """What messages with the mode `propose` led to, and what was decided about it, oldest first."""
    if after is not None:
        existing_proposal(session, after, service)
    found = service.read_models.proposals(session.session_id, limit=limit + 1, after=after)
    views, last = page_of(found, limit)
    return ProposalPage(
        items=[ProposalSummary.of(view, session.pointer) for view in views],
        next=last.proposal_id if last else None,
    )


@router.get(
    "/{proposal_id}",
    summary="Look at a proposal",
    responses=documented(*LOOK_KINDS),
)
def get_proposal(
    session: SessionOf,
    proposal: ProposalOf,
    service: ServiceOf,
    key: RowKey = None,
    sample: Annotated[
        int,
        Query(ge=0, le=MOST_ROWS, description="The most rows of each kind to show."),
    ] = 20,
) -> ProposalResource:
    """The plan, the code of each step, and how the table would differ, with rows that would change.

    The steps were executed on the whole table: what is shown is what an approval commits.
    """
    base = service.read_models.node(session.session_id, proposal.parent_id)
    if base is None:
        raise NodeUnknown(proposal.parent_id)
    with refused_queries():
        found = service.snapshots.diff(
            base.snapshot, proposal.snapshot, key=key or (), sample=sample
        )
    return ProposalResource.showing(
        proposal,
        session.pointer,
        difference=TableDifference.model_validate(asdict(found)),
        removed=_row_sample(service, base.snapshot, found.rows.first_only_before[:sample]),
        added=_row_sample(service, proposal.snapshot, found.rows.first_only_after[:sample]),
    )


@router.get(
    "/{proposal_id}/rows",
    summary="Read rows of a proposal",
    response_model=RowPage,
    responses=documented(*LOOK_KINDS),
)
def get_proposed_rows(
    proposal: ProposalOf, service: ServiceOf, question: Annotated[RowQuestion, Query()]
) -> Response:
    """Rows of the table that is proposed, as those of a node."""
    return row_page(service.snapshots, proposal.snapshot, question)


@router.post(
    "/{proposal_id}/approve",
    status_code=202,
    summary="Approve a proposal",
    responses=documented(
        *DECISION_KINDS, PROPOSAL_STALE, EDIT_REFUSED, IDEMPOTENCY_KEY_REUSED, QUEUE_FULL
    ),
)
def approve_proposal(
    session: SessionOf,
    proposal: ProposalOf,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    body: Annotated[Approval | None, Body()] = None,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Answers with the task that does it; its address is in `Location`.

    Without `edits`, the very table that was shown becomes a node. Otherwise the steps from the
    first edited one on are executed again; edited code is reviewed and runs in a jail as all code
    does. If the task fails or is cancelled, the proposal waits again. If the pointer has moved
    since, nothing is done: send the message again, or roll back to `base_node_id` first.
    """
    session_id, proposal_id = session.session_id, proposal.proposal_id
    edits = tuple(each.edit() for each in body.edits) if body else ()
    task_id = requested_once(
        service,
        session_id,
        idempotency_key,
        begin=lambda task_id: service.handler.handle(
            session_id,
            ApproveProposal(task_id=task_id, proposal_id=proposal_id, edits=edits),
            origin,
        ),
        is_same=lambda earlier: _is_repeated(session, earlier, proposal_id, edits),
    )
    return accepted(service, task_id, response)


@router.post(
    "/{proposal_id}/reject",
    summary="Reject a proposal",
    responses=documented(*DECISION_KINDS),
)
def reject_proposal(
    session: SessionOf,
    proposal: ProposalOf,
    service: ServiceOf,
    origin: OriginOf,
    body: Annotated[Rejection | None, Body()] = None,
) -> ProposalSummary:
    """Lets it come to nothing; rejecting it twice does no harm. The table stays as it is."""
    reason = (body.reason if body else None) or None
    command = RejectProposal(proposal_id=proposal.proposal_id, reason=reason)
    service.handler.handle(session.session_id, command, origin)
    rejected = existing_proposal(session, proposal.proposal_id, service)
    return ProposalSummary.of(rejected, session.pointer)


def _row_sample(service: Service, table: Snapshot, numbers: Sequence[int]) -> RowSample:
    page = service.snapshots.page(table, RowQuery(offset=0, limit=len(numbers), numbers=numbers))
    return RowSample(columns=page.columns, numbers=numbers, rows=page.rows)


def _is_repeated(
    session: SessionView, earlier: TaskRequest, proposal_id: UUID, edits: tuple[StepEdit, ...]
) -> bool:
    """Whether the task was made by the same approval, as far as anybody knows after an erasure."""
    if not isinstance(earlier, ProposalApproved) or earlier.proposal_id != proposal_id:
        return False
    return session.erased or earlier.edits == edits
