"""Typed actions in the place of a message: nothing is to be understood, so no model is asked."""

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from domain.session.commands import PostActions
from domain.session.erasure import ERASED
from domain.session.events import MessagePosted
from domain.session.mode import Mode
from interfaces.http.dependencies import IdempotencyKey, OriginOf, ServiceOf, SessionId
from interfaces.http.given_actions import GivenAction
from interfaces.http.idempotency import TaskRequest, earlier_request, key_reused, task_of
from interfaces.http.problem_kinds import (
    ACTION_UNFIT,
    BODY_TOO_LARGE,
    DATASET_MISSING,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_JSON,
    QUEUE_FULL,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Request, TaskResource
from interfaces.http.tasks import accepted

MOST_ACTIONS = 100

router = APIRouter(prefix="/sessions/{session_id}/actions", tags=["actions"])


class NewActions(Request):
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

    actions: list[GivenAction] = Field(
        min_length=1,
        max_length=MOST_ACTIONS,
        description="In the order in which they are to be done; `GET /v1/actions` tells what each "
        "takes. One that answers may be among them.",
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
    if idempotency_key is None:
        task_id = service.ids.new()
    else:
        task_id = task_of(session_id, idempotency_key)
        earlier = earlier_request(service, session_id, task_id)
        if earlier is not None and not _is_repeated(earlier, body):
            raise key_reused()
    command = PostActions(task_id=task_id, actions=tuple(body.actions), mode=Mode(body.mode))
    service.handler.handle(session_id, command, origin)
    return accepted(service, task_id, response)


def _is_repeated(earlier: TaskRequest, request: NewActions) -> bool:
    """Whether the task was made by the same actions, as far as anybody knows after an erasure."""
    if not isinstance(earlier, MessagePosted) or earlier.mode != request.mode:
        return False
    actions = [action for step in earlier.steps for action in step.actions]
    return earlier.text == ERASED or actions == request.actions
