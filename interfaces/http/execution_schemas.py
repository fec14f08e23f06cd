"""The JSON documents of executions: what snippets took, printed and answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from application.ports.read_models import ExecutionView
from domain.assertions import AssertionName
from domain.execution import AnswerKind, StoredAnswer
from interfaces.http.addresses import execution_path
from interfaces.http.schemas import Document
from interfaces.http.task_schemas import AnswerResource, TableSizeResource


class UsageResource(Document):
    """What an execution took. Null is what an earlier version did not record."""

    wall_seconds: float = Field(description="On the clock.")
    cpu_seconds: float | None = Field(description="Of processor time.")
    peak_memory_bytes: int | None = Field(description="What its imports took is part.")


class PrintedResource(Document):
    """How much was printed to a stream, and how much of its beginning was kept."""

    size_bytes: int
    kept_bytes: int


class AssertionResource(Document):
    """Something that was to hold of the difference that a snippet made, and what was found."""

    name: AssertionName = Field(
        description="What it is about.", examples=[AssertionName.ROWS_KEPT.value]
    )
    column: str | None = Field(
        description="Those of columns that held stand together, without a column; then `expected` "
        "and `found` count columns."
    )
    held: bool
    expected: int | str = Field(description="A count, or a type of column.", examples=[344])
    found: int | str = Field(examples=[344])


class ExecutionResource(Document):
    """An execution of a snippet, alone in a jail."""

    number: int = Field(description="Counts the task's executions from 1.")
    step: int = Field(description="Which of the plan's steps, from 0.")
    attempt: int = Field(description="The how manyeth code of that step, from 1.")
    code: str = Field(examples=["df = df.dropna()\nresult = len(df)"])
    ended_at: datetime
    outcome: str = Field(
        description="`ok`, `policy`, `syntax`, `error`, `timeout`, `cpu`, `memory`, "
        "`output_too_large`, `processes`, `crashed`, `cancelled`, or `refused`: it did what its "
        "step may not do.",
        examples=["ok"],
    )
    detail: str | None = Field(
        description="What went wrong, where, and what to do; or why what the snippet left in "
        "`result` could not be kept, or not as it was."
    )
    exception: str | None = Field(description="The exception's name.", examples=["KeyError"])
    line: int | None = Field(description="The line of the snippet that failed, from 1.")
    usage: UsageResource
    before: TableSizeResource | None = Field(description="The table that it was given.")
    after: TableSizeResource | None = Field(description="The one it left; null if it failed.")
    changed_cells: int | None = Field(
        description="How many cells became others, of columns that both tables have; null where "
        "rows went, came or moved."
    )
    runtime: Mapping[str, str] = Field(
        description="What ran it.", examples=[{"python": "3.11.7", "pandas": "3.1.1"}]
    )
    stdout: PrintedResource | None = Field(description="Null if nothing was printed.")
    stderr: PrintedResource | None
    answer: AnswerResource | None = Field(description="What it left in `result`, if anything.")
    on_sample: bool = Field(description="It was tried on a sample, and went no further.")
    assertions: Sequence[AssertionResource] = Field(
        description="What was to hold of the difference that it made."
    )
    sample_assertions: Sequence[AssertionResource] = Field(
        description="The same of the sample that it was tried on before, if it was."
    )
    links: Mapping[str, str]

    @classmethod
    def of(cls, task_id: UUID, view: ExecutionView) -> "ExecutionResource":
        """The document of `view`."""
        facts = {name: getattr(view, name) for name in cls.model_fields if name != "links"}
        return cls.model_validate({**facts, "links": _links(task_id, view)})


class ExecutionList(Document):
    """The executions of a task, in order."""

    items: Sequence[ExecutionResource]


class AnswerDocument(Document):
    """What a snippet left in `result`. Code that nobody trusts wrote it: do not run any part."""

    kind: AnswerKind
    value: Any = Field(
        description="Of a scalar, its `type` (`integer`, `number`, `text`, `boolean`, `moment`, …, "
        "`missing`) and `value`, which is text where JSON would lose digits. Of a chart, the "
        "Vega-Lite specification, with its data. Of a model, its `scores` and the `importance` of "
        "columns, numbers by name. Null for a table.",
        examples=[{"type": "integer", "value": 333}],
    )
    table: TableSizeResource | None = Field(description="The size of a table.")
    code: str = Field(
        description="The snippet that computed it.", examples=["result = df['salary'].mean()"]
    )
    address: str = Field(
        description="What the log names it by: a digest, salted where it is no table.",
        examples=["answer:" + "0" * 64],
    )
    links: Mapping[str, str] = Field(
        description="Where its execution is, and the rows of a table, or the model."
    )


def answer_links(task_id: UUID, number: int, answer: StoredAnswer) -> dict[str, str]:
    """Where an answer is, the rows of one that is a table, and the file of a model."""
    path = f"{execution_path(task_id, number)}/answer"
    match answer.kind:
        case AnswerKind.TABLE:
            return {"answer": path, "rows": f"{path}/rows", "export": f"{path}/export"}
        case AnswerKind.MODEL:
            return {"answer": path, "model": f"{path}/model"}
        case _:
            return {"answer": path}


def _links(task_id: UUID, view: ExecutionView) -> dict[str, str]:
    path = execution_path(task_id, view.number)
    links = {"self": path, "stdout": f"{path}/stdout", "stderr": f"{path}/stderr"}
    if view.answer is not None:
        links |= answer_links(task_id, view.number, view.answer)
    return links
