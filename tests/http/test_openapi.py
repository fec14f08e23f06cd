"""/docs says what every operation does, takes, answers and refuses."""

from typing import Any

import pytest

from interfaces.http.app import create_app
from interfaces.http.problem_kinds import CATALOGUE
from interfaces.service import Service
from tests.http.api import Api

Operation = tuple[str, dict[str, Any]]


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    """The OpenAPI document."""
    return create_app(service).openapi()


@pytest.fixture
def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation by method and path."""
    found = [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(found) > 20
    return found


def test_every_operation_is_described(operations: list[Operation]) -> None:
    for name, operation in operations:
        assert operation["summary"], name
        assert operation["description"].endswith("."), name
        assert operation["tags"], name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (name, parameter["name"])


def test_every_operation_that_can_fail_documents_its_problems(
    operations: list[Operation],
) -> None:
    known = {kind.slug for kind in CATALOGUE}
    for name, operation in operations:
        refusals = {
            status: response
            for status, response in operation["responses"].items()
            if int(status) >= 400
        }
        assert "422" in refusals, f"{name} refuses parameters that it does not declare"
        for status, response in refusals.items():
            (media_type,) = response["content"]
            assert media_type == "application/problem+json", (name, status)
            examples = response["content"][media_type]["examples"]
            assert set(examples) <= known
            for example in examples.values():
                assert str(example["value"]["status"]) == status


def test_sessions_and_their_parts_document_the_unknown(operations: list[Operation]) -> None:
    for name, operation in operations:
        if "{" in name:
            assert "404" in operation["responses"], name


def test_every_body_has_an_example(document: dict[str, Any], operations: list[Operation]) -> None:
    bodies = [(name, each["requestBody"]) for name, each in operations if "requestBody" in each]
    assert len(bodies) >= 6
    for name, body in bodies:
        for content in body["content"].values():
            assert "examples" in content or _examples(document, content["schema"]), name


def _examples(document: dict[str, Any], schema: dict[str, Any]) -> list[Any]:
    references = [schema, *schema.get("anyOf", ())]
    names = [each["$ref"].rpartition("/")[2] for each in references if "$ref" in each]
    return [
        example
        for name in names
        for example in document["components"]["schemas"][name].get("examples", ())
    ]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    text = str(document)
    assert "HTTPValidationError" not in text
    names = {part.partition("'")[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(schemas)


def test_docs_are_served(api: Api) -> None:
    assert "swagger" in api.client.get("/docs").text
    assert api.client.get("/openapi.json").json()["info"]["title"] == "Datatrail"


def test_an_export_as_json_is_described_as_the_rows_that_it_is(document: dict[str, Any]) -> None:
    exported = document["paths"]["/v1/sessions/{session_id}/nodes/{node}/export"]["get"]
    told = exported["responses"]["200"]["content"]
    assert told["application/json"]["schema"] == {"type": "array", "items": {"type": "object"}}
    assert told["application/vnd.apache.parquet"]["schema"]["format"] == "binary"
