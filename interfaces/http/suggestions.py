"""Suggestions: what is wrong with the table, and what mends it."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from application.ports.event_log import session_stream
from application.ports.read_models import NodeView
from application.suggestions.suggest import Suggestion
from domain.session.commands import ChooseSuggestions
from domain.session.events import MessagePosted, SuggestionsChosen
from domain.session.mode import Mode
from interfaces.http.dependencies import (
    CURRENT,
    IdempotencyKey,
    OriginOf,
    ServiceOf,
    SessionOf,
    existing_node,
)
from interfaces.http.idempotency import TaskRequest, requested_once
from interfaces.http.problem_kinds import (
    ARTIFACT_LOST,
    BODY_TOO_LARGE,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NODE_UNKNOWN,
    QUEUE_FULL,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    SUGGESTION_UNKNOWN,
    SUGGESTIONS_UNFIT,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Document, Request
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted
from interfaces.service import Service

MOST_CHOSEN = 200

router = APIRouter(prefix="/sessions/{session_id}/suggestions", tags=["suggestions"])


class ExpectedEffect(Document):
    """What the actions would touch, at the most."""

    rows: int
    cells: int
    missing: int | None = Field(
        description="How many values cannot be read and become missing; null where none are read."
    )


class SuggestionResource(Document):
    """Something that is wrong with the table."""

    id: str = Field(description="The same as long as the pointer is on this node.")
    kind: str = Field(examples=["padded"])
    columns: Sequence[str] = Field(description="None where it is about whole rows.")
    rows: int = Field(description="In how many rows it is so.")
    share: float = Field(description="The share of all rows.")
    is_estimate: bool = Field(description="Whether only some of the rows were looked at.")
    importance: float = Field(description="From 0 to 1, by the harm that it does.")
    message: str = Field(examples=["12 rows have spaces before or after the value."])
    advice: str
    actions: Sequence[Any] = Field(
        description="The typed actions that mend it; none where a person has to look."
    )
    description: str | None = Field(description="What the actions do.")
    effect: ExpectedEffect | None = Field(description="Null where there is no action.")
    examples: Sequence[Mapping[str, Any]] = Field(
        description="Values that show it, from your own table."
    )

    @classmethod
    def of(cls, suggestion: Suggestion) -> "SuggestionResource":
        """The document of `suggestion`."""
        finding, cells = suggestion.finding, suggestion.cells
        return cls(
            id=suggestion.id,
            kind=finding.kind,
            columns=finding.columns,
            rows=finding.rows,
            share=suggestion.share,
            is_estimate=finding.about,
            importance=finding.importance,
            message=finding.message,
            advice=finding.mend,
            actions=suggestion.actions,
            description=suggestion.step.description or None,
            effect=None
            if cells is None
            else ExpectedEffect(rows=finding.rows, cells=cells, missing=finding.unread),
            examples=finding.examples,
        )


class SuggestionList(Document):
    """What is wrong with the table that the pointer is on, what matters most first."""

    node_id: UUID
    items: Sequence[SuggestionResource]


class ChosenSuggestions(Request):
    """Has suggestions done."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"ids": ["4a2d9f0c1b7e6d5c3a908f71", "90ab12cd34ef56ab78cd90ef"]},
                {"ids": ["4a2d9f0c1b7e6d5c3a908f71"], "mode": "propose"},
            ]
        }
    )

    ids: list[Annotated[str, Field(max_length=64)]] = Field(min_length=1, max_length=MOST_CHOSEN)
    mode: Literal["auto", "propose"] = Field(
        default="auto", description="`propose`: nothing changes before the proposal is approved."
    )


@router.get(
    "",
    summary="Ask what could be mended",
    responses=documented(SESSION_UNKNOWN, NODE_UNKNOWN, ARTIFACT_LOST, UNAVAILABLE),
)
def list_suggestions(session: SessionOf, service: ServiceOf) -> SuggestionList:
    """What is wrong with the current table, each with evidence, the typed actions that mend it,
    and what they would touch.

    Missing values and words for them, stray spaces, wrong types, dates in several forms, values
    that are nearly another, mixed units, outliers, repeated rows, values unlike the others of
    their column, and columns that determine another one in nearly every row.
    """
    node = existing_node(session, CURRENT, service)
    found = service.suggestions.for_node(node.node_id, node.snapshot)
    return SuggestionList(
        node_id=node.node_id, items=[SuggestionResource.of(each) for each in found]
    )


@router.post(
    "/apply",
    status_code=202,
    summary="Apply suggestions",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        NODE_UNKNOWN,
        SESSION_CLOSED,
        SESSION_ERASED,
        SUGGESTION_UNKNOWN,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        SUGGESTIONS_UNFIT,
        IDEMPOTENCY_KEY_REUSED,
        QUEUE_FULL,
        ARTIFACT_LOST,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def apply_suggestions(
    session: SessionOf,
    body: ChosenSuggestions,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Answers with the task that does all of them, as one new version of the table.

    They are done in the order in which each helps the next, without asking a model. If the pointer
    moves before the task begins, it fails and nothing is changed.
    """
    session_id = session.session_id
    task_id = requested_once(
        service,
        session_id,
        idempotency_key,
        begin=lambda task_id: service.handler.handle(
            session_id,
            _command(service, existing_node(session, CURRENT, service), task_id, body),
            origin,
        ),
        is_same=lambda earlier: _is_repeated(service, session_id, earlier, body),
    )
    return accepted(service, task_id, response)


def _command(
    service: Service, node: NodeView, task_id: UUID, body: ChosenSuggestions
) -> ChooseSuggestions:
    chosen = service.suggestions.chosen(node.node_id, node.snapshot, body.ids)
    steps = tuple(each.step for each in chosen)
    return ChooseSuggestions(
        task_id=task_id,
        node_id=node.node_id,
        suggestions=tuple(body.ids),
        text="Apply suggestions: " + "; ".join(step.description for step in steps),
        steps=steps,
        mode=Mode(body.mode),
    )


def _is_repeated(
    service: Service, session_id: UUID, earlier: TaskRequest, body: ChosenSuggestions
) -> bool:
    """Whether the task was made by the same choice."""
    if not isinstance(earlier, MessagePosted) or earlier.mode != body.mode:
        return False
    recorded = (each.event for each in service.log.read(session_stream(session_id)))
    return any(
        isinstance(event, SuggestionsChosen)
        and event.task_id == earlier.task_id
        and event.suggestions == tuple(body.ids)
        for event in recorded
    )
