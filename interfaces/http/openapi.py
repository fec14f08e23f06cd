"""What /docs is made of: FastAPI's document, with our problems in the place of its errors."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from interfaces.http.problem_kinds import INVALID_REQUEST
from interfaces.http.problem_responses import PROBLEM_SCHEMA, SCHEMA_NAME, documented

_FRAMEWORK_ERROR = "HTTPValidationError"
_FRAMEWORK_SCHEMAS = (_FRAMEWORK_ERROR, "ValidationError")


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A maker of the OpenAPI document of `app`."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for name in _FRAMEWORK_SCHEMAS:
            schemas.pop(name, None)
        schemas[SCHEMA_NAME] = dict(PROBLEM_SCHEMA)
        for operations in document["paths"].values():
            for operation in operations.values():
                _with_our_own_refusal(operation["responses"])
        return document

    return openapi


def _with_our_own_refusal(responses: dict[str, Any]) -> None:
    """FastAPI announces a 422 of its own where there are parameters. Ours comes everywhere: no
    address takes a query parameter that it does not declare."""
    announced = responses.get("422")
    if announced is None or _FRAMEWORK_ERROR in str(announced):
        responses["422"] = documented(INVALID_REQUEST)[422]
