"""Questions to a deployed service with real jails, whose answers are told to nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.verify_bundle import UNDER_ITS_OWN_KEY, verify
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment, embedded
from tests.e2e.scripted_crew import ScriptedCrew
from tests.model_server import ModelServer

SECRET = "Xyzzy-Plugh-7731"
PEOPLE = f"name,age\n{SECRET},36\nGrace,21\n{SECRET},\n".encode()


@dataclass(frozen=True)
class Asked:
    """A session over people, led by a crew that writes what the message says."""

    deployment: Deployment
    server: ModelServer
    talk: Conversation

    def get(self, link: str, **params: str) -> Any:  # any JSON
        response = self.deployment.client.get(link, params=params)
        assert response.is_success, response.text
        return response.json()

    def answer(self, code: str) -> Any:  # any JSON
        """What the message, which makes no version of the table, is answered by."""
        before = self.talk.pointer()
        task = self.talk.say(code)
        assert (task["node_id"], self.talk.pointer()) == (None, before)
        return self.get(task["links"]["result"])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    with ModelServer() as server:
        crew = ScriptedCrew(server)
        deployment = embedded(
            tmp_path_factory.mktemp("answers"),
            DATATRAIL_MODEL_BASE_URL=crew.url,
            DATATRAIL_MODEL_NAME="scripted",
        )
        try:
            talk = Conversation(deployment.client)
            talk.upload("people.csv", PEOPLE)
            yield Asked(deployment, server, talk)
        finally:
            deployment.stop()


def test_a_value_answers(asked: Asked) -> None:
    answer = asked.answer("result = df['name'].iloc[0]")
    assert (answer["kind"], answer["value"]) == ("scalar", {"type": "text", "value": SECRET})


def test_a_table_answers(asked: Asked) -> None:
    answer = asked.answer("result = df.groupby('name', as_index=False).size()")
    assert (answer["kind"], answer["table"]) == ("table", {"rows": 2, "columns": 2})
    rows = asked.get(answer["links"]["rows"], sort="-size")["rows"]
    assert rows == [[SECRET, 2], ["Grace", 1]]


def test_a_chart_answers(asked: Asked) -> None:
    answer = asked.answer(
        "result = {'mark': 'bar', 'data': {'values': df[['name']].to_dict('records')}}"
    )
    assert answer["kind"] == "chart"
    assert answer["value"]["data"]["values"][0] == {"name": SECRET}


def test_a_change_that_answers_makes_a_version_and_its_executions_are_told(asked: Asked) -> None:
    back = asked.talk.pointer()
    task = asked.talk.say("print(df['name'].iloc[0])\ndf = df.dropna()\nresult = len(df)")
    assert task["node_id"] == asked.talk.pointer()
    assert asked.get(task["links"]["result"])["value"] == {"type": "integer", "value": 2}
    (execution,) = asked.get(task["links"]["executions"])["items"]
    assert execution["outcome"] == "ok"
    assert (execution["before"]["rows"], execution["after"]["rows"]) == (3, 2)
    assert 0 < execution["usage"]["cpu_seconds"] < execution["usage"]["wall_seconds"] + 1
    assert execution["usage"]["peak_memory_bytes"] > 2**20
    assert "pandas" in execution["runtime"]
    assert execution["stdout"] == {"size_bytes": len(SECRET) + 1, "kept_bytes": len(SECRET) + 1}
    stdout = asked.deployment.client.get(execution["links"]["stdout"])
    assert stdout.text == f"{SECRET}\n"
    asked.talk.move("rollback", node_id=back)


def test_a_snippet_that_fails_says_where_and_keeps_what_it_printed(asked: Asked) -> None:
    task = asked.talk.finished(asked.talk.post("print(df['name'][0])\ndf['x'] = df['nobody']"))
    assert task["status"] == "failed"
    first, *_ = asked.get(task["links"]["executions"])["items"]
    assert (first["outcome"], first["exception"], first["line"]) == ("error", "KeyError", 2)
    assert (first["after"], first["answer"]) == (None, None)
    assert asked.deployment.client.get(first["links"]["stdout"]).text == f"{SECRET}\n"


def test_nothing_of_it_is_recorded_logged_or_told_to_a_model(asked: Asked, tmp_path: Path) -> None:
    for code in (
        "print(df['name'].iloc[0])\nresult = df['name'].iloc[0]",
        "result = df.drop_duplicates('name').set_index('name').T",
        "print(df['name'].iloc[0])\nraise ValueError(df['name'].iloc[0])",
    ):
        asked.talk.finished(asked.talk.post(code))
    talk = asked.talk
    told = str(talk.events()) + str(talk.get("/history")) + str(talk.get("/tasks"))
    told += str(talk.nodes()) + asked.deployment.logs()
    assert {"SnippetExecuted", "SnippetFailed"} <= {event["type"] for event in talk.events()}
    assert SECRET not in told
    assert SECRET not in str([request.body for request in asked.server.asked])
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(asked.deployment.client.get(f"{talk.path}/audit").content)
    assert verify(bundle).report.exit_code == UNDER_ITS_OWN_KEY
