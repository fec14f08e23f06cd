"""Executions of snippets: what each took, printed and answered.

What a snippet printed or answered was written by code that nobody trusts: it is given as plain text
or JSON that no browser runs.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from application.outcomes import fetch_answer, fetch_model, fetch_printed
from application.ports.read_models import ExecutionView
from application.ports.tables import ExportFormat
from domain.execution import AnswerKind, Printed, StoredAnswer
from domain.session.events import Snapshot
from interfaces.http.addresses import execution_path
from interfaces.http.dependencies import ServiceOf, TaskId
from interfaces.http.downloads import (
    EXPORTED,
    Download,
    ExportTarget,
    content_disposition,
    export_name,
    table_download,
)
from interfaces.http.execution_schemas import (
    AnswerDocument,
    ExecutionList,
    ExecutionResource,
    answer_links,
)
from interfaces.http.problem_kinds import (
    ANSWER_NOT_A_MODEL,
    ANSWER_NOT_A_TABLE,
    ANSWER_UNKNOWN,
    ARTIFACT_LOST,
    EXECUTION_UNKNOWN,
    INVALID_REQUEST,
    TASK_UNKNOWN,
    TOO_LARGE_FOR_FORMAT,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.row_questions import RowQuestion, row_page
from interfaces.http.schemas import RowPage
from interfaces.http.tasks import existing_task
from interfaces.service import Service

INERT = {"Content-Security-Policy": "default-src 'none'; sandbox"}
EXECUTION_KINDS = (TASK_UNKNOWN, EXECUTION_UNKNOWN, UNAVAILABLE)
ANSWER_KINDS = (*EXECUTION_KINDS, ANSWER_UNKNOWN, ARTIFACT_LOST)
TABLE_KINDS = (*ANSWER_KINDS, ANSWER_NOT_A_TABLE, INVALID_REQUEST)
MOST_EXECUTIONS = 2**31

router = APIRouter(prefix="/tasks/{task_id}/executions", tags=["tasks"])


def existing_execution(
    task_id: TaskId,
    number: Annotated[
        int, Path(ge=1, le=MOST_EXECUTIONS, description="Which of the task's executions, from 1.")
    ],
    service: ServiceOf,
) -> ExecutionView:
    """The execution in the path, of the task in the path. Refuses one that is unknown."""
    existing_task(service, task_id)
    views = service.read_models.executions(task_id)
    if number > len(views):
        raise Refusal(
            EXECUTION_UNKNOWN,
            f"There is no number {number}: executions of the task until now: {len(views)}.",
        )
    return views[number - 1]


ExecutionOf = Annotated[ExecutionView, Depends(existing_execution)]


def existing_answer(execution: ExecutionOf) -> StoredAnswer:
    """What the snippet left in ``result``. Refuses an execution that has no answer."""
    if execution.answer is None:
        raise Refusal(
            ANSWER_UNKNOWN,
            f"This snippet left no answer in result. {execution.detail or ''}".rstrip(),
        )
    return execution.answer


AnswerOf = Annotated[StoredAnswer, Depends(existing_answer)]


def answered_table(answer: AnswerOf, service: ServiceOf) -> Snapshot:
    """The table that answers. Refuses an answer of another kind."""
    if answer.kind is not AnswerKind.TABLE:
        raise Refusal(
            ANSWER_NOT_A_TABLE, f"The answer is a {answer.kind} and no table; read it as it is."
        )
    return service.snapshots.at(answer.address)


AnsweredTable = Annotated[Snapshot, Depends(answered_table)]


@router.get(
    "",
    summary="List a task's executions",
    responses=documented(TASK_UNKNOWN, UNAVAILABLE),
)
def list_executions(task_id: TaskId, service: ServiceOf) -> ExecutionList:
    """Every execution of a snippet for the task: how it ended, what it took, the tables' sizes."""
    existing_task(service, task_id)
    views = service.read_models.executions(task_id)
    return ExecutionList(items=[ExecutionResource.of(task_id, view) for view in views])


@router.get("/{number}", summary="Look at an execution", responses=documented(*EXECUTION_KINDS))
def get_execution(task_id: TaskId, execution: ExecutionOf) -> ExecutionResource:
    """How it ended, what it took, and what it left."""
    return ExecutionResource.of(task_id, execution)


@router.get(
    "/{number}/stdout",
    summary="Read what a snippet printed",
    response_class=PlainTextResponse,
    responses=documented(*EXECUTION_KINDS, ARTIFACT_LOST),
)
def get_stdout(execution: ExecutionOf, service: ServiceOf) -> PlainTextResponse:
    """The beginning of its standard output; empty if it printed nothing.

    Bytes that are no UTF-8 come as U+FFFD. Control characters come as they are.
    """
    return _text(service, execution.stdout)


@router.get(
    "/{number}/stderr",
    summary="Read a snippet's warnings",
    response_class=PlainTextResponse,
    responses=documented(*EXECUTION_KINDS, ARTIFACT_LOST),
)
def get_stderr(execution: ExecutionOf, service: ServiceOf) -> PlainTextResponse:
    """The beginning of its standard error, as for standard output."""
    return _text(service, execution.stderr)


@router.get(
    "/{number}/answer",
    summary="Read an answer",
    response_model=AnswerDocument,
    responses=documented(*ANSWER_KINDS),
)
def get_answer(
    task_id: TaskId, execution: ExecutionOf, answer: AnswerOf, service: ServiceOf
) -> Response:
    """What the snippet left in `result`: a scalar, a chart, the scores of a model, or where the
    rows of a table are."""
    value = _value(service, answer)
    size = answer.table
    rest = {
        "kind": answer.kind,
        "table": size and {"rows": size.rows, "columns": size.columns},
        "code": execution.code,
        "address": answer.address,
        "links": {
            **answer_links(task_id, execution.number, answer),
            "execution": execution_path(task_id, execution.number),
        },
    }
    # As it was left: JSON of any depth, and numbers that Python would write otherwise.
    body = bytes(JSONResponse(rest).body).removesuffix(b"}") + b',"value":' + value + b"}"
    return Response(body, media_type="application/json", headers=INERT)


@router.get(
    "/{number}/answer/rows",
    summary="Read rows of an answer",
    response_model=RowPage,
    responses=documented(*TABLE_KINDS),
)
def get_answer_rows(
    table: AnsweredTable, service: ServiceOf, question: Annotated[RowQuestion, Query()]
) -> Response:
    """Rows of an answer that is a table, as those of a node."""
    return row_page(service.snapshots, table, question)


@router.get(
    "/{number}/answer/export",
    status_code=200,
    summary="Export an answer",
    response_class=Download,
    responses={**EXPORTED, **documented(*TABLE_KINDS, TOO_LARGE_FOR_FORMAT)},
)
def export_answer(
    execution: ExecutionOf,
    table: AnsweredTable,
    service: ServiceOf,
    target: ExportTarget = ExportFormat.CSV,
) -> Download:
    """The whole table that answers, as a file."""
    name = export_name("answer", execution.number, target)
    return table_download(service, table, target, name)


@router.get(
    "/{number}/answer/model",
    summary="Download a model",
    response_class=Response,
    responses=documented(*ANSWER_KINDS, ANSWER_NOT_A_MODEL),
)
def download_model(execution: ExecutionOf, answer: AnswerOf, service: ServiceOf) -> Response:
    """The fitted model, as a file of `skops`: read it with `skops.io.load`, having looked at what
    `skops.io.get_untrusted_types` names. Code that nobody trusts wrote it."""
    if answer.kind is not AnswerKind.MODEL:
        raise Refusal(ANSWER_NOT_A_MODEL, f"The answer is a {answer.kind} and no model.")
    _, model = fetch_model(service.artifacts, answer)
    disposition = content_disposition(f"model-{execution.number}.skops")
    return Response(
        model,
        media_type="application/octet-stream",
        headers={**INERT, "Content-Disposition": disposition},
    )


def _value(service: Service, answer: StoredAnswer) -> bytes:
    """The JSON of what is shown of an answer in itself."""
    match answer.kind:
        case AnswerKind.TABLE:
            return b"null"
        case AnswerKind.MODEL:
            return fetch_model(service.artifacts, answer)[0]
        case _:
            return fetch_answer(service.artifacts, answer)


def _text(service: Service, printed: Printed | None) -> PlainTextResponse:
    kept = b"" if printed is None else fetch_printed(service.artifacts, printed)
    return PlainTextResponse(kept.decode(errors="replace"), headers=INERT)
