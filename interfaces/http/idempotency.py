"""Requests that are sent twice: session and ``Idempotency-Key`` name the task."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid5

from application.ports.event_log import RecordedEvent, session_stream
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


def requested_once(
    service: Service,
    session_id: UUID,
    key: UUID | None,
    *,
    begin: Callable[[UUID], Sequence[RecordedEvent]],
    is_same: Callable[[TaskRequest], bool],
) -> UUID:
    """The task that a request is for: that of its key, or a new one, which `begin` records.

    Refuses a key under which there is a task that was made by another request. `begin` records
    nothing where such a one came at the same time.
    """
    task_id = service.ids.new() if key is None else task_of(session_id, key)
    known = key is not None and service.read_models.task(task_id) is not None
    if not known and begin(task_id):
        return task_id
    if not is_same(_request_of(service, session_id, task_id)):
        raise Refusal(
            IDEMPOTENCY_KEY_REUSED,
            "This Idempotency-Key came with another request before. Use a fresh UUID for a new "
            "request, and the same one only to repeat it.",
        )
    return task_id


def task_of(session_id: UUID, key: UUID) -> UUID:
    """The task that a key stands for. The same key in another session is another task."""
    return uuid5(session_id, str(key))


def _request_of(service: Service, session_id: UUID, task_id: UUID) -> TaskRequest:
    """What the task was made by."""
    recorded = service.log.read(session_stream(session_id))
    return next(
        each.event
        for each in recorded
        if isinstance(each.event, TaskRequest) and each.event.task_id == task_id
    )
