"""The Strategist turns a message into a plan."""

from dataclasses import replace

from application.ports.language_model import Briefing, LanguageModel, Reply
from domain.actions import InvalidAction, check, shape_after
from domain.plan import Intent, Plan
from domain.table import TableShape


class Strategist:
    """Plans, and turns a plan that cannot be done into an answer that says why."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        """The plan for a message. Raises ModelUnavailable or ModelMisbehaved."""
        reply = self._model.plan(briefing)
        refusal = _refusal(reply.value, briefing.shape)
        if refusal is None:
            return reply
        answer = Plan(intent=Intent.ANSWER, summary=reply.value.summary, reply=refusal)
        return replace(reply, value=answer)


def _refusal(plan: Plan, shape: TableShape) -> str | None:
    """Why the plan cannot be done, as far as its typed actions tell.

    Each action meets the table that those before it leave; what code will leave is not known.
    """
    for step in plan.steps:
        if not step.actions:
            return None
        for action in step.actions:
            try:
                check(action, shape)
            except InvalidAction as error:
                return str(error)
            shape = shape_after(action, shape)
    return None
