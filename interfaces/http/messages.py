"""Messages: saying what should happen to the table."""

from fastapi import APIRouter, Response
from pydantic import ConfigDict, Field

from domain.session.commands import PostMessage
from domain.session.erasure import ERASED
from domain.session.events import MessagePosted
from domain.session.mode import Mode
from interfaces.http.dependencies import IdempotencyKey, OriginOf, ServiceOf, SessionId
from interfaces.http.idempotency import TaskRequest, requested_once
from interfaces.http.problem_kinds import (
    BODY_TOO_LARGE,
    DATASET_MISSING,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_JSON,
    MESSAGE_EMPTY,
    MESSAGE_TOO_LONG,
    QUEUE_FULL,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Request
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted
from interfaces.http.text import Prose

router = APIRouter(prefix="/sessions/{session_id}", tags=["messages"])


class NewMessage(Request):
    """Says what should happen to the table."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "drop rows with missing values in sex"},
                {"text": "fill missing body_mass_g with the median"},
                {"text": "drop rows where age is below 18", "mode": "propose"},
                {"text": "how many rows have no sex?", "mode": "ask"},
                {"text": "undo that"},
            ]
        }
    )

    text: Prose = Field(description="In plain words. GET /v1/info gives the greatest length.")
    mode: Mode = Field(
        default=Mode.AUTO,
        description="`auto` does it. `propose` works it out, and nothing changes before the "
        "proposal is approved. `ask` only answers: the table and the pointer stay, whatever "
        "the message asks for.",
    )


@router.post(
    "/messages",
    status_code=202,
    summary="Send a message",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        DATASET_MISSING,
        SESSION_CLOSED,
        SESSION_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        MESSAGE_EMPTY,
        MESSAGE_TOO_LONG,
        IDEMPOTENCY_KEY_REUSED,
        QUEUE_FULL,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def post_message(
    session_id: SessionId,
    body: NewMessage,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Answers at once with the task that works on the message; its address is in `Location`.

    Messages of a session are worked on one after another, each on the table that the one before
    left. A message may come while the file is still being read.

    With the mode `propose`, the task ends with a proposal: its member `proposal` is
    `waiting_for_approval`, and its link `proposal` leads to the plan, the code and the rows that
    would change. With `ask`, nothing is changed, whatever comes of it.
    """
    task_id = requested_once(
        service,
        session_id,
        idempotency_key,
        begin=lambda task_id: service.handler.handle(
            session_id, PostMessage(task_id=task_id, text=body.text, mode=body.mode), origin
        ),
        is_same=lambda earlier: _is_repeated(earlier, body),
    )
    return accepted(service, task_id, response)


def _is_repeated(earlier: TaskRequest, message: NewMessage) -> bool:
    """Whether the task was made by the same message, as far as anybody knows after an erasure."""
    if not isinstance(earlier, MessagePosted) or earlier.mode is not message.mode:
        return False
    return not earlier.steps and earlier.text in {message.text, ERASED}
