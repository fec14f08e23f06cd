"""The executions of a task, folded from its events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from application.ports.read_models import ExecutionView
from application.views.past_event import PastEvent
from domain.assertions import Assertion
from domain.session.events import (
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
)

EXECUTION_TYPES = tuple(
    each.__name__ for each in (SnippetWritten, SnippetReviewed, SnippetExecuted, SnippetFailed)
)
"""The types of the events that tell of them."""


def execution_views(history: Sequence[PastEvent]) -> Sequence[ExecutionView]:
    """The executions that the task's events tell of."""
    views: list[ExecutionView] = []
    code = ""
    review: SnippetReviewed | None = None
    for past in history:
        match past.event:
            case SnippetWritten() as event:
                code, review = event.code, None
            case SnippetReviewed() as event:
                review = event
            case (SnippetExecuted() | SnippetFailed()) as event:
                view = _view(event, past.at, number=len(views) + 1, code=code)
                tried = review is None
                held: Sequence[Assertion] = () if review is None else review.assertions
                views.append(replace(view, on_sample=tried, sample_assertions=held))
            case _:
                pass
    return views


def _view(
    event: SnippetExecuted | SnippetFailed, at: datetime, *, number: int, code: str
) -> ExecutionView:
    view = ExecutionView(
        number=number,
        step=event.step,
        attempt=event.attempt,
        code=code,
        ended_at=at,
        outcome="ok",
        detail=event.detail,
        usage=event.usage,
        before=event.before,
        runtime=event.runtime,
        stdout=event.stdout,
        stderr=event.stderr,
        assertions=event.assertions,
    )
    match event:
        case SnippetExecuted():
            return replace(
                view,
                after=event.snapshot.shape.size,
                changed_cells=event.changed_cells,
                answer=event.answer,
            )
        case SnippetFailed():
            return replace(view, outcome=event.outcome, exception=event.exception, line=event.line)
