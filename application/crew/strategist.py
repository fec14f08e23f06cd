"""The Strategist turns a message into a plan."""

from dataclasses import replace
from itertools import takewhile

from application.ports.language_model import Briefing, LanguageModel, ModelUnavailable, Reply
from domain.actions import InvalidAction, check_in_turn
from domain.plan import Intent, ModelCall, Plan
from domain.session.errors import NodeUnknown

_NOT_UNDERSTOOD = frozenset({Intent.ANSWER, Intent.CLARIFY})


class Strategist:
    """Plans, and turns a plan that cannot be done into an answer that says why.

    `fallback` plans what it understands while the model is away, and the plan says so, and why.
    """

    def __init__(self, model: LanguageModel, fallback: LanguageModel | None = None) -> None:
        self._model = model
        self._fallback = fallback

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        """The plan for a message. Raises ModelUnavailable or ModelMisbehaved."""
        try:
            reply = self._model.plan(briefing)
        except ModelUnavailable as outage:
            without = self._planned_without_model(briefing, outage)
            if without is None:
                raise
            reply = without
        refusal = objection(reply.value, briefing)
        if refusal is None:
            return reply
        answer = Plan(intent=Intent.ANSWER, summary=reply.value.summary, reply=refusal)
        return replace(reply, value=answer)

    def _planned_without_model(
        self, briefing: Briefing, outage: ModelUnavailable
    ) -> Reply[Plan] | None:
        """The fallback's plan with a remark on it; None where it does not understand either.

        What the model took that was asked in vain is counted with it.
        """
        if self._fallback is None:
            return None
        reply = self._fallback.plan(briefing)
        if reply.value.intent in _NOT_UNDERSTOOD:
            return None
        remark = f"The {self._fallback.name} did this without the model. {outage}"
        call = reply.call if outage.call is None else _counting(reply.call, outage.call)
        return replace(reply, value=replace(reply.value, reply=remark), call=call)


def _counting(call: ModelCall, asked: ModelCall) -> ModelCall:
    return replace(
        call,
        input_tokens=asked.input_tokens,
        output_tokens=asked.output_tokens,
        attempts=asked.attempts,
        estimated_cost=asked.estimated_cost,
        latency_seconds=call.latency_seconds + asked.latency_seconds,
    )


def objection(plan: Plan, briefing: Briefing) -> str | None:
    """Why the plan cannot be done, as far as its typed actions tell; code's result is not known."""
    typed = takewhile(lambda step: step.actions, plan.steps)
    try:
        begun = briefing.tree.node(plan.target).snapshot.shape if plan.target else briefing.shape
        check_in_turn((action for step in typed for action in step.actions), begun)
    except (InvalidAction, NodeUnknown) as error:
        return str(error)
    return None
