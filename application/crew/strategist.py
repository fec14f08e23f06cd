"""The Strategist turns a message into a plan."""

from dataclasses import replace

from application.ports.language_model import Briefing, LanguageModel, Reply
from domain.actions.check import check
from domain.actions.errors import InvalidAction
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
    """Why the first step cannot be done; later steps meet tables that do not exist yet."""
    for action in plan.steps[0].actions[:1] if plan.steps else ():
        try:
            check(action, shape)
        except InvalidAction as error:
            return str(error)
    return None
