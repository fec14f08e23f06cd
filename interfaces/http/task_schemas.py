"""The JSON documents of tasks: how far one is, and what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import Field

from application.ports.read_models import (
    ProgressStep,
    ProposalStatus,
    TaskKind,
    TaskStatus,
    TaskView,
)
from application.task_phases import phase_of
from application.told_answers import pointing
from domain.execution import AnswerKind
from domain.replay import Verdict
from interfaces.http.addresses import (
    execution_path,
    node_links,
    proposal_path,
    session_path,
    task_path,
)
from interfaces.http.schemas import Document


class DivergenceResource(Document):
    """The first step, as nodes were committed, that did not give the recorded table."""

    node_id: UUID
    version: int = Field(description="The version of the event that recorded the step.")
    step: int | None = Field(
        description="Counts from 0 within its turn; null for the reading of an upload."
    )
    verdict: Verdict = Field(
        description="`diverged` if it gave another table, `failed` if it gave none."
    )
    stored: bool = Field(description="Whether the stored table was there to compare with.")
    detail: str | None = Field(description="Why it gave none.")
    column: str | None = Field(description="The first column that differs.")
    row: int | None = Field(description="The first row in which it does, from 0.")
    what: str | None = Field(description="What differs.", examples=["has another cell"])


class OtherRuntimeResource(Document):
    """A part of what runs snippets that has another version now."""

    name: str = Field(examples=["pandas"])
    recorded: str
    now: str


class ReplayResource(Document):
    """What came of making every node again."""

    nodes: int
    steps: int = Field(description="How many readings and snippets made them.")
    reproduced: int = Field(description="How many nodes came out as recorded.")
    diverged: int
    unreadable: int = Field(description="Not judged, for what made them was erased.")
    missing: int = Field(description="Not judged, for what they were made of is not there.")
    why_missing: str | None
    from_stored: int = Field(
        description="Steps that were run on the stored table, as the one before diverged."
    )
    erased: bool = Field(description="Whether texts of the session were erased.")
    first_divergence: DivergenceResource | None
    other_runtimes: Sequence[OtherRuntimeResource]


class ProgressResource(Document):
    """A named step of a task's work."""

    name: str = Field(examples=["writing code"])
    number: int | None = Field(
        description="Which of the plan's steps it belongs to, from 1; of `replaying`, how many "
        "steps were made again."
    )
    of: int | None = Field(description="How many steps the plan, or the replay, has.")
    rows: int | None = Field(description="Of `running`, how many rows the table has.")
    started_at: datetime
    ended_at: datetime | None = Field(description="Null while it is in hand.")

    @classmethod
    def from_step(cls, step: ProgressStep) -> "ProgressResource":
        """The document of `step`."""
        return cls.model_validate(step)


class TableSizeResource(Document):
    """How large a table is."""

    rows: int
    columns: int


class AnswerResource(Document):
    """What a snippet left in `result` to answer a question."""

    kind: AnswerKind
    size_bytes: int
    table: TableSizeResource | None = Field(description="Null for a scalar or a chart.")


class ChoiceResource(Document):
    """One of the answers to a question back."""

    label: str = Field(examples=["Culmen Length (mm)"])
    message: str = Field(
        description="The message that says it in full.", examples=['drop "Culmen Length (mm)"']
    )


class TaskResource(Document):
    """A unit of work that goes on after the answer: reading a file, working on a message, doing
    what was approved, making every table again."""

    task_id: UUID
    session_id: UUID
    kind: TaskKind
    status: TaskStatus = Field(description="`succeeded`, `failed` and `cancelled` are final.")
    phase: str = Field(
        description="What it is doing, for a person to read.",
        examples=["Thinking", "Running on 1.2 M rows", "Done"],
    )
    version: int = Field(
        description="The version of the session's event that changed it last; a stream of it goes "
        "on after that."
    )
    steps: Sequence[ProgressResource] = Field(description="What was done so far, in order.")
    created_at: datetime
    updated_at: datetime
    node_id: UUID | None = Field(description="The node that it made or moved the pointer to.")
    answer: str | None = Field(
        description="What came of the message or the replay, for a person to read. In a list of "
        "tasks it only says that there is a value; the link `result` leads there.",
        examples=[
            "Done: Drop rows with a missing value in sex (rows 344 → 333). "
            "The table has 333 rows and 7 columns now.",
            "The mean of salary is 41,250.",
        ],
    )
    choices: Sequence[ChoiceResource] = Field(
        description="If it asked back: the answers that it knows. The next message may name one "
        "in any way, such as `the second`, or be the `message` of one."
    )
    result: AnswerResource | None = Field(
        description="What was computed to answer, if anything; the link `result` leads to it."
    )
    proposal: ProposalStatus | None = Field(
        description="Where the proposal stands that it ended with, if it did; the link `proposal` "
        "leads to it. The task itself is done: an approval is a task of its own."
    )
    replay: ReplayResource | None = Field(description="What came of a replay.")
    reason: str | None = Field(description="A stable word for why it failed, or `cancelled`.")
    detail: str | None = Field(description="Why it failed, and what to do.")
    links: Mapping[str, str] = Field(
        description="Where to look next.",
        examples=[{"self": "/v1/tasks/0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b55"}],
    )

    @classmethod
    def of(cls, view: TaskView) -> "TaskResource":
        """The document of `view`."""
        return cls(
            task_id=view.task_id,
            session_id=view.session_id,
            kind=view.kind,
            status=view.status,
            phase=phase_of(view),
            version=view.version,
            steps=[ProgressResource.from_step(step) for step in view.steps],
            created_at=view.created_at,
            updated_at=view.updated_at,
            node_id=view.node_id,
            answer=pointing(view.answer),
            choices=[ChoiceResource.model_validate(choice) for choice in view.choices],
            result=AnswerResource.model_validate(view.result.answer) if view.result else None,
            proposal=view.proposal,
            replay=None if view.replay is None else ReplayResource.model_validate(view.replay),
            reason=view.reason,
            detail=view.detail,
            links=_task_links(view),
        )


class TaskHistory(Document):
    """The task as it was after each event that changed it, oldest first; the last as it is now."""

    items: Sequence[TaskResource]


class TaskPage(Document):
    """The session's tasks, oldest first."""

    items: Sequence[TaskResource]
    next: UUID | None = Field(description="Pass it as `after` for the next page; null at the end.")


def _task_links(view: TaskView) -> dict[str, str]:
    links = {
        "self": task_path(view.task_id),
        "events": f"{task_path(view.task_id)}/events",
        "session": session_path(view.session_id),
    }
    if view.kind in {TaskKind.TURN, TaskKind.APPROVAL}:
        links["executions"] = f"{task_path(view.task_id)}/executions"
        links["disclosure"] = f"{task_path(view.task_id)}/disclosure"
    if view.result is not None:
        links["result"] = f"{execution_path(view.task_id, view.result.execution)}/answer"
    if view.proposal is not None:
        links["proposal"] = proposal_path(view.session_id, view.task_id)
    if view.node_id is not None:
        node = node_links(view.session_id, view.node_id)
        links |= {"node": node["self"], "rows": node["rows"], "export": node["export"]}
    return links
