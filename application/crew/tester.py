"""The Tester judges a snippet before it is executed on the whole table."""

from collections.abc import Sequence

from application.crew.engineer import compiled
from application.ports.language_model import LanguageModel, Submission
from domain.lost_changes import lost_changes
from domain.plan import ModelCall, Review
from domain.snippet_identity import first_like
from domain.snippet_policy import InvalidSnippet, violations


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
        refusal = refused(submission.snippet, rejected, submission.shape.column_names)
        if refusal is not None:
            return refusal, None
        step = submission.step
        if step.actions and submission.snippet == compiled(step):
            return Review(approved=True), None
        reply = self._model.review(submission)
        return reply.value, reply.call


def refused(snippet: str, rejected: Sequence[str], columns: Sequence[str]) -> Review | None:
    """The refusal of code that need not be tried: reading it says what is wrong."""
    findings = _static_findings(snippet, rejected, columns)
    return Review(approved=False, findings=findings) if findings else None


def _static_findings(
    snippet: str, rejected: Sequence[str], columns: Sequence[str]
) -> tuple[str, ...]:
    try:
        found = tuple(f"Line {each.line}: {each.sentence}" for each in violations(snippet))
        # Not for the jail to refuse: what once ran, a replay runs again.
        found += lost_changes(snippet, columns)
    except InvalidSnippet as error:
        place = "The code" if error.line is None else f"Line {error.line}"
        return (f"{place} is not valid Python: {error.reason}.",)
    if first_like(snippet, rejected) is not None:
        return (*found, "This is the code that was refused before; write another.")
    return found
