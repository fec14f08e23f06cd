"""What /docs is made of: FastAPI's document, with our problems in the place of its errors."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from interfaces.http.problem_responses import PROBLEM_SCHEMA, SCHEMA_NAME

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
                _without_framework_error(operation["responses"])
        return document

    return openapi


def _without_framework_error(responses: dict[str, Any]) -> None:
    """FastAPI announces its own 422 for every parameter; ours are announced where they occur."""
    if _FRAMEWORK_ERROR in str(responses.get("422")):
        del responses["422"]
