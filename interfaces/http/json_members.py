"""JSON documents that say each thing once."""

import json
from collections.abc import Sequence
from contextlib import suppress

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.requests import HTTPConnection

from interfaces.http.query_parameters import GIVEN_AGAIN


def is_json(request: Request) -> bool:
    """Whether the request says that its body is JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type.startswith("application/") and media_type.endswith(("/json", "+json"))


async def members_once(connection: HTTPConnection) -> None:
    """A dependency of every route. Refuses a document in which a member is given again.

    Only the last would count, as of a query parameter. Where no document is taken, none is read: it
    may be a whole file that was to be sent as a form. Raises RequestValidationError.
    """
    if not isinstance(connection, Request) or connection.scope["route"].body_field is None:
        return
    if is_json(connection):
        require_members_once(await connection.body())


def require_members_once(document: bytes | str) -> None:
    """Raise RequestValidationError for an object that has a member twice, wherever it stands."""
    with suppress(ValueError, RecursionError):  # what is no JSON is refused by who needs it
        json.loads(document, object_pairs_hook=_each_once)


def _each_once(members: Sequence[tuple[str, object]]) -> None:
    seen: set[str] = set()
    for name, _ in members:
        if name in seen:
            error = {"type": "given_again", "loc": ("body", name), "msg": GIVEN_AGAIN}
            raise RequestValidationError([error])
        seen.add(name)
