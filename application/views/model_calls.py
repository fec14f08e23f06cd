"""The questions to models that a task's events record."""

from collections.abc import Sequence

from application.ports.read_models import ModelCallView
from application.views.past_event import PastEvent
from domain.session.events import (
    PlanMade,
    SnippetReviewed,
    SnippetWritten,
    TurnFailed,
)

MODEL_CALL_TYPES = tuple(
    each.__name__ for each in (PlanMade, SnippetWritten, SnippetReviewed, TurnFailed)
)
"""The types of the events that tell of them."""


def model_call_views(history: Sequence[PastEvent]) -> Sequence[ModelCallView]:
    """The questions that the events tell of, each with the time of its event."""
    views = []
    for past in history:
        match past.event:
            case PlanMade(call=call):
                views.append(ModelCallView(purpose="plan", at=past.at, call=call))
            case SnippetWritten(call=call) if call is not None:
                views.append(ModelCallView(purpose="write", at=past.at, call=call))
            case SnippetReviewed(call=call) if call is not None:
                views.append(ModelCallView(purpose="review", at=past.at, call=call))
            case TurnFailed(call=call) if call is not None:
                views.append(ModelCallView(purpose="failed", at=past.at, call=call))
            case _:
                pass
    return views
