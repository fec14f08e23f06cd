"""Turning exceptions into problems: the handlers that every app of ours is given."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import compile_path

from interfaces.http.json_members import is_json
from interfaces.http.problem_kinds import (
    BAD_REQUEST,
    EXECUTION_UNKNOWN,
    INVALID_REQUEST,
    MALFORMED_JSON,
    METHOD_NOT_ALLOWED,
    NODE_UNKNOWN,
    PROPOSAL_UNKNOWN,
    ROUTE_UNKNOWN,
    SESSION_UNKNOWN,
    SUBJECT_UNKNOWN,
    TASK_UNKNOWN,
    UNSUPPORTED_MEDIA_TYPE,
    ProblemKind,
)
from interfaces.http.problem_responses import problem_response
from interfaces.http.problems import KINDS, Problem, Refusal, problem_of
from interfaces.http.validation_advice import advice

logger = logging.getLogger(__name__)

SHOWN_ERRORS = 20
SHOWN_NAME = 100

_BY_STATUS: Mapping[int, ProblemKind] = {404: ROUTE_UNKNOWN, 405: METHOD_NOT_ALLOWED}
_BY_PATH_PARAMETER: Mapping[str, ProblemKind] = {
    "session_id": SESSION_UNKNOWN,
    "subject_id": SUBJECT_UNKNOWN,
    "task_id": TASK_UNKNOWN,
    "node": NODE_UNKNOWN,
    "proposal_id": PROPOSAL_UNKNOWN,
    "number": EXECUTION_UNKNOWN,
}


def install(app: FastAPI) -> None:
    """Make `app` answer every exception that it knows as a problem, and sockets where none is.

    To be called when `app` has its routes.
    """
    for error_class in (*KINDS, Refusal):
        app.add_exception_handler(error_class, _known)
    app.add_exception_handler(HTTPException, _from_framework)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)
    # Starlette would close such a socket, which tells its client nothing but 403.
    app.add_api_websocket_route("/{address:path}", _no_socket)


async def _no_socket(_: WebSocket) -> None:
    raise Refusal(ROUTE_UNKNOWN, f"No WebSocket is taken here. {ROUTE_UNKNOWN.advice}")


def _known(request: Request, error: Exception) -> JSONResponse:
    problem = problem_of(error)
    if problem.kind.status >= 500:
        _log_failure(error, problem, str(request.state.origin.correlation_id))
    return problem_response(request, problem)


def _log_failure(error: Exception, problem: Problem, correlation_id: str) -> None:
    more: dict[str, Any] = {"correlation_id": correlation_id}
    if problem.kind.retry_after is None:
        logger.error("request not served", exc_info=error, extra=more)
    else:
        # Of an outage there may be many a second, and where each was met says nothing.
        logger.warning("request not served", extra={**more, "outage": str(error)})


def _from_framework(request: Request, error: Exception) -> Response:
    """What Starlette and FastAPI refuse by themselves: unknown routes, methods, broken bodies."""
    if not isinstance(error, HTTPException):
        raise error
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        # FastAPI's word for a document that its parser gives up on.
        kind = MALFORMED_JSON if error.__cause__ else BAD_REQUEST
    detail = _why_unread(error.__cause__) if kind is MALFORMED_JSON else kind.advice
    headers = dict(error.headers or {})
    if kind is METHOD_NOT_ALLOWED:
        # Starlette names the methods of the first route that fits the path, not of all of them.
        headers["Allow"] = ", ".join(_methods(request))
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    return problem_response(request, Problem(kind=kind, detail=detail, headers=headers))


def _why_unread(error: BaseException | None) -> str:
    """What the parser met that is no error of syntax."""
    if isinstance(error, RecursionError):
        return "The document is nested too deeply."
    if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
        return "The document holds a whole number of too many digits."
    return MALFORMED_JSON.advice


def _methods(request: Request) -> Sequence[str]:
    paths: Mapping[str, Mapping[str, object]] = request.app.openapi()["paths"]
    methods = {
        method.upper()
        for template, operations in paths.items()
        if compile_path(template)[0].fullmatch(request.scope["path"])
        for method in operations
    }
    # What is not described is a page for people.
    methods = methods or {"GET"}
    return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()))


def _gone(request: Request, _error: Exception) -> JSONResponse:
    """The client hung up while it was sending; nobody reads this answer."""
    logger.info("client disconnected", extra={"path": request.scope["path"]})
    return problem_response(request, Problem(kind=BAD_REQUEST, detail="The body ended too early."))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    return problem_response(request, _problem_of_validation(request, error.errors()))


def _problem_of_validation(request: Request, errors: Sequence[Mapping[str, Any]]) -> Problem:
    for each in errors:
        where = each["loc"]
        if where[0] == "path":
            kind = _BY_PATH_PARAMETER.get(str(where[1]), ROUTE_UNKNOWN)
            return Problem(kind=kind, detail=f"The address names it in a wrong form. {kind.advice}")
        if each["type"] == "json_invalid":
            # Some of the parser's sentences end where its own position would follow.
            why = each["ctx"]["error"].removesuffix(" at")
            is_whole = isinstance(where[1], int)
            what = "The body" if is_whole else f"The form's field '{where[1]}'"
            at = f" at character {where[1]}" if is_whole else ""
            return Problem(kind=MALFORMED_JSON, detail=f"{what} is not JSON: {why}{at}.")
        if where == ("body",) and not is_json(request):
            return Problem(
                kind=UNSUPPORTED_MEDIA_TYPE,
                detail="Send a JSON document with the header 'Content-Type: application/json'.",
            )
    document = _document(request)
    shown = [_shown(each, document) for each in errors[:SHOWN_ERRORS]]
    first = shown[0]
    return Problem(
        kind=INVALID_REQUEST,
        detail=f"{first['field'] or 'The ' + first['in']}: {first['detail']}",
        extensions={"errors": shown},
    )


def _document(request: Request) -> object:
    """The type of the body that is asked for; None where it is none of ours."""
    body = request.scope["route"].dependant.body_params
    return body[0].field_info.annotation if len(body) == 1 else None


def _shown(error: Mapping[str, Any], document: object) -> dict[str, str]:
    """Where and why, without the value: it may be anything, and is the client's already."""
    source, *names = error["loc"]
    is_document = source == "body" and document is not None
    why = advice(error, names, document) if is_document else str(error["msg"])
    return {
        "in": str(source),
        "field": ".".join(str(name) for name in names)[:SHOWN_NAME],
        "detail": why,
    }
