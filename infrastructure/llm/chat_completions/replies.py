"""What a chat model may answer, and how its text becomes a plan, a snippet or a review.

Every reader takes a reply's text and raises MalformedReply when it is not usable.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from domain.actions import Action, RowEffect
from domain.plan import Choice, Intent, Plan, Review, Step, Topic
from domain.session.tree import SessionTree
from domain.stand_ins import StandIns
from domain.stand_ins_in_code import MisplacedStandIn
from infrastructure.llm.chat_completions.found_json import json_object_in, without_thoughts
from infrastructure.llm.chat_completions.malformed import MalformedReply
from infrastructure.llm.chat_completions.nodes import node_by_number
from infrastructure.llm.chat_completions.response_format import Form

_SHOWN_PROBLEMS = 8
# As many as a client may post itself; a model that repeats itself would keep a worker for hours.
_MOST_ACTIONS = 100
_FENCED = re.compile(r"^[ \t]*(```+|~~~+)[^\n`]*\n(.*?)^[ \t]*\1[ \t]*$", re.DOTALL | re.MULTILINE)

# Models often write null for an empty list.
_NullIsEmpty = BeforeValidator(lambda value: () if value is None else value)
_Text = Annotated[str, Field(min_length=1)]


_SAYING = frozenset({Intent.ANSWER, Intent.CLARIFY})
_ABOUT_NODES = frozenset(
    {Intent.TRANSFORM, Intent.UNDO, Intent.ROLLBACK, Intent.BRANCH, Intent.EXPLAIN}
)


class _Reply(BaseModel):
    # A misspelt parameter must not be ignored: "column" for "columns" would widen an action.
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepReply(_Reply):
    description: _Text
    actions: Annotated[tuple[Action, ...], _NullIsEmpty] = ()
    changes: tuple[str, ...] | None = None
    rows: RowEffect | None = None

    def as_step(self) -> Step:
        """The step. Actions say themselves what they change."""
        if self.actions:
            return Step(description=self.description, actions=self.actions)
        return Step(description=self.description, changes=self.changes, rows=self.rows)


class ChoiceReply(_Reply):
    label: _Text
    message: _Text


class PlanReply(_Reply):
    intent: Intent
    summary: _Text
    columns: Annotated[tuple[str, ...], _NullIsEmpty] = ()
    steps: Annotated[tuple[StepReply, ...], _NullIsEmpty] = ()
    reply: str | None = None
    node: int | None = None
    topic: Topic | None = None
    choices: Annotated[tuple[ChoiceReply, ...], _NullIsEmpty] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        transforms = self.intent is Intent.TRANSFORM
        if transforms and not self.steps:
            raise PydanticCustomError("no_steps", "intent transform needs at least one step")
        if not transforms and self.steps:
            raise PydanticCustomError("steps", "only intent transform has steps")
        if sum(max(1, len(step.actions)) for step in self.steps) > _MOST_ACTIONS:
            raise PydanticCustomError(
                "too_many", f"a plan has at most {_MOST_ACTIONS} steps and actions in all"
            )
        if self.intent in _SAYING and not (self.reply and self.reply.strip()):
            raise PydanticCustomError("no_reply", f"intent {self.intent.value} needs a reply")
        if self.intent is Intent.ROLLBACK and self.node is None:
            raise PydanticCustomError("no_node", "intent rollback needs a node")
        return self

    def as_plan(self, tree: SessionTree) -> Plan:
        """The plan. A reply beside work to be done is talk, and is left out.

        Raises MalformedReply if it is about a node that there is not.
        """
        asks = self.intent is Intent.CLARIFY
        return Plan(
            intent=self.intent,
            summary=self.summary,
            columns=self.columns,
            steps=tuple(step.as_step() for step in self.steps),
            reply=self.reply if self.intent in _SAYING else None,
            target=self._target(tree) if self.intent in _ABOUT_NODES else None,
            choices=tuple(Choice(label=c.label, message=c.message) for c in self.choices if asks),
            topic=self.topic if self.intent is Intent.EXPLAIN else None,
        )

    def _target(self, tree: SessionTree) -> UUID | None:
        if self.node is None:
            return None
        node = node_by_number(tree, self.node)
        if node is None:
            raise MalformedReply(
                "it was about a node that does not exist",
                f"There is no node {self.node}. Use a number from nodes, or null.",
            )
        return node.node_id


class ReviewReply(_Reply):
    approved: bool
    findings: Annotated[tuple[_Text, ...], _NullIsEmpty] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.approved and not self.findings:
            raise PydanticCustomError("no_findings", "a refusal needs at least one finding")
        return self


PLAN_FORM = Form.of(PlanReply, name="plan")
REVIEW_FORM = Form.of(ReviewReply, name="review")

R = TypeVar("R", bound=_Reply)


def read_plan(text: str, stand_ins: StandIns, *, tree: SessionTree) -> Plan:
    """The plan in the reply, by the real names; its nodes are those of the tree, by number."""
    return _validated(PlanReply, text, stand_ins).as_plan(tree)


def read_review(text: str, stand_ins: StandIns) -> Review:
    review = _validated(ReviewReply, text, stand_ins)
    return Review(approved=review.approved, findings=() if review.approved else review.findings)


def read_snippet(text: str, stand_ins: StandIns) -> str:
    """The Python code in the reply, by the real names; it must parse and speak of ``df``."""
    reply = without_thoughts(text)
    blocks = [match.group(2) for match in _FENCED.finditer(reply)]
    if len(blocks) > 1:
        raise MalformedReply("it held several code blocks", "Send one code block and no prose.")
    code = (blocks[0] if blocks else reply).strip("\n").rstrip()
    try:
        names = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f" (line {error.lineno}: {error.msg})" if isinstance(error, SyntaxError) else ""
        raise MalformedReply(
            "it was not Python code",
            f"The reply is not valid Python{where}. Send Python code only, no prose.",
        ) from None
    if "df" not in names:
        raise MalformedReply(
            "its code did nothing to the table", "The code must change or rebind df."
        )
    try:
        return stand_ins.meant_in_code(code)
    except MisplacedStandIn as misplaced:
        raise MalformedReply(
            "its code used a name that stands for another where it cannot", str(misplaced)
        ) from None


def _validated(model: type[R], text: str, stand_ins: StandIns) -> R:
    given = stand_ins.meant_in(json_object_in(text))
    try:
        reply = model.model_validate(given)
    except ValidationError as error:
        problems = [_line(found) for found in _telling(error.errors(include_input=False))]
    else:
        problems = [f"{where}: needs its kind" for where in _untagged(given, reply.model_dump())]
        if not problems:
            return reply
    listed = "\n".join(problems[:_SHOWN_PROBLEMS])
    raise MalformedReply("it did not have the form asked for", f"The JSON is wrong:\n{listed}")


def _telling(errors: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those of alternatives that the reply did not mean, told by `kind`."""
    other = {
        e["loc"][:-1] for e in errors if e["type"] == "literal_error" and e["loc"][-1] == "kind"
    }
    meant = [
        e
        for e in errors
        if not any(e["loc"][:depth] in other for depth in range(len(e["loc"]) + 1))
    ]
    return meant or list(errors)


def _line(error: ErrorDetails) -> str:
    return f"{'.'.join(str(part) for part in error['loc']) or 'the object'}: {error['msg']}"


def _untagged(given: object, read: object, where: str = "the object") -> Iterator[str]:
    """Where the reply left out a `kind`: what was meant would be a guess."""
    if isinstance(given, dict) and isinstance(read, dict):
        if "kind" in read and "kind" not in given:
            yield where
        for name, part in given.items():
            yield from _untagged(part, read.get(name), f"{where}.{name}")
    elif isinstance(given, list) and isinstance(read, list | tuple):
        for index, (part, read_part) in enumerate(zip(given, read, strict=True)):
            yield from _untagged(part, read_part, f"{where}[{index}]")
