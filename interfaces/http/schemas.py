"""The JSON documents of the API, as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from application.ports.read_models import (
    NodeView,
    ProgressStep,
    ProposalStatus,
    SessionView,
    TaskKind,
    TaskStatus,
    TaskView,
    TranscriptEntry,
)
from application.task_phases import phase_of
from application.told_answers import pointing
from domain.dataset import Compression, FileKind
from domain.execution import AnswerKind
from domain.replay import Verdict
from domain.session.mode import Mode
from domain.table import ColumnType
from interfaces.http.text import OneLine, Prose

TITLE_CHARACTERS = 200
UNTITLED = "Untitled session"


class Document(BaseModel):
    """A response, built from the application's view of the same thing."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Request(BaseModel):
    """A request body. Members that nobody knows are refused: they are misspelt ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewSession(Request):
    """Opens a session."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"title": "Penguins of Palmer"},
                {
                    "title": "Penguins of Palmer",
                    "subject_id": "0197a3f1-9c1e-7b02-8d53-2a4f6b7c8d9e",
                },
            ]
        }
    )

    title: OneLine = Field(
        default=UNTITLED,
        max_length=TITLE_CHARACTERS,
        description="What people know the session by; one line.",
    )
    subject_id: UUID | None = Field(
        default=None,
        description="Whom the session is about, by a UUID of yours: all texts about them can be "
        "erased together. Without it, the session is a subject of its own.",
    )


class NewMessage(Request):
    """Says what should happen to the table."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"text": "drop rows with missing values in sex"},
                {"text": "fill missing body_mass_g with the median"},
                {"text": "drop rows where age is below 18", "mode": "propose"},
                {"text": "how many rows have no sex?", "mode": "ask"},
                {"text": "undo that"},
            ]
        }
    )

    text: Prose = Field(description="In plain words. GET /v1/info gives the greatest length.")
    mode: Mode = Field(
        default=Mode.AUTO,
        description="`auto` does it. `propose` works it out, and nothing changes before the "
        "proposal is approved. `ask` only answers: the table and the pointer stay, whatever "
        "the message asks for.",
    )


class Rollback(Request):
    """Moves the pointer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"node_id": "0197a3f2-41aa-7d90-b3a4-0d5d6c3c9f10"}]}
    )

    node_id: UUID = Field(description="The node that the next message is to build on.")


class NewBranch(Request):
    """Begins a branch."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"node_id": "0197a3f2-41aa-7d90-b3a4-0d5d6c3c9f10"}, {}]}
    )

    node_id: UUID | None = Field(
        default=None, description="Where it begins; without one, where the pointer is."
    )


class InterpretationResource(Document):
    """What a person said that cells mean."""

    types: dict[str, ColumnType]
    day_first: bool | None
    decimal: str | None
    missing: list[str] | None


class ParseResource(Document):
    """How the file's bytes are read as a table."""

    kind: FileKind
    compression: Compression | None = Field(description="What it is packed in.")
    member: str | None = Field(description="The file in a ZIP archive.")
    encoding: str | None = Field(description="Set for text.", examples=["utf-8"])
    delimiter: str | None = Field(
        description="Set for delimited text of more than one column.", examples=[";"]
    )
    quote: str = Field(description="Empty when quotes are plain characters.")
    escape: str = Field(description="Before a quote in a cell; empty when it is doubled.")
    mend_letters: bool = Field(description="Whether letters encoded twice are read as meant.")
    preamble_lines: int = Field(description="Lines before the header.")
    header_rows: int = Field(description="Rows that hold names.")
    footer_lines: int = Field(description="Lines after the last row.")
    sheet: str | None = Field(description="Set for workbooks.")
    interpretation: InterpretationResource


class DatasetResource(Document):
    """The uploaded file, kept as its exact bytes."""

    file_name: str = Field(examples=["penguins.csv"])
    file_digest: str = Field(description="SHA-256 of the bytes, in hexadecimal.")
    size_bytes: int
    parse: ParseResource


class SessionResource(Document):
    """A session: a conversation over the versions of one dataset."""

    session_id: UUID
    subject_id: UUID = Field(description="Whom its texts are about; they can be erased by it.")
    title: str = Field(examples=["Penguins of Palmer"])
    created_at: datetime
    updated_at: datetime
    version: int = Field(description="The version of its newest event.")
    pointer: UUID | None = Field(
        description="The node that the next message builds on; null until there is one."
    )
    dataset: DatasetResource | None
    sample_rows: int = Field(
        description="How many rows a language model may be shown; 0, and no cell, without consent."
    )
    closed: bool = Field(description="Whether nothing changes in it any more.")
    erased: bool = Field(description="Whether its texts were erased, and read as `erased`.")

    @classmethod
    def of(cls, view: SessionView) -> "SessionResource":
        """The document of `view`."""
        return cls.model_validate(view)


class SessionPage(Document):
    """Sessions, newest first."""

    items: Sequence[SessionResource]
    next: UUID | None = Field(description="Pass it as `after` for the next page; null at the end.")


class ErasedSubject(Document):
    """A subject whose personal data is gone."""

    subject_id: UUID
    sessions: Sequence[UUID] = Field(description="The sessions that were about them.")


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


class TaskList(Document):
    """The session's tasks, oldest first."""

    items: Sequence[TaskResource]


class HistoryEntry(Document):
    """One line of the session's history."""

    version: int = Field(description="The version of the event that it tells of.")
    at: datetime
    kind: str = Field(
        description="`upload`, `message`, `plan`, `snippet`, `review`, `execution`, `node`, "
        "`pointer`, `branch`, `answer`, `suggestions`, `proposal`, `approval`, `rejection`, "
        "`replay`, `cancellation`, `consent` or `failure`."
    )
    task_id: UUID | None
    body: Mapping[str, Any] = Field(description="The facts of that kind.")

    @classmethod
    def of(cls, entry: TranscriptEntry) -> "HistoryEntry":
        """The document of `entry`."""
        return cls.model_validate(entry)


class HistoryPage(Document):
    """History in the order of the log."""

    items: Sequence[HistoryEntry]
    next: int | None = Field(description="Pass it as `after` for the next page; null at the end.")


class ColumnResource(Document):
    """A column of a node's table."""

    name: str
    type: ColumnType
    nulls: int = Field(description="How many cells are missing.")
    distinct: int = Field(description="How many distinct values there are.")


class NodeResource(Document):
    """One immutable version of the table."""

    node_id: UUID
    session_id: UUID
    number: int = Field(description="Counts the session's nodes from 0, the file as read.")
    parent_id: UUID | None = Field(description="Null for node 0.")
    branch: str = Field(description="The line that it is on.", examples=["main", "branch-2"])
    branch_name: str | None = Field(
        description="What a person called that line.", examples=["without outliers"]
    )
    is_pointer: bool = Field(description="Whether the next message builds on it.")
    task_id: UUID = Field(description="The task that made it.")
    message: str | None = Field(description="What was asked for; null for node 0.")
    snippets: Sequence[str] = Field(
        description="The code that made it from its parent, as executed.",
        examples=[["df = df.dropna(subset=['sex'])"]],
    )
    created_at: datetime
    rows: int
    duplicate_rows: int
    columns: Sequence[ColumnResource] = Field(description="The schema.")
    table_digest: str = Field(description="Names the logical content, however it is stored.")
    links: Mapping[str, str]

    @classmethod
    def of(cls, view: NodeView, branch_names: Mapping[str, str]) -> "NodeResource":
        """The document of `view`, in a session with these names of branches."""
        shape = view.snapshot.shape
        return cls(
            node_id=view.node_id,
            session_id=view.session_id,
            number=view.number,
            parent_id=view.parent_id,
            branch=view.branch,
            branch_name=branch_names.get(view.branch),
            is_pointer=view.is_pointer,
            task_id=view.task_id,
            message=view.message,
            snippets=view.snippets,
            created_at=view.created_at,
            rows=shape.rows,
            duplicate_rows=shape.duplicate_rows,
            columns=[ColumnResource.model_validate(column) for column in shape.columns],
            table_digest=view.snapshot.table_digest,
            links=_node_links(view.session_id, view.node_id),
        )


class NodeList(Document):
    """The session tree: its nodes in the order in which they were made."""

    items: Sequence[NodeResource]


class RowPage(Document):
    """Some rows of a node's table, in order."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]] = Field(
        description="The cells of each row in the order of `columns`; null where one is missing.",
        examples=[[["Adelie", 39.1, None]]],
    )
    offset: int
    total: int = Field(
        description="How many rows there are to page through: all, or those that `where` chooses."
    )


class EventResource(Document):
    """An event as it stands in the log."""

    position: int | None = Field(
        description="Its place in the order of all sessions; null until that is final, moments "
        "after it was appended."
    )
    version: int = Field(description="Its place in the session, from 1.")
    type: str = Field(examples=["MessagePosted"])
    schema_version: int
    event_id: UUID
    recorded_at: datetime
    actor: str = Field(description="Who made it happen.")
    correlation_id: UUID
    causation_id: UUID | None
    trace_id: str | None
    hash: str = Field(description="Chains it to the event before it, in hexadecimal.")
    payload: Mapping[str, Any] = Field(
        description="What happened, as this version reads it. What was erased reads `erased`."
    )


class EventPage(Document):
    """The session's events, in the order in which they were appended."""

    items: Sequence[EventResource]
    next: int | None = Field(description="Pass it as `after` for the next page; null at the end.")


class Limits(Document):
    """The greatest sizes that this service takes."""

    upload_bytes: int
    columns: int
    message_characters: int
    title_characters: int
    waiting_messages: int = Field(description="How many messages of a session may wait at once.")
    rows_per_page: int


class Info(Document):
    """What this service is."""

    name: str = Field(examples=["datatrail"])
    version: str
    model: str = Field(description="The language model, as it is named in the log.")
    broker: str = Field(examples=["in-process", "rabbitmq"])
    storage: str = Field(examples=["local", "s3"])
    python: str
    limits: Limits


class Health(Document):
    """Says that the service answers, and which of its parts were asked."""

    status: str = Field(examples=["ok"])
    checks: Mapping[str, str] = Field(default_factory=dict, examples=[{"log": "ok"}])


class ProblemKindResource(Document):
    """A kind of problem."""

    type: str
    status: int
    title: str
    advice: str


class ProblemCatalogue(Document):
    """Every kind of problem that this API can answer with."""

    items: Sequence[ProblemKindResource]


def session_path(session_id: UUID) -> str:
    """The address of a session."""
    return f"/v1/sessions/{session_id}"


def task_path(task_id: UUID) -> str:
    """The address of a task."""
    return f"/v1/tasks/{task_id}"


def proposal_path(session_id: UUID, proposal_id: UUID) -> str:
    """The address of a proposal."""
    return f"{session_path(session_id)}/proposals/{proposal_id}"


def execution_path(task_id: UUID, number: int) -> str:
    """The address of an execution."""
    return f"{task_path(task_id)}/executions/{number}"


def _node_links(session_id: UUID, node_id: UUID) -> dict[str, str]:
    node = f"{session_path(session_id)}/nodes/{node_id}"
    return {
        "self": node,
        "rows": f"{node}/rows",
        "profile": f"{node}/profile",
        "export": f"{node}/export",
    }


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
        node = _node_links(view.session_id, view.node_id)
        links |= {"node": node["self"], "rows": node["rows"], "export": node["export"]}
    return links
