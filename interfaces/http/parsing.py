"""How files are read: given by a person, reported by the reader, and asked for in another way."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from domain.dataset import GivenOptions, ParseOptions
from domain.session.events import DatasetUploaded
from domain.table import ColumnType
from interfaces.http.dependencies import (
    IdempotencyKey,
    NodeOf,
    OriginOf,
    ServiceOf,
    SessionId,
    SessionOf,
)
from interfaces.http.idempotency import TaskRequest, requested_once
from interfaces.http.json_members import require_members_once
from interfaces.http.parse_requests import ParseRequest
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
from interfaces.http.schemas import Document, ParseResource
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted
from interfaces.http.validation_advice import advice

router = APIRouter(prefix="/sessions/{session_id}", tags=["uploads"])


def parse_of(text: str) -> ParseRequest:
    """What the form's field `parse` says, as JSON. Raises RequestValidationError."""
    require_members_once(text)
    try:
        return ParseRequest.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(
            [
                {
                    **each,
                    "loc": ("body", "parse", *each["loc"]),
                    "msg": advice(each, each["loc"], ParseRequest),
                }
                for each in error.errors()
            ]
        ) from None


def agrees(given: GivenOptions, parse: ParseOptions) -> bool:
    """Whether a file that is read as `parse` says could have been given so."""
    expected = {
        "encoding": given.encoding,
        "delimiter": given.delimiter,
        "quote": given.quote,
        "escape": given.escape,
        "mend_letters": given.mend_letters,
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
    root_id = state.tree.path_to(node.node_id)[0].node_id
    reading = state.readings[root_id]
    return ReadingResource.model_validate(
        {"node_id": root_id, "parse": reading.dataset.parse, "report": reading.report}
    )


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
    body: ParseRequest,
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
    task_id = requested_once(
        service,
        session_id,
        idempotency_key,
        begin=lambda task_id: service.uploads.read_again(
            session_id, given=given, task_id=task_id, origin=origin
        ),
        is_same=lambda earlier: _is_repeated(earlier, given),
    )
    return accepted(service, task_id, response)


def _is_repeated(earlier: TaskRequest, given: GivenOptions) -> bool:
    return (
        isinstance(earlier, DatasetUploaded)
        and earlier.again
        and agrees(given, earlier.dataset.parse)
    )
