"""Requests that are sent twice: the ``Idempotency-Key`` becomes the task's id."""

from uuid import UUID

from application.ports.event_log import session_stream
from domain.session.events import DatasetUploaded, MessagePosted
from interfaces.http.problem_kinds import IDEMPOTENCY_KEY_REUSED
from interfaces.http.problems import Refusal
from interfaces.service import Service

TaskRequest = DatasetUploaded | MessagePosted


def earlier_request(service: Service, session_id: UUID, task_id: UUID) -> TaskRequest | None:
    """What the task was made by, None when there is no such task.

    Refuses an id that belongs to another session.
    """
    task = service.read_models.task(task_id)
    if task is None:
        return None
    if task.session_id != session_id:
        raise key_reused()
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
