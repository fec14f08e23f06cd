"""How a server is asked to keep to a form, from the strictest way to none."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

_DROPPED = frozenset(
    {"default", "title", "description", "minLength", "minItems", "maxLength", "maxItems"}
)


class ResponseFormat(StrEnum):
    """What servers know: many no schema, some not even JSON."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    TEXT = "text"

    @property
    def weaker(self) -> "ResponseFormat":
        """The next that demands less of the server; of text, text."""
        order = list(ResponseFormat)
        return order[min(order.index(self) + 1, len(order) - 1)]


@dataclass(frozen=True, kw_only=True)
class Form:
    """The JSON object that a reply has to be."""

    name: str
    schema: Mapping[str, Any]

    @classmethod
    def of(cls, model: type[BaseModel], *, name: str) -> "Form":
        return cls(name=name, schema=_strict_object(model.model_json_schema()))

    def parameter(self, response_format: ResponseFormat) -> Mapping[str, Any] | None:
        """The request's ``response_format``, or None for text."""
        match response_format:
            case ResponseFormat.JSON_SCHEMA:
                wanted = {"name": self.name, "strict": True, "schema": self.schema}
                return {"type": "json_schema", "json_schema": wanted}
            case ResponseFormat.JSON_OBJECT:
                return {"type": "json_object"}
            case ResponseFormat.TEXT:
                return None


def _strict_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as strict servers accept it: no extra property, every property required.

    Strict servers refuse defaults and length limits; those are checked when the reply is read.
    Descriptions are in the prompt, for the servers that ignore a schema.
    """
    kept = {key: _strict(value) for key, value in schema.items() if key not in _DROPPED}
    # The names in these are no keywords: a property may well be called "title".
    for names in ("properties", "$defs"):
        if names in schema:
            kept[names] = {name: _strict(part) for name, part in schema[names].items()}
    if "properties" in schema:
        kept["required"] = list(schema["properties"])
        kept["additionalProperties"] = False
    return kept


def _strict(node: object) -> object:
    match node:
        case dict():
            return _strict_object(node)
        case list():
            return [_strict(part) for part in node]
        case _:
            return node
