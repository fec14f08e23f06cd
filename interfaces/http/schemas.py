"""The JSON documents of the API, as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from application.ports.read_models import (
    NodeView,
    SessionView,
    TranscriptEntry,
)
from domain.dataset import Compression, FileKind
from domain.table import ColumnType
from interfaces.http.addresses import node_links
from interfaces.http.text import OneLine

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
            links=node_links(view.session_id, view.node_id),
        )


class NodePage(Document):
    """The session tree: its nodes in the order in which they were made."""

    items: Sequence[NodeResource]
    next: UUID | None = Field(description="Pass it as `after` for the next page; null at the end.")


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
    correlation_id: UUID = Field(
        description="Shared by all that one request caused, or one task's worker."
    )
    causation_id: UUID | None = Field(
        description="The event that a worker went on from; null for what a request caused."
    )
    trace_id: str | None
    hash: str = Field(description="Chains it to the event before it, in hexadecimal.")
    payload: Mapping[str, Any] = Field(
        description="What happened, as this version reads it. What was erased reads `erased`."
    )


class EventPage(Document):
    """The session's events, in the order in which they were appended."""

    items: Sequence[EventResource]
    next: int | None = Field(description="Pass it as `after` for the next page; null at the end.")
