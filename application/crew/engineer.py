"""The Engineer turns a step of the plan into code."""

from dataclasses import replace

from application.ports.language_model import Assignment, LanguageModel, ModelFailure
from domain.expectations import Expectations, expected_of
from domain.plan import ModelCall, Step
from domain.table import TableShape


class Engineer:
    """Compiles typed actions; asks the model only where no action says it."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def write(self, assignment: Assignment) -> tuple[str, ModelCall | None]:
        """The step's snippet, and the model call that it took, if any.

        Raises ModelUnavailable or ModelMisbehaved.
        """
        if assignment.step.actions:
            return compiled(assignment.step), None
        repair = bool(assignment.refusals)
        try:
            reply = self._model.write(assignment)
        except ModelFailure as failure:
            failure.call = failure.call and replace(failure.call, repair=repair)
            raise
        return reply.value, replace(reply.call, repair=repair)


def expected_of_code(code: str, step: Step, shape: TableShape) -> Expectations:
    """What `code` may do for `step`. Of code that stands in for typed actions nothing is known:
    whoever put it there knows why."""
    if step.actions and code != compiled(step):
        return Expectations()
    return expected_of(step, shape)


def compiled(step: Step) -> str:
    """The exact code of a step's typed actions."""
    return "\n".join(action.code() for action in step.actions)
