"""Disclosures: what was sent to a language model for a turn, word for word."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from application.disclosure.disclosed_calls import DisclosedCall, disclosed_calls
from application.disclosure.sent_questions import About, SentQuestion
from application.ports.read_models import TaskView
from domain.session.errors import SessionUnknown
from interfaces.http.addresses import task_path
from interfaces.http.dependencies import ServiceOf, SessionOf, TaskId
from interfaces.http.problem_kinds import SESSION_UNKNOWN, TASK_UNKNOWN, UNAVAILABLE
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.schemas import Document
from interfaces.http.tasks import existing_task
from interfaces.service import Service

INSIDE = "The built-in planner runs inside Datatrail: nothing was sent anywhere."
ERASED = "The personal data of this session was erased, and with it what was sent."
UNANSWERED = "It was sent, and the log names no answer: it failed, or its worker was lost."
NOT_KEPT = "What was sent is not among what was kept."


class MessageResource(Document):
    """One message of a request, as it was sent."""

    role: str = Field(examples=["system", "user", "assistant"])
    content: str


class RequestResource(Document):
    """One request to the model."""

    sent_at: datetime
    again: bool = Field(description="Whether it asks again, as a reply could not be used.")
    digest: str = Field(description="SHA-256 of the messages as canonical JSON (RFC 8785).")
    messages: Sequence[MessageResource]


class DisclosedCallResource(Document):
    """A question to a model, with all requests that it took."""

    number: int = Field(description="Counts the turn's questions from 1.")
    purpose: str = Field(
        description="`plan`, `write` or `review`; `failed` for one that came to nothing of which "
        "nothing else is known."
    )
    model: str
    outside: bool = Field(description="Whether anything left Datatrail for it.")
    recorded_at: datetime | None = Field(description="When the log recorded what came of it.")
    prompt_digest: str | None = Field(description="That of the first request, as recorded.")
    verified: bool | None = Field(
        description="Whether what was kept has the recorded digest; null where one is missing."
    )
    disclosed_columns: Sequence[str] = Field(
        description="Whose names and statistics it held; some under the stand-ins that were sent."
    )
    sample_rows: int = Field(description="How many rows of cells it held.")
    requests: Sequence[RequestResource]
    note: str | None = Field(description="Why there are no requests, or no record.")


class DisclosureResource(Document):
    """Everything that was sent to language models for a turn."""

    task_id: UUID
    session_id: UUID
    erased: bool = Field(description="Whether it cannot be read any more.")
    disclosed_columns: Sequence[str] = Field(description="Those of all calls together.")
    sample_rows: int = Field(description="The most rows that a call held.")
    calls: Sequence[DisclosedCallResource]
    links: Mapping[str, str]


router = APIRouter(tags=["tasks"])


@router.get(
    "/tasks/{task_id}/disclosure",
    summary="See what a model was sent",
    responses=documented(TASK_UNKNOWN, UNAVAILABLE),
)
def get_disclosure(task_id: TaskId, service: ServiceOf) -> DisclosureResource:
    """Every request to a language model for the task, word for word, with the columns and the
    number of rows that it disclosed. It is kept apart from the log, which has its digest."""
    return _disclosure(service, existing_task(service, task_id))


@router.get(
    "/sessions/{session_id}/turns/{task_id}/disclosure",
    summary="See what a model was sent for a turn",
    responses=documented(SESSION_UNKNOWN, TASK_UNKNOWN, UNAVAILABLE),
)
def get_turn_disclosure(
    session: SessionOf, task_id: TaskId, service: ServiceOf
) -> DisclosureResource:
    """The same: a turn is known by its task."""
    task = existing_task(service, task_id)
    if task.session_id != session.session_id:
        raise Refusal(TASK_UNKNOWN, f"This session has no task {task_id}. {TASK_UNKNOWN.advice}")
    return _disclosure(service, task)


def _disclosure(service: Service, task: TaskView) -> DisclosureResource:
    session = service.read_models.session(task.session_id)
    if session is None:
        raise SessionUnknown(task.session_id)
    about = About(subject_id=session.subject_id, session_id=task.session_id, task_id=task.task_id)
    sent = service.sent_questions.of(about)
    erased = session.erased or any(each.unreadable == "erased" for each in sent)
    calls = [
        _call(number, call, erased=erased)
        for number, call in enumerate(
            disclosed_calls(service.read_models.model_calls(task.task_id), sent), start=1
        )
    ]
    columns = dict.fromkeys(name for call in calls for name in call.disclosed_columns)
    return DisclosureResource(
        task_id=task.task_id,
        session_id=task.session_id,
        erased=erased,
        disclosed_columns=list(columns),
        sample_rows=max((call.sample_rows for call in calls), default=0),
        calls=calls,
        links={"task": task_path(task.task_id)},
    )


def _call(number: int, call: DisclosedCall, *, erased: bool) -> DisclosedCallResource:
    recorded = call.recorded
    kept = [each for each in call.sent if each.question is not None]
    question = kept[0].question if kept else None
    known = recorded.call if recorded else question
    return DisclosedCallResource(
        number=number,
        purpose=_purpose(call),
        model=known.model if known else "",
        outside=call.outside,
        recorded_at=None if recorded is None else recorded.at,
        prompt_digest=None if recorded is None else recorded.call.prompt_digest,
        verified=call.verified,
        # The built-in planner is not told anything either: it looks at the schema itself.
        disclosed_columns=known.disclosed_columns if known and call.outside else (),
        sample_rows=known.sample_rows if known else 0,
        requests=[each for each in map(_request, kept) if each is not None],
        note=_note(call, erased=erased),
    )


def _purpose(call: DisclosedCall) -> str:
    kept = next((each.purpose for each in call.sent if each.purpose is not None), None)
    if kept is not None:
        return kept.value
    return call.recorded.purpose if call.recorded else "failed"


def _note(call: DisclosedCall, *, erased: bool) -> str | None:
    if not call.outside:
        return INSIDE
    if not call.sent:
        return ERASED if erased else NOT_KEPT
    return UNANSWERED if call.recorded is None else None


def _request(sent: SentQuestion) -> RequestResource | None:
    if sent.question is None or sent.sent_at is None:
        return None
    return RequestResource(
        sent_at=sent.sent_at,
        again=sent.question.again,
        digest=sent.question.digest,
        messages=[MessageResource(**message) for message in sent.question.messages],
    )
