"""Uploads: giving a session its dataset."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from application.artifacts import file_digest
from application.unwritable_disks import told_if_unwritable
from domain.dataset import GivenOptions
from domain.session.decide import require_room_for_dataset
from domain.session.erasure import ERASED
from domain.session.events import DatasetUploaded
from interfaces.http.body_limit import file_too_large
from interfaces.http.dependencies import IdempotencyKey, OriginOf, ServiceOf, SessionId
from interfaces.http.idempotency import TaskRequest, requested_once, task_of
from interfaces.http.parsing import agrees, parse_of
from interfaces.http.problem_kinds import (
    DATASET_PRESENT,
    FILE_EMPTY,
    FILE_ENCRYPTED,
    FILE_MALFORMED,
    FILE_MISSING,
    FILE_NAME_INVALID,
    FILE_NOT_A_TABLE,
    FILE_TOO_LARGE,
    FILE_UNREADABLE,
    FILE_WRONG_EXTENSION,
    IDEMPOTENCY_KEY_REUSED,
    INVALID_REQUEST,
    MALFORMED_FORM,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.http.task_schemas import TaskResource
from interfaces.http.tasks import accepted
from interfaces.http.text import is_unprintable

FORM = "multipart/form-data"
FILE_NAME_CHARACTERS = 255
COPY_BYTES = 1024 * 1024
FORM_FIELDS = 10
AT_ONCE = 2
"""So many files are looked at at once: it takes a processor, and others want an answer soon."""

_REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A table: CSV or other delimited text, JSON, XLSX, "
                            "XLSM, XLSB, XLS, ODS, Parquet or Arrow, also packed by gzip, zstd or "
                            "ZIP. It needs a file name.",
                        },
                        "parse": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "How to read it, as JSON: what `POST …/reparse` takes. "
                            "What it leaves out is found out.",
                        },
                    },
                },
                "examples": {
                    "csv": {
                        "summary": "curl -F file=@penguins.csv …/uploads",
                        "value": {"file": "species;sex\nAdelie;male\n"},
                    }
                },
            }
        },
    }
}

router = APIRouter(prefix="/sessions/{session_id}", tags=["uploads"])


def require_room(
    session_id: SessionId, service: ServiceOf, idempotency_key: IdempotencyKey = None
) -> None:
    """Asked before the body is read: whether the session can take a file at all, or has taken it.

    Raises SessionUnknown, SessionIsClosed, SubjectErased, DatasetPresent.
    """
    state = service.handler.load(session_id).state
    if idempotency_key is None or not state.knows_task(task_of(session_id, idempotency_key)):
        require_room_for_dataset(state)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The form's file, and how it is to be read."""

    file: UploadFile
    given: GivenOptions


async def sent_form(
    request: Request, _admitted: Annotated[None, Depends(require_room)]
) -> AsyncIterator[Sent]:
    """What the form says; the file's temporary copy is gone when the request ends."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Refusal(
            UNSUPPORTED_MEDIA_TYPE,
            f"Send the file as {FORM}, in a field named 'file': curl -F file=@table.csv …",
        )
    try:
        with told_if_unwritable():
            form = await request.form(max_files=1, max_fields=FORM_FIELDS)
    except Refusal:
        raise
    except (HTTPException, UnicodeError) as error:
        reason = error.detail if isinstance(error, HTTPException) else "its text is not decodable"
        raise Refusal(
            MALFORMED_FORM,
            f"The form cannot be read: {reason.rstrip('.')}. {MALFORMED_FORM.advice}",
        ) from error
    try:
        sent = Sent(file=_file_of(form), given=_given_in(form))
        # Whoever waits here holds no thread, so that messages are taken in the meantime.
        async with request.app.state.uploads_at_once:
            yield sent
    finally:
        await form.close()


SentForm = Annotated[Sent, Depends(sent_form)]


@router.post(
    "/uploads",
    status_code=202,
    summary="Upload a file",
    openapi_extra=_REQUEST_BODY,
    responses=documented(
        MALFORMED_FORM,
        SESSION_UNKNOWN,
        DATASET_PRESENT,
        SESSION_CLOSED,
        SESSION_ERASED,
        FILE_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        FILE_NOT_A_TABLE,
        FILE_WRONG_EXTENSION,
        INVALID_REQUEST,
        IDEMPOTENCY_KEY_REUSED,
        FILE_MISSING,
        FILE_NAME_INVALID,
        FILE_EMPTY,
        FILE_MALFORMED,
        FILE_ENCRYPTED,
        FILE_UNREADABLE,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def upload(
    session_id: SessionId,
    sent: SentForm,
    service: ServiceOf,
    origin: OriginOf,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> TaskResource:
    """Keeps the exact bytes and answers with the task that reads them into node 0.

    The task's address is in `Location`. Messages may follow at once.
    """
    file_name = _file_name(sent.file.filename or "")
    with service.artifacts.workspace() as directory:
        source = directory / "upload"
        _copy(sent.file, source, service.max_upload_bytes)
        task_id = requested_once(
            service,
            session_id,
            idempotency_key,
            begin=lambda task_id: service.uploads.receive(
                session_id,
                source,
                file_name=file_name,
                given=sent.given,
                task_id=task_id,
                origin=origin,
            ),
            is_same=lambda earlier: _is_repeated(earlier, source, file_name, sent.given),
        )
    return accepted(service, task_id, response)


def _file_of(form: FormData) -> UploadFile:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Refusal(
            FILE_MISSING,
            "The form has no file in a field named 'file'. "
            "Send one with its file name: curl -F file=@table.csv …",
        )
    return file


def _given_in(form: FormData) -> GivenOptions:
    unknown = sorted(set(form) - {"file", "parse"})
    if unknown:
        raise Refusal(
            MALFORMED_FORM,
            f"The form has a field that nobody knows, {unknown[0]!r:.100}. Say in 'parse' "
            """how to read the file: curl -F file=@table.csv -F 'parse={"delimiter": ";"}' …""",
        )
    parse = form.get("parse")
    if isinstance(parse, UploadFile):
        raise Refusal(
            MALFORMED_FORM,
            "The form's field 'parse' is a file; send its JSON as text: "
            """curl -F file=@table.csv -F 'parse={"delimiter": ";"}' …""",
        )
    return parse_of(parse).given() if parse else GivenOptions()


def _file_name(sent: str) -> str:
    """The last part of the path that some clients send; the file is never stored under it."""
    name = PurePosixPath(sent.replace("\\", "/")).name.strip()
    if name in {"", ".", ".."}:
        raise Refusal(FILE_MISSING, "The file has no name. Send it with its file name.")
    if len(name) > FILE_NAME_CHARACTERS or is_unprintable(name):
        raise Refusal(
            FILE_NAME_INVALID,
            f"The file's name must be one line of at most {FILE_NAME_CHARACTERS} characters. "
            "Rename the file and send it again.",
        )
    return name


def _copy(file: UploadFile, destination: Path, limit: int) -> None:
    if file.size is None or file.size > limit:
        raise file_too_large(limit)
    with destination.open("xb") as writing:
        shutil.copyfileobj(file.file, writing, COPY_BYTES)


def _is_repeated(earlier: TaskRequest, source: Path, file_name: str, given: GivenOptions) -> bool:
    return (
        isinstance(earlier, DatasetUploaded)
        # Nobody knows after an erasure what it was called.
        and earlier.dataset.file_name in {file_name, ERASED}
        and earlier.dataset.file_digest == file_digest(source)
        and agrees(given, earlier.dataset.parse)
    )
