"""How a chat model is asked to keep to a form, on servers that know more and less of it."""

from collections.abc import Iterator

import pytest

from application.ports.language_model import ModelUnavailable
from infrastructure.llm.chat_completions.model import ChatModel
from infrastructure.llm.chat_completions.replies import PLAN_FORM, REVIEW_FORM
from tests.chat_completions.questions import BRIEFING, GOOD, PLAN, SUBMISSION
from tests.model_server import ModelServer, fails, refuses_formats, says


def formats(server: ModelServer) -> list[str]:
    return [asked.response_format for asked in server.asked]


def test_a_strict_schema_is_demanded_first(model: ChatModel, server: ModelServer) -> None:
    server.script(says(GOOD))
    model.plan(BRIEFING)
    demanded = server.asked[0].body["response_format"]["json_schema"]
    assert demanded == {"name": "plan", "strict": True, "schema": PLAN_FORM.schema}


def test_the_schemas_are_what_strict_servers_accept() -> None:
    for form in (PLAN_FORM, REVIEW_FORM):
        assert form.schema["type"] == "object"
        objects = [node for node in _nodes(form.schema) if "properties" in node]
        assert objects
        for node in objects:
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])  # type: ignore[call-overload]  # JSON
        unknown = {"default", "oneOf", "allOf", "minLength", "minItems", "discriminator"}
        assert not unknown & {key for node in _nodes(form.schema) for key in node}


@pytest.mark.parametrize("status", [400, 404, 415, 422, 500, 501])
def test_a_server_without_schemas_is_asked_for_any_json_and_that_is_remembered(
    model: ChatModel, server: ModelServer, status: int
) -> None:
    server.script(refuses_formats(status, "json_schema", otherwise=says(GOOD)))
    assert model.plan(BRIEFING).value == PLAN
    before = len(server.asked)
    assert model.plan(BRIEFING).value == PLAN
    assert formats(server)[before - 1 :] == ["json_object", "json_object"]


@pytest.mark.parametrize("status", [400, 500])
def test_a_server_without_any_format_is_asked_for_text(
    model: ChatModel, server: ModelServer, status: int
) -> None:
    text = f"Certainly!\n```json\n{GOOD}\n```"
    server.script(refuses_formats(status, "json_schema", "json_object", otherwise=says(text)))
    assert model.plan(BRIEFING).value == PLAN
    server.script(says('{"approved": true, "findings": []}'))
    assert model.review(SUBMISSION).value.approved
    assert formats(server)[-2:] == ["text", "text"]


def test_one_failure_by_chance_does_not_cost_the_schema(
    model: ChatModel, server: ModelServer
) -> None:
    server.script(fails(500), says(GOOD))
    assert model.plan(BRIEFING).value == PLAN
    assert formats(server) == ["json_schema", "json_schema"]


def test_a_server_that_refuses_everything_is_not_remembered_as_one_without_formats(
    model: ChatModel, server: ModelServer
) -> None:
    server.script(fails(400))
    with pytest.raises(ModelUnavailable, match="refused the question"):
        model.plan(BRIEFING)
    server.script(says(GOOD))
    assert model.plan(BRIEFING).value == PLAN
    assert formats(server)[-1] == "json_schema"


def test_a_server_that_ignores_the_schema_is_told_the_form_in_words(
    model: ChatModel, server: ModelServer
) -> None:
    server.script(says(f"Here:\n{GOOD}"))
    assert model.plan(BRIEFING).value == PLAN
    rules = server.asked[0].body["messages"][0]["content"]
    assert all(field in rules for field in ("intent", "summary", "columns", "steps", "reply"))


def _nodes(node: object) -> Iterator[dict[str, object]]:
    """Every schema in the schema; the names of properties are none."""
    if isinstance(node, dict):
        yield node
        for key, part in node.items():
            children = part.values() if key in {"properties", "$defs"} else [part]
            for child in children:
                yield from _nodes(child)
    elif isinstance(node, list):
        for part in node:
            yield from _nodes(part)
