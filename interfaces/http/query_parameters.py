"""Every address takes the query parameters that it declares, and refuses others."""

from collections.abc import Iterator, Sequence
from typing import get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from domain.actions.nearest import nearest_names

GIVEN_AGAIN = "It takes one value, and is given more than once. Give it once."


# It waits for nothing, so it needs no thread.
async def known_parameters(connection: HTTPConnection) -> None:
    """A dependency of every route. Refuses a parameter that is not the route's, and one of a single
    value that is given again.

    The one is misspelt, and of the other only the last would count: without this, the answer would
    be taken for that to another question. Raises RequestValidationError.
    """
    given = connection.query_params
    if not given:
        return
    declared = dict(_declared(connection.scope["route"].dependant))
    known = sorted(declared)
    errors = [
        {"type": "extra_forbidden", "loc": ("query", name), "msg": _advice(name, known)}
        for name in given
        if name not in declared
    ]
    errors += [
        {"type": "given_again", "loc": ("query", name), "msg": GIVEN_AGAIN}
        for name in given
        if not declared.get(name, True) and len(given.getlist(name)) > 1
    ]
    if errors:
        raise RequestValidationError(errors)


def _declared(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Each parameter's name, and whether it takes several values."""
    for needed in dependant.dependencies:
        yield from _declared(needed)
    for field in dependant.query_params:
        question = field.field_info.annotation
        if isinstance(question, type) and issubclass(question, BaseModel):
            for name, part in question.model_fields.items():
                yield part.alias or name, _is_list(part.annotation)
        else:
            yield field.alias, _is_list(question)


def _is_list(annotation: object) -> bool:
    """Whether it is ``list[...]``, or that or None."""
    return any(get_origin(kind) is list for kind in (annotation, *get_args(annotation)))


def _advice(name: str, known: Sequence[str]) -> str:
    if not known:
        return "This address takes no query parameters. Leave it out."
    nearest = nearest_names(name, known)
    hint = f"Is '{nearest[0]}' meant?" if nearest else f"There are: {', '.join(known)}."
    return f"This address has no such query parameter. {hint}"
