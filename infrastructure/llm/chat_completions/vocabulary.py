"""The typed actions in a few lines each, as a model reads them; derived, so never out of step."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from domain.actions import Action

_TYPES = {"string": "text", "boolean": "true|false", "null": "null"}


@cache
def vocabulary() -> str:
    """Every action with its parameters, their defaults, and what it does; then what they hold."""
    schema = TypeAdapter(Action).json_schema()
    definitions: Mapping[str, Any] = schema["$defs"]
    actions = [_referred(option) for option in schema["anyOf"]]
    parts = [name for name in definitions if name not in actions]
    return "\n".join(
        [
            "Actions:",
            *(line for name in actions for line in _entry("-", definitions[name])),
            "Parts of actions:",
            *(line for name in parts for line in _entry(f"- {name}", definitions[name])),
        ]
    )


def _entry(head: str, definition: Mapping[str, Any]) -> Iterator[str]:
    required = definition.get("required", ())
    members = ", ".join(
        f'"{name}": {_type(member)}' + _default(name, member, required)
        for name, member in definition["properties"].items()
    )
    yield f"{head} {{{members}}}"
    yield f"  {' '.join(definition['description'].split())}"


def _type(member: Mapping[str, Any]) -> str:
    if "$ref" in member:
        return _referred(member)
    if "const" in member:
        return json.dumps(member["const"])
    if "enum" in member:
        return "|".join(json.dumps(value) for value in member["enum"])
    if "anyOf" in member:
        return "|".join(_type(option) for option in member["anyOf"])
    if member.get("type") == "array":
        return f"[{_type(member['items'])}, ...]"
    named: str = member["type"]
    return _TYPES.get(named, named)


def _default(name: str, member: Mapping[str, Any], required: list[str]) -> str:
    if name in required or name == "kind":
        return ""
    return f" = {json.dumps(member['default'])}"


def _referred(option: Mapping[str, Any]) -> str:
    return str(option["$ref"]).rpartition("/")[2]
