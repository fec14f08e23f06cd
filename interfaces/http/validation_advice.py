"""What is wrong with a value, where pydantic's own words help nobody on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from pydantic import TypeAdapter

from domain.actions.nearest import nearest_names

_PLAIN = {
    "model_attributes_type": "It must be a JSON object.",
    # The only pattern that anything of ours has to match.
    "string_pattern_mismatch": "It must not be blank.",
}
_UNKNOWN = {"extra_forbidden", "unexpected_keyword_argument"}


def advice(error: Mapping[str, Any], place: Sequence[str | int], document: object) -> str:
    """What to say of an error at `place` in what should be a `document`, a type; it repeats no
    value.

    A member or a kind that there is not is misspelt most of the time.
    """
    if error["type"] in _UNKNOWN:
        *above, name = place
        return _unknown("member", str(name), _members(document, tuple(above)))
    if error["type"] == "union_tag_invalid":
        known = re.findall(r"'([^']+)'", error["ctx"]["expected_tags"])
        return _unknown(error["ctx"]["discriminator"].strip("'"), error["ctx"]["tag"], known)
    if error["type"] == "union_tag_not_found":
        return f"It needs the member {error['ctx']['discriminator']}, which says what it is."
    return _PLAIN.get(error["type"]) or str(error["msg"])


def _unknown(what: str, name: str, known: Sequence[str]) -> str:
    nearest = nearest_names(name, known)
    listed = f" There are: {', '.join(known)}." if known else ""
    hint = f" Is '{nearest[0]}' meant?" if nearest else listed
    return f"There is no such {what}.{hint}"


@lru_cache(maxsize=128)
def _members(document: object, place: tuple[str | int, ...]) -> Sequence[str]:
    """The names that may stand there."""
    schema = TypeAdapter[Any](cast("Any", document)).json_schema()
    return list(dict.fromkeys(_named(schema, schema.get("$defs", {}), place)))


def _named(
    schema: Mapping[str, Any], defined: Mapping[str, Any], place: Sequence[str | int]
) -> Iterator[str]:
    if "$ref" in schema:
        schema = defined[schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("discriminator", {}).get("mapping", {})
    if place and place[0] in kinds:
        yield from _named({"$ref": kinds[place[0]]}, defined, place[1:])
        return
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        # Of a union whose members no kind tells apart, the place names the member that was tried.
        tried = place and each.get("$ref", "").rpartition("/")[2] == place[0]
        yield from _named(each, defined, place[1:] if tried else place)
    members = schema.get("properties", {})
    if not place:
        yield from members
    elif isinstance(place[0], int):
        yield from _named(schema.get("items", {}), defined, place[1:])
    else:
        yield from _named(members.get(place[0], {}), defined, place[1:])
