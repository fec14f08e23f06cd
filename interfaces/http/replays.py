"""Replays: showing that a session's code makes its tables."""

from fastapi import APIRouter, Response

from domain.session.commands import RequestReplay
from domain.session.events import ReplayRequested
from interfaces.http.dependencies import IdempotencyKey, OriginOf, ServiceOf, SessionId
from interfaces.http.idempotency import requested_once
from interfaces.http.problem_kinds import (
    DATASET_MISSING,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    REPLAY_UNFINISHED,
    SESSION_BUSY,
    SESSION_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted

router = APIRouter(prefix="/sessions/{session_id}", tags=["replays"])


@router.post(
    "/replay",
    status_code=202,
    summary="Make every table again, and compare",
    responses=documented(
        SESSION_UNKNOWN,
        DATASET_MISSING,
        REPLAY_UNFINISHED,
        INVALID_REQUEST,
        IDEMPOTENCY_KEY_REUSED,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def replay_session(
    session_id: SessionId,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Answers with the task that makes each node again from the uploaded bytes on, in a jail.

    It changes nothing, and closed sessions are replayed too. It waits for the messages that wait,
    and while it runs, new ones wait for it; cancel it to let them pass. The task's step
    `replaying` tells how far it is; its `replay` and `answer` tell what came of it: how many nodes
    are reproduced, and the first step, column and row that differ.
    """
    task_id = requested_once(
        service,
        session_id,
        idempotency_key,
        begin=lambda task_id: service.handler.handle(
            session_id, RequestReplay(task_id=task_id), origin
        ),
        is_same=lambda earlier: isinstance(earlier, ReplayRequested),
    )
    return accepted(service, task_id, response)
