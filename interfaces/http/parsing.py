"""How files are read: given by a person, reported by the reader, and asked for in another way."""

import codecs
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from domain.dataset import GivenOptions, Interpretation, ParseOptions
from domain.session.events import DatasetUploaded
from domain.session.state import Session
from domain.table import ColumnType
from interfaces.http.dependencies import (
    IdempotencyKey,
    NodeOf,
    OriginOf,
    ServiceOf,
    SessionId,
    SessionOf,
)
from interfaces.http.idempotency import earlier_request, key_reused, task_of
from interfaces.http.problem_kinds import (
    ARTIFACT_LOST,
    BODY_TOO_LARGE,
    DATASET_MISSING,
    FILE_EMPTY,
    FILE_ENCRYPTED,
    FILE_MALFORMED,
    FILE_NOT_A_TABLE,
    FILE_UNREADABLE,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_JSON,
    NODE_UNKNOWN,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
    WORK_UNFINISHED,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Document, ParseResource, Request, TaskResource
from interfaces.http.tasks import accepted
from interfaces.http.text import Prose, is_unprintable

LONGEST_DELIMITER = 20
MOST_LINES = 10**9
MOST_HEADER_ROWS = 20

router = APIRouter(prefix="/sessions/{session_id}", tags=["uploads"])


def _text_encoding(name: str) -> str:
    try:
        known = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        raise PydanticCustomError(
            "encoding_unknown", "is no text encoding; known are utf-8, cp1252, utf-16 and more"
        ) from None
    return known.name


def _one_line(mark: str) -> str:
    if any(character in "\r\n\0" for character in mark):
        raise PydanticCustomError("line_break", "must not hold a line break or NUL")
    return mark


def _visible(mark: str) -> str:
    if is_unprintable(mark) or mark.isspace():
        raise PydanticCustomError("unprintable", "must be a visible character, or empty")
    return mark


Mark = Annotated[str, Field(max_length=1), AfterValidator(_visible)]
Lines = Annotated[int, Field(ge=0, le=MOST_LINES)]


class Parse(Request):
    """How a file is to be read; what is left out or null is found out by looking at the file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"delimiter": ";", "decimal": ",", "day_first": True},
                {"sheet": "2024", "types": {"zip": "text"}},
            ]
        }
    )

    encoding: Annotated[str, AfterValidator(_text_encoding)] | None = Field(
        default=None, examples=["cp1252"]
    )
    delimiter: (
        Annotated[str, Field(max_length=LONGEST_DELIMITER), AfterValidator(_one_line)] | None
    ) = Field(default=None, description="Empty: each line is one cell.", examples=[";"])
    quote: Mark | None = Field(default=None, description="Empty: quotes are plain characters.")
    escape: Mark | None = Field(
        default=None, description="What stands before a quote in a cell. Empty: it is doubled."
    )
    preamble_lines: Lines | None = Field(default=None, description="Lines before the header.")
    header_rows: Annotated[int, Field(ge=0, le=MOST_HEADER_ROWS)] | None = Field(
        default=None, description="Rows that hold names; 0 when there is no header."
    )
    footer_lines: Lines | None = Field(
        default=None, description="Lines after the last row, such as totals and notes."
    )
    sheet: Prose | None = Field(default=None, description="Of a workbook.")
    member: Prose | None = Field(default=None, description="The file in a ZIP archive.")
    types: dict[Prose, ColumnType] = Field(
        default_factory=dict, description="Types of columns by name, instead of those found."
    )
    day_first: bool | None = Field(default=None, description="Whether 01/02 is in February.")
    decimal: Literal[".", ","] | None = Field(default=None, description="Before the fraction.")
    missing: list[Prose] | None = Field(
        default=None, description="The words that stand for missing values, and no others."
    )

    @model_validator(mode="after")
    def _marks_differ(self) -> "Parse":
        marks = [mark for mark in (self.delimiter, self.quote, self.escape) if mark]
        if len(set(marks)) < len(marks):
            raise PydanticCustomError(
                "same_mark", "delimiter, quote and escape must be different characters"
            )
        return self

    def given(self) -> GivenOptions:
        """The same, as the application takes it."""
        return GivenOptions(
            encoding=self.encoding,
            delimiter=self.delimiter,
            quote=self.quote,
            escape=self.escape,
            preamble_lines=self.preamble_lines,
            header_rows=self.header_rows,
            footer_lines=self.footer_lines,
            sheet=self.sheet,
            member=self.member,
            interpretation=Interpretation(
                types=self.types,
                day_first=self.day_first,
                decimal=self.decimal,
                missing=None if self.missing is None else tuple(self.missing),
            ),
        )


def parse_of(text: str) -> Parse:
    """What the form's field `parse` says, as JSON. Raises RequestValidationError."""
    try:
        return Parse.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(
            [{**each, "loc": ("body", "parse", *each["loc"])} for each in error.errors()]
        ) from None


def agrees(given: GivenOptions, parse: ParseOptions) -> bool:
    """Whether a file that is read as `parse` says could have been given so."""
    expected = {
        "encoding": given.encoding,
        "delimiter": given.delimiter,
        "quote": given.quote,
        "escape": given.escape,
        "preamble_lines": given.preamble_lines,
        "header_rows": given.header_rows,
        "footer_lines": given.footer_lines,
    }
    found = {name: getattr(parse, name) for name in expected}
    found["delimiter"] = parse.delimiter or ""
    return all(value in {None, found[name]} for name, value in expected.items())


class FindingResource(Document):
    """One choice that the reader made for the file."""

    what: str = Field(examples=["delimiter"])
    found: str = Field(examples=[";"])
    confidence: float = Field(ge=0, le=1)
    evidence: str


class RepairResource(Document):
    """Rows that were not as the rest, and were made so."""

    kind: str = Field(examples=["short_row"])
    rows: int
    lines: list[int] = Field(description="Lines of the file, from 1: the first of them.")
    message: str


class DoubtResource(Document):
    """What could also be otherwise, and how to have it so."""

    kind: str = Field(examples=["day_or_month"])
    names: list[str] = Field(description="Of the columns, sheets or files concerned.")
    message: str


class ColumnReadingResource(Document):
    """How the cells of a column were understood."""

    name: str
    type: ColumnType
    values: int
    missing: int
    missing_words: list[str]
    format: str | None
    unit: str | None = Field(description="Taken off every number.", examples=["%"])


class ReportResource(Document):
    """What was found in the file, repaired and doubted. It holds no cell."""

    rows: int
    findings: list[FindingResource]
    columns: list[ColumnReadingResource]
    repairs: list[RepairResource]
    doubts: list[DoubtResource]


class ReadingResource(Document):
    """How the file was read into a root node."""

    node_id: UUID = Field(description="The root that the node in the path comes from.")
    parse: ParseResource
    report: ReportResource | None = Field(description="null where none was recorded.")


@router.get(
    "/nodes/{node}/parse",
    summary="Read a parse report",
    responses=documented(SESSION_UNKNOWN, NODE_UNKNOWN, UNAVAILABLE),
)
def get_parse(session: SessionOf, node: NodeOf, service: ServiceOf) -> ReadingResource:
    """How the file was read into the node's root: what was found, repaired and doubted."""
    state = service.handler.load(session.session_id).state
    root_id = _root_of(state, node.node_id)
    reading = state.readings[root_id]
    return ReadingResource.model_validate(
        {"node_id": root_id, "parse": reading.dataset.parse, "report": reading.report}
    )


def _root_of(state: Session, node_id: UUID) -> UUID:
    node = state.tree.node(node_id)
    while node.parent_id is not None:
        node = state.tree.node(node.parent_id)
    return node.node_id


@router.post(
    "/reparse",
    status_code=202,
    summary="Read the file in another way",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        DATASET_MISSING,
        SESSION_CLOSED,
        SESSION_ERASED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        FILE_NOT_A_TABLE,
        INVALID_REQUEST,
        IDEMPOTENCY_KEY_REUSED,
        FILE_EMPTY,
        FILE_MALFORMED,
        FILE_ENCRYPTED,
        FILE_UNREADABLE,
        WORK_UNFINISHED,
        SESSION_BUSY,
        ARTIFACT_LOST,
        UNAVAILABLE,
    ),
)
def reparse(
    session_id: SessionId,
    body: Parse,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Answers with the task that reads the session's file anew, into another root node.

    What the body leaves out is found out anew. The pointer moves to the new root; the nodes that
    there are stay where they are.
    """
    given = body.given()
    task_id = task_of(session_id, idempotency_key) if idempotency_key else service.ids.new()
    earlier = earlier_request(service, session_id, task_id)
    if earlier is None:
        service.uploads.read_again(session_id, given=given, task_id=task_id, origin=origin)
    elif not (isinstance(earlier, DatasetUploaded) and _asked(earlier, given)):
        raise key_reused()
    return accepted(service, task_id, response)


def _asked(earlier: DatasetUploaded, given: GivenOptions) -> bool:
    return earlier.again and agrees(given, earlier.dataset.parse)
