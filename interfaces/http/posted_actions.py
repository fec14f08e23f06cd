"""Typed actions in the place of a message: nothing is to be understood, so no model is asked."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from domain.actions import Action, RowEffect
from domain.session.commands import PostActions
from domain.session.erasure import ERASED
from domain.session.events import MessagePosted
from domain.session.mode import Mode
from domain.session.posted_actions import shapes_met
from domain.table import ColumnType, TableShape
from interfaces.http.dependencies import (
    CURRENT,
    IdempotencyKey,
    OriginOf,
    ServiceOf,
    SessionId,
    SessionOf,
    existing_node,
)
from interfaces.http.given_actions import GivenAction
from interfaces.http.idempotency import TaskRequest, requested_once
from interfaces.http.problem_kinds import (
    ACTION_UNFIT,
    BODY_TOO_LARGE,
    DATASET_MISSING,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NODE_UNKNOWN,
    QUEUE_FULL,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Document, Request
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted

MOST_ACTIONS = 100

router = APIRouter(prefix="/sessions/{session_id}/actions", tags=["actions"])


class ActionList(Request):
    """Typed actions, one after another."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"actions": [{"kind": "trim_text", "columns": ["name", "city"]}]}]
        }
    )

    actions: list[GivenAction] = Field(
        min_length=1,
        max_length=MOST_ACTIONS,
        description="In the order in which they are to be done; `GET /v1/actions` tells what each "
        "takes. One that answers may be among them.",
    )


class NewActions(ActionList):
    """Says in typed actions what should happen to the table."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "actions": [
                        {"kind": "trim_text", "columns": ["name", "city"]},
                        {"kind": "fill", "columns": ["age"], "strategy": "median"},
                    ]
                },
                {
                    "actions": [{"kind": "drop_missing", "columns": ["sex"]}],
                    "mode": "propose",
                },
                {"actions": [{"kind": "tell_size", "of": "columns"}]},
            ]
        }
    )

    mode: Literal["auto", "propose"] = Field(
        default="auto", description="`propose`: nothing changes before the proposal is approved."
    )


@router.post(
    "",
    status_code=202,
    summary="Apply typed actions",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        DATASET_MISSING,
        SESSION_CLOSED,
        SESSION_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        ACTION_UNFIT,
        IDEMPOTENCY_KEY_REUSED,
        QUEUE_FULL,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def post_actions(
    session_id: SessionId,
    body: NewActions,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Answers with the task that does all of them, as one new version of the table.

    It is a message like any other, without words and without a model: it waits its turn, is
    executed in a jail, and can be undone. An action that does not fit the table is refused at
    once; if something else is to be done first, the task fails and says the same when its turn has
    come. Actions that only answer make no version.
    """
    task_id = requested_once(
        service,
        session_id,
        idempotency_key,
        begin=lambda task_id: service.handler.handle(
            session_id,
            PostActions(task_id=task_id, actions=tuple(body.actions), mode=Mode(body.mode)),
            origin,
        ),
        is_same=lambda earlier: _is_repeated(earlier, body),
    )
    return accepted(service, task_id, response)


class ForeseenColumn(Document):
    """A column that there will be."""

    name: str
    type: ColumnType


class ForeseenAction(Document):
    """What an action will do, as far as the schema of the table tells."""

    number: int = Field(description="Counts the actions from 1.")
    description: str = Field(examples=["Fill missing values of age with the median"])
    code: str | None = Field(
        description="The exact code that will run. Null where only the cells tell what table the "
        "action meets, and so whether it fits.",
        examples=["df['age'] = df['age'].fillna(df['age'].median())"],
    )
    rows: RowEffect = Field(description="What it does to the rows of the table.")
    columns: Sequence[ForeseenColumn] | None = Field(
        description="The schema afterwards; null where only the cells tell it."
    )


class ActionsPreview(Document):
    """What the actions would do to the table that the pointer is on."""

    node_id: UUID
    items: Sequence[ForeseenAction]


@router.post(
    "/preview",
    summary="Preview typed actions",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        NODE_UNKNOWN,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        ACTION_UNFIT,
        UNAVAILABLE,
    ),
)
def preview_actions(session: SessionOf, body: ActionList, service: ServiceOf) -> ActionsPreview:
    """Tells of each action what it does, its code, and the schema that it leaves.

    Nothing is executed or recorded, so it answers at once. To see rows before and after, post the
    actions with the mode `propose`: that runs them on the whole table.
    """
    node = existing_node(session, CURRENT, service)
    met, *left = shapes_met(body.actions, node.snapshot.shape)
    return ActionsPreview(
        node_id=node.node_id,
        items=[
            _foreseen(number, action, before, after)
            for number, (action, before, after) in enumerate(
                zip(body.actions, (met, *left), left, strict=False), 1
            )
        ],
    )


def _foreseen(
    number: int, action: Action, before: TableShape | None, after: TableShape | None
) -> ForeseenAction:
    columns = None
    if after is not None:
        columns = [ForeseenColumn.model_validate(each) for each in after.columns]
    return ForeseenAction(
        number=number,
        description=action.describe(),
        code=None if before is None else action.code(),
        rows=action.rows,
        columns=columns,
    )


def _is_repeated(earlier: TaskRequest, request: NewActions) -> bool:
    """Whether the task was made by the same actions, as far as anybody knows after an erasure."""
    if not isinstance(earlier, MessagePosted) or earlier.mode != request.mode:
        return False
    actions = [action for step in earlier.steps for action in step.actions]
    return earlier.text == ERASED or actions == request.actions
