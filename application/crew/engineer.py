"""The Engineer turns a step of the plan into code."""

from application.ports.language_model import Assignment, LanguageModel
from domain.actions.compile import compile_to_pandas
from domain.plan import ModelCall, Step


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
        reply = self._model.write(assignment)
        return reply.value, reply.call


def compiled(step: Step) -> str:
    """The exact code of a step's typed actions."""
    return "\n".join(compile_to_pandas(action) for action in step.actions)
