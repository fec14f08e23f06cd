"""What snippets took, printed and answered, as a client reads it."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from application.handle import Origin
from application.outcomes import keep_answer, keep_printed
from application.ports.sandbox import Output
from domain.execution import AnswerKind, Usage
from domain.plan import Intent, Plan, Review, Step
from domain.session.commands import Record, StartTurn
from domain.session.events import (
    PlanMade,
    SnippetExecuted,
    SnippetFailed,
    SnippetReviewed,
    SnippetWritten,
)
from domain.table import TableSize
from tests.http.api import CALL, Api, assert_problem

COUNT = b'{"type": "integer", "value": 3}'
ANSWERED = pa.table({"name": ["Ada", None], "n": [1, 2]})


def a_turn(api: Api, **left: Any) -> str:
    """The address of a turn whose only snippet left that."""
    session_id = api.session_with_table()
    task_id = UUID(api.say(session_id, "how many?").json()["task_id"])
    api.work_off(session_id, task_id, **left)
    return f"/v1/tasks/{task_id}"


def answered(api: Api, kind: AnswerKind, content: bytes | pa.Table) -> str:
    """The address of a turn that answered so."""
    session_id = api.session_with_table()
    task_id = UUID(api.say(session_id, "how many?").json()["task_id"])
    node = api.service.read_models.nodes(session_id, limit=1)[0]
    with api.service.artifacts.workspace() as directory:
        path: Path = directory / "answer"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            pq.write_table(content, path)
        answer = keep_answer(
            api.service.artifacts, api.service.snapshots, kind, path, node.snapshot
        )
    api.work_off(session_id, task_id, answer=answer)
    return f"/v1/tasks/{task_id}"


def printed(api: Api, output: Output) -> str:
    """The address of a turn that printed so."""
    stdout, stderr = keep_printed(api.service.artifacts, output)
    return a_turn(api, stdout=stdout, stderr=stderr)


def test_a_task_lists_its_executions_with_what_they_took(api: Api) -> None:
    session_id = api.session_with_table()
    task_id = UUID(api.say(session_id, "count").json()["task_id"])
    snapshot = api.service.read_models.nodes(session_id, limit=1)[0].snapshot
    plan = Plan(intent=Intent.TRANSFORM, summary="it", steps=(Step(description="it"),))
    for event in (
        StartTurn(task_id=task_id),
        Record(PlanMade(task_id=task_id, plan=plan, call=CALL)),
        Record(SnippetWritten(task_id=task_id, step=0, attempt=1, code="df = df['x']")),
        Record(SnippetReviewed(task_id=task_id, step=0, attempt=1, review=Review(approved=True))),
        Record(
            SnippetFailed(
                task_id=task_id,
                step=0,
                attempt=1,
                outcome="error",
                detail="Line 1 failed with KeyError.",
                usage=Usage(wall_seconds=0.5, cpu_seconds=0.25, peak_memory_bytes=2**27),
                exception="KeyError",
                line=1,
                before=TableSize(rows=3, columns=2),
                runtime={"python": "3.11.7"},
            )
        ),
        Record(SnippetWritten(task_id=task_id, step=0, attempt=2, code="df = df.dropna()")),
        Record(SnippetReviewed(task_id=task_id, step=0, attempt=2, review=Review(approved=True))),
        Record(
            SnippetExecuted(
                task_id=task_id,
                step=0,
                attempt=2,
                snapshot=snapshot,
                usage=Usage(wall_seconds=0.5),
            )
        ),
    ):
        origin = Origin(actor="worker", correlation_id=uuid4())
        api.service.handler.handle(session_id, event, origin)
    task = api.client.get(f"/v1/tasks/{task_id}").json()
    failed, ran = api.client.get(task["links"]["executions"]).json()["items"]
    assert (failed["number"], failed["attempt"], failed["code"]) == (1, 1, "df = df['x']")
    assert (failed["outcome"], failed["exception"], failed["line"]) == ("error", "KeyError", 1)
    assert failed["detail"] == "Line 1 failed with KeyError."
    assert failed["usage"] == {
        "wall_seconds": 0.5,
        "cpu_seconds": 0.25,
        "peak_memory_bytes": 2**27,
    }
    assert (failed["before"], failed["after"]) == ({"rows": 3, "columns": 2}, None)
    assert failed["runtime"] == {"python": "3.11.7"}
    assert (ran["number"], ran["attempt"], ran["code"]) == (2, 2, "df = df.dropna()")
    assert (ran["outcome"], ran["detail"], ran["answer"]) == ("ok", None, None)
    assert (ran["before"], ran["after"]) == (None, {"rows": 3, "columns": 2})
    assert api.client.get(failed["links"]["self"]).json() == failed


def test_what_was_printed_is_text_that_no_browser_runs(api: Api) -> None:
    page = b"<script>alert(1)</script>\xff"
    turn = printed(
        api, Output(stdout=page, stdout_bytes=10**6, stderr=b"a\r\x1b[1m", stderr_bytes=6)
    )
    execution = api.client.get(f"{turn}/executions/1").json()
    assert execution["stdout"] == {"size_bytes": 10**6, "kept_bytes": len(page)}
    stdout = api.client.get(execution["links"]["stdout"])
    assert stdout.headers["content-type"] == "text/plain; charset=utf-8"
    assert stdout.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in stdout.headers["content-security-policy"]
    assert stdout.text == "<script>alert(1)</script>\ufffd"
    assert api.client.get(execution["links"]["stderr"]).content == b"a\r\x1b[1m"


def test_a_snippet_that_printed_nothing_has_empty_streams(api: Api) -> None:
    turn = a_turn(api)
    execution = api.client.get(f"{turn}/executions/1").json()
    assert (execution["stdout"], execution["stderr"]) == (None, None)
    assert api.client.get(execution["links"]["stdout"]).content == b""


def test_a_task_that_computed_an_answer_leads_to_it(api: Api) -> None:
    task = api.client.get(answered(api, AnswerKind.SCALAR, COUNT)).json()
    assert task["node_id"] is None
    assert task["answer"] == "The answer is 3. The table is unchanged."
    listed = api.client.get(f"/v1/sessions/{task['session_id']}/tasks").json()["items"][-1]
    assert listed["answer"] == "The answer is in the task's result. The table is unchanged."
    entries = api.client.get(f"/v1/sessions/{task['session_id']}/history").json()["items"]
    assert entries[-1]["body"] == {"text": listed["answer"]}
    assert task["result"] == {"kind": "scalar", "size_bytes": len(COUNT), "table": None}
    (execution,) = api.client.get(task["links"]["executions"]).json()["items"]
    answer = api.client.get(task["links"]["result"])
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "kind": "scalar",
        "value": {"type": "integer", "value": 3},
        "table": None,
        "code": execution["code"],
        "address": answer.json()["address"],
        "links": {"answer": task["links"]["result"], "execution": execution["links"]["self"]},
    }
    assert re.fullmatch(r"answer:[0-9a-f]{64}", answer.json()["address"])


def test_a_chart_comes_as_it_was_left_whatever_python_makes_of_its_numbers(api: Api) -> None:
    chart = b'{"mark": "bar", "n": 1e999, "s": "\\ud800</script>"}'
    task = api.client.get(answered(api, AnswerKind.CHART, chart)).json()
    answer = api.client.get(task["links"]["result"])
    assert b'"value":' + chart + b"}" in answer.content
    assert json.loads(answer.content)["kind"] == "chart"


def test_a_model_that_answers_is_told_by_its_scores_and_downloaded(api: Api) -> None:
    held = base64.b64encode(b"PK\x03\x04 a model").decode()
    model = {"skops": held, "scores": {"R2": 0.5}, "importance": {"age": 1.0}}
    task = api.client.get(answered(api, AnswerKind.MODEL, json.dumps(model).encode())).json()
    assert task["answer"].startswith("The answer is a fitted model, with its scores.")
    answer = api.client.get(task["links"]["result"]).json()
    assert answer["value"] == {"scores": {"R2": 0.5}, "importance": {"age": 1.0}}
    file = api.client.get(answer["links"]["model"])
    assert file.content == b"PK\x03\x04 a model"
    assert file.headers["content-type"] == "application/octet-stream"
    assert "model-1.skops" in file.headers["content-disposition"]


def test_what_is_no_model_cannot_be_downloaded_as_one(api: Api) -> None:
    task = api.client.get(answered(api, AnswerKind.SCALAR, COUNT)).json()
    refused = api.client.get(task["links"]["result"] + "/model")
    assert_problem(refused, 409, "answer-not-a-model")


def test_a_table_that_answers_is_read_by_rows_and_exported(api: Api) -> None:
    task = api.client.get(answered(api, AnswerKind.TABLE, ANSWERED)).json()
    assert task["result"]["table"] == {"rows": 2, "columns": 2}
    answer = api.client.get(task["links"]["result"]).json()
    assert (answer["kind"], answer["value"]) == ("table", None)
    rows = api.client.get(answer["links"]["rows"], params={"sort": "-n", "limit": 1}).json()
    assert rows == {"columns": ["name", "n"], "rows": [[None, 2]], "offset": 0, "total": 2}
    exported = api.client.get(answer["links"]["export"], params={"format": "parquet"})
    assert pq.read_table(io.BytesIO(exported.content)).to_pydict() == ANSWERED.to_pydict()
    assert exported.headers["content-disposition"].startswith("attachment")
    assert_problem(
        api.client.get(answer["links"]["rows"], params={"sort": "nobody"}), 422, "invalid-request"
    )


@pytest.mark.parametrize("number", ["2", "0", "-1", "one", "99999999999999999999"])
def test_an_execution_that_there_is_not_is_refused(api: Api, number: str) -> None:
    turn = a_turn(api)
    for path in ("", "/stdout", "/answer", "/answer/rows"):
        response = api.client.get(f"{turn}/executions/{number}{path}")
        assert_problem(response, 404, "execution-unknown")


def test_executions_of_no_task_are_refused(api: Api) -> None:
    for path in ("", "/1", "/1/stderr", "/1/answer/export"):
        response = api.client.get(f"/v1/tasks/{uuid4()}/executions{path}")
        assert_problem(response, 404, "task-unknown")


def test_an_answer_that_there_is_not_is_refused_with_why(api: Api) -> None:
    turn = a_turn(api, detail="What it left in result is larger than 16 MiB.")
    problem = assert_problem(api.client.get(f"{turn}/executions/1/answer"), 404, "answer-unknown")
    assert "larger than 16 MiB" in problem["detail"]
    assert api.client.get(turn).json()["result"] is None


@pytest.mark.parametrize("path", ["rows", "export"])
def test_a_value_has_no_rows(api: Api, path: str) -> None:
    turn = answered(api, AnswerKind.SCALAR, COUNT)
    response = api.client.get(f"{turn}/executions/1/answer/{path}")
    assert_problem(response, 409, "answer-not-a-table")


def test_what_was_printed_and_is_lost_is_the_operators_to_know(api: Api) -> None:
    turn = printed(api, Output(stdout=b"hello", stdout_bytes=5))
    for path in (api.directory / "objects" / "outputs").iterdir():
        path.unlink()
    assert_problem(api.client.get(f"{turn}/executions/1/stdout"), 500, "artifact-lost")


def test_an_ingest_has_no_executions(api: Api) -> None:
    session_id = api.session_with_table()
    (ingest,) = api.get(session_id, "/tasks").json()["items"]
    assert "executions" not in ingest["links"]
    assert api.client.get(f"{ingest['links']['self']}/executions").json() == {"items": []}
