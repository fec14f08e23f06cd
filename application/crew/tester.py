"""The Tester judges a snippet before it is executed."""

from collections.abc import Sequence

from application.crew.engineer import compiled
from application.ports.language_model import LanguageModel, Submission
from domain.plan import ModelCall, Review
from domain.snippet_policy import violations


class Tester:
    """Static checks on all code, and the model's review of code that a model wrote."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    def review(
        self, submission: Submission, rejected: Sequence[str]
    ) -> tuple[Review, ModelCall | None]:
        """The review, and the model call that it took, if any. `rejected` is earlier code.

        Raises ModelUnavailable or ModelMisbehaved.
        """
        findings = _static_findings(submission.snippet, rejected)
        if findings:
            return Review(approved=False, findings=findings), None
        step = submission.step
        if step.actions and submission.snippet == compiled(step):
            return Review(approved=True), None
        reply = self._model.review(submission)
        return reply.value, reply.call


def _static_findings(snippet: str, rejected: Sequence[str]) -> tuple[str, ...]:
    try:
        found = tuple(str(violation) for violation in violations(snippet))
    except SyntaxError as error:
        return (f"Line {error.lineno} is not valid Python.",)
    if snippet in rejected:
        return (*found, "This is the code that was refused before; write another.")
    return found
