"""Problems on the wire: ``application/problem+json``, and how /docs describes them."""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import quote

from fastapi.responses import JSONResponse
from starlette.requests import HTTPConnection

from interfaces.http.problem_kinds import ProblemKind
from interfaces.http.problems import Problem

MEDIA_TYPE = "application/problem+json"
SCHEMA_NAME = "Problem"
PROBLEM_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "title": SCHEMA_NAME,
    "description": "An RFC 9457 problem. Compare `type`; show `title` and `detail` to people.",
    "required": ["type", "title", "status", "detail", "instance", "correlation_id"],
    "properties": {
        "type": {"type": "string", "description": "Stable name of the kind of problem."},
        "title": {"type": "string", "description": "The kind of problem in a few words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What was wrong here, and what to do."},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "correlation_id": {
            "type": "string",
            "format": "uuid",
            "description": "Finds the request in the service's log.",
        },
    },
    "additionalProperties": True,
}


def problem_response(request: HTTPConnection, problem: Problem) -> JSONResponse:
    """The response that tells a client of `problem`."""
    headers = dict(problem.headers)
    if problem.kind.retry_after is not None:
        headers["Retry-After"] = str(problem.kind.retry_after)
    return JSONResponse(
        {
            "type": problem.kind.type,
            "title": problem.kind.title,
            "status": problem.kind.status,
            "detail": problem.detail,
            "instance": quote(request.scope["path"], errors="replace"),
            "correlation_id": str(request.state.origin.correlation_id),
            **problem.extensions,
        },
        status_code=problem.kind.status,
        headers=headers,
        media_type=MEDIA_TYPE,
    )


def documented(*kinds: ProblemKind) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses of an operation that can end in `kinds`, with an example of each."""
    by_status = sorted(kinds, key=lambda kind: kind.status)
    return {
        status: _documented_status(HTTPStatus(status), list(group))
        for status, group in groupby(by_status, key=lambda kind: kind.status)
    }


def _documented_status(status: HTTPStatus, kinds: list[ProblemKind]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": ". ".join(kind.title for kind in kinds) + ".",
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": f"#/components/schemas/{SCHEMA_NAME}"},
                "examples": {kind.slug: _example(kind, status) for kind in kinds},
            }
        },
    }
    if any(kind.retry_after for kind in kinds):
        described["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait before asking again.",
                "schema": {"type": "integer"},
            }
        }
    return described


def _example(kind: ProblemKind, status: HTTPStatus) -> dict[str, Any]:
    return {
        "summary": kind.title,
        "value": {
            "type": kind.type,
            "title": kind.title,
            "status": int(status),
            "detail": kind.advice,
            "instance": "/v1/…",
            "correlation_id": "01975e1c-5d4b-7c3a-9a51-6f0c1c0f2b11",
        },
    }
