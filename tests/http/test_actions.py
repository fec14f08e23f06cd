"""The list of all that can be done to a table."""

from typing import get_args

from pydantic import TypeAdapter

from domain.actions import Action, ReplaceText
from tests.http.api import Api


def test_every_action_is_listed_with_what_it_does_and_takes(api: Api) -> None:
    items = api.client.get("/v1/actions").json()["items"]
    assert len(items) == len({item["kind"] for item in items}) == len(get_args(Action))
    for item in items:
        assert item["summary"].endswith((".", ":")), item["summary"]
        assert item["description"].startswith(item["summary"])
        assert item["parameters"]["type"] == "object"
        assert item["parameters"]["properties"]["kind"]["const"] == item["kind"]
    listed = {item["kind"]: item for item in items}
    assert listed["filter_rows"]["rows"] == "fewer"
    assert "$defs" in listed["filter_rows"]["parameters"]


def test_what_fits_the_schema_is_the_action(api: Api) -> None:
    items = api.client.get("/v1/actions").json()["items"]
    (schema,) = (item["parameters"] for item in items if item["kind"] == "replace_text")
    assert schema["required"] == ["columns", "old", "new"]
    written = {"kind": "replace_text", "columns": ["a"], "old": "x", "new": "y"}
    action: TypeAdapter[Action] = TypeAdapter(Action)
    assert action.validate_python(written) == ReplaceText(columns=("a",), old="x", new="y")
