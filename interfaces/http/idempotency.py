"""Requests that are sent twice: session and ``Idempotency-Key`` name the task."""

from collections.abc import Callable
from uuid import UUID, uuid5

from application.ports.event_log import session_stream
from domain.session.events import (
    DatasetUploaded,
    MessagePosted,
    ProposalApproved,
    ReplayRequested,
)
from interfaces.http.problem_kinds import IDEMPOTENCY_KEY_REUSED
from interfaces.http.problems import Refusal
from interfaces.service import Service

TaskRequest = DatasetUploaded | MessagePosted | ProposalApproved | ReplayRequested


def requested_task(
    service: Service,
    session_id: UUID,
    key: UUID | None,
    is_same: Callable[[TaskRequest], bool],
) -> UUID:
    """The task that a request is for: that of its key, or a new one.

    Refuses a key under which there is a task that was made by another request.
    """
    if key is None:
        return service.ids.new()
    task_id = task_of(session_id, key)
    earlier = earlier_request(service, session_id, task_id)
    if earlier is not None and not is_same(earlier):
        raise key_reused()
    return task_id


def task_of(session_id: UUID, key: UUID) -> UUID:
    """The task that a key stands for. The same key in another session is another task."""
    return uuid5(session_id, str(key))


def earlier_request(service: Service, session_id: UUID, task_id: UUID) -> TaskRequest | None:
    """What the task was made by, None when there is no such task."""
    if service.read_models.task(task_id) is None:
        return None
    recorded = service.log.read(session_stream(session_id))
    return next(
        each.event
        for each in recorded
        if isinstance(each.event, TaskRequest) and each.event.task_id == task_id
    )


def key_reused() -> Refusal:
    """The refusal of a key that another request came with."""
    return Refusal(
        IDEMPOTENCY_KEY_REUSED,
        "This Idempotency-Key came with another request before. Use a fresh UUID for a new "
        "request, and the same one only to repeat it.",
    )
