"""Every address takes the query parameters that it declares, and refuses others."""

from collections.abc import Iterator, Sequence

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from domain.actions import nearest_names


# It waits for nothing, so it needs no thread.
async def known_parameters(connection: HTTPConnection) -> None:
    """A dependency of every route. Refuses a parameter that is not the route's.

    It is a misspelt one: without it, the answer would be taken for that to another question.
    Raises RequestValidationError.
    """
    given = connection.query_params
    if not given:
        return
    known = sorted(_declared(connection.scope["route"].dependant))
    unknown = [name for name in given if name not in known]
    if unknown:
        raise RequestValidationError(
            [
                {"type": "extra_forbidden", "loc": ("query", name), "msg": _advice(name, known)}
                for name in unknown
            ]
        )


def _declared(dependant: Dependant) -> Iterator[str]:
    for needed in dependant.dependencies:
        yield from _declared(needed)
    for field in dependant.query_params:
        question = field.field_info.annotation
        if isinstance(question, type) and issubclass(question, BaseModel):
            for name, part in question.model_fields.items():
                yield part.alias or name
        else:
            yield field.alias


def _advice(name: str, known: Sequence[str]) -> str:
    if not known:
        return "This address takes no query parameters. Leave it out."
    nearest = nearest_names(name, known)
    hint = f"Is '{nearest[0]}' meant?" if nearest else f"There are: {', '.join(known)}."
    return f"This address has no such query parameter. {hint}"
