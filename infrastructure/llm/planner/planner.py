"""The built-in planner: a grammar in the place of a language model, which needs no key."""

import hashlib
import json
import time
from collections.abc import Mapping

from application.ports.language_model import (
    Assignment,
    Briefing,
    ModelMisbehaved,
    Reply,
    Submission,
)
from domain.actions import InvalidAction, check_in_turn
from domain.plan import ModelCall, Plan, Review
from domain.snippet_policy import InvalidSnippet, violations
from domain.table import TableShape
from infrastructure.llm.planner.conversation.dialogue import plan_message


class BuiltInPlanner:
    """Offline. It sees the table's names, types and counts, and no cell.

    Where a message has a value without its column, it asks the table in which column that stands.
    """

    @property
    def name(self) -> str:
        return "built-in planner"

    def plan(self, briefing: Briefing) -> Reply[Plan]:
        """Understand the whole message, or ask back."""
        started = time.perf_counter()
        plan = plan_message(briefing)
        question = {
            "task": "plan",
            "message": briefing.message,
            "can_undo": briefing.can_undo,
            "can_redo": briefing.can_redo,
            "conversation": [[each.message, each.reply] for each in briefing.exchanges],
        }
        return Reply(value=plan, call=self._call(question, briefing.shape, started))

    def write(self, assignment: Assignment) -> Reply[str]:
        """Compile the step's actions. Raises ModelMisbehaved for a step without any."""
        started = time.perf_counter()
        if not assignment.step.actions:
            raise ModelMisbehaved(
                "The built-in planner writes no code of its own; it takes a language model."
            )
        snippet = "\n".join(action.code() for action in assignment.step.actions)
        question = {"task": "write", "step": assignment.step.description}
        return Reply(value=snippet, call=self._call(question, assignment.shape, started))

    def review(self, submission: Submission) -> Reply[Review]:
        """Check the code against the policy and the step's actions against the table."""
        started = time.perf_counter()
        findings = (*_policy_findings(submission.snippet), *_step_findings(submission))
        question = {
            "task": "review",
            "step": submission.step.description,
            "snippet": submission.snippet,
        }
        review = Review(approved=not findings, findings=findings)
        return Reply(value=review, call=self._call(question, submission.shape, started))

    def check(self) -> None:
        """Always there."""

    def _call(self, question: Mapping[str, object], shape: TableShape, started: float) -> ModelCall:
        """The record of a call: what was looked at, in a canonical rendering."""
        seen = {
            **question,
            "rows": shape.rows,
            "columns": [[c.name, c.type.value, c.nulls, c.distinct] for c in shape.columns],
        }
        # ASCII, so that a message with half a surrogate pair has bytes as well.
        prompt = json.dumps(seen, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
        return ModelCall(
            model=self.name,
            prompt_digest=hashlib.sha256(prompt).hexdigest(),
            prompt_bytes=len(prompt),
            disclosed_columns=shape.column_names,
            latency_seconds=time.perf_counter() - started,
            attempts=0,
        )


def _policy_findings(snippet: str) -> tuple[str, ...]:
    try:
        return tuple(f"Line {found.line}: {found.sentence}" for found in violations(snippet))
    except InvalidSnippet as error:
        where = "" if error.line is None else f" at line {error.line}"
        return (f"The snippet is not valid Python{where}.",)


def _step_findings(submission: Submission) -> tuple[str, ...]:
    try:
        check_in_turn(submission.step.actions, submission.shape)
    except InvalidAction as error:
        return (str(error),)
    return ()
