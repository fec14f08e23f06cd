"""Modes of messages in a deployed service with real jails."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from interfaces.cli.verify_bundle import UNDER_ITS_OWN_KEY, verify
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment, embedded
from tests.e2e.scripted_crew import ScriptedCrew
from tests.model_server import ModelServer

SECRET = "Xyzzy-Plugh-7731"
PEOPLE = f"name,age\n{SECRET},36\nGrace,21\nLinus,\n".encode()
DROP = "df = df.dropna()"


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    with ModelServer() as server:
        crew = ScriptedCrew(server)
        deployed = embedded(
            tmp_path_factory.mktemp("proposals"),
            DATATRAIL_MODEL_BASE_URL=crew.url,
            DATATRAIL_MODEL_NAME="scripted",
        )
        try:
            yield deployed
        finally:
            deployed.stop()


@pytest.fixture
def talk(deployment: Deployment) -> Conversation:
    session = Conversation(deployment.client)
    session.upload("people.csv", PEOPLE)
    return session


def post(talk: Conversation, text: str, mode: str) -> dict[str, Any]:
    response = talk.client.post(f"{talk.path}/messages", json={"text": text, "mode": mode})
    assert response.status_code == 202, response.text
    return talk.finished(response.json()["task_id"])


def approve(talk: Conversation, link: str, **more: Any) -> dict[str, Any]:
    response = talk.client.post(link, **more)
    assert response.status_code == 202, response.text
    return talk.finished(response.json()["task_id"])


def require_reproduced(talk: Conversation, nodes: int) -> None:
    replay = talk.client.post(f"{talk.path}/replay").json()
    outcome = talk.finished(replay["task_id"])["replay"]
    assert (outcome["nodes"], outcome["reproduced"]) == (nodes, nodes), outcome


def test_a_question_never_changes_the_table_whatever_its_code_does(talk: Conversation) -> None:
    root = talk.pointer()
    asked = post(talk, f"{DROP}\nresult = len(df)", "ask")
    assert asked["status"] == "succeeded"
    answer = talk.client.get(asked["links"]["result"]).json()
    assert answer["value"] == {"type": "integer", "value": 2}
    told = post(talk, DROP, "ask")
    assert "rows 3 → 2" in told["answer"]
    assert (asked["node_id"], told["node_id"], talk.pointer()) == (None, None, root)
    assert len(talk.nodes()) == 1


def test_what_a_person_saw_is_what_an_approval_commits(talk: Conversation, tmp_path: Path) -> None:
    root = talk.pointer()
    proposed = post(talk, f"{DROP}\ndf['age'] = df['age'] + 1", "propose")
    assert (proposed["proposal"], talk.pointer()) == ("waiting_for_approval", root)
    proposal = talk.client.get(proposed["links"]["proposal"]).json()
    assert [row["cells"] for row in proposal["difference"]["sample"]] == [
        {"age": [36, 37]},
        {"age": [21, 22]},
    ]
    rows = talk.client.get(proposal["links"]["rows"]).json()["rows"]
    headers = {"Idempotency-Key": str(uuid4())}
    done = approve(talk, proposal["links"]["approve"], headers=headers)
    assert done["status"] == "succeeded", done
    assert approve(talk, proposal["links"]["approve"], headers=headers) == done
    assert [list(row.values()) for row in talk.rows()] == rows
    made = [event for event in talk.events() if event["type"] == "ProposalMade"]
    assert talk.nodes()[-1]["table_digest"] == made[0]["payload"]["snapshot"]["table_digest"]
    executions = [event for event in talk.events() if event["type"] == "SnippetExecuted"]
    assert len(executions) == 1
    assert SECRET not in str(talk.events())
    require_reproduced(talk, 2)
    bundle = tmp_path / "session.zip"
    bundle.write_bytes(talk.client.get(f"{talk.path}/audit").content)
    assert verify(bundle).report.exit_code == UNDER_ITS_OWN_KEY


def test_edited_code_is_judged_like_any_other_and_replayed_like_any_other(
    talk: Conversation,
) -> None:
    proposed = post(talk, DROP, "propose")
    link = talk.client.get(proposed["links"]["proposal"]).json()["links"]["approve"]
    evil = {"edits": [{"number": 1, "code": "import os\nos.listdir('/')"}]}
    refused = approve(talk, link, json=evil)
    assert (refused["status"], refused["reason"]) == ("failed", "step_failed")
    assert "the proposal waits" in refused["detail"]
    edited = {"edits": [{"number": 1, "code": "df = df[df['age'] > 30].reset_index(drop=True)"}]}
    done = approve(talk, link, json=edited)
    assert done["status"] == "succeeded", done
    assert [row["age"] for row in talk.rows()] == [36]
    typed = post(talk, DROP, "propose")
    assert typed["proposal"] is None
    again = post(talk, "df = df.assign(old=True)", "propose")
    link = talk.client.get(again["links"]["proposal"]).json()["links"]["approve"]
    actions = [{"kind": "rename_columns", "pairs": [{"old": "age", "new": "years"}]}]
    done = approve(talk, link, json={"edits": [{"number": 1, "actions": actions}]})
    assert done["status"] == "succeeded", done
    assert list(talk.rows()[0]) == ["name", "years"]
    require_reproduced(talk, 3)


def test_chosen_suggestions_become_one_version_by_real_jails(deployment: Deployment) -> None:
    talk = Conversation(deployment.client)
    rows = "".join(f" Ann {i},{'' if i % 5 == 0 else i % 7},$ {i}.50\n" for i in range(40))
    talk.upload("messy.csv", f"name,age,price\n{rows} Ann 1,1,$ 1.50\n".encode())
    found = talk.get("/suggestions")["items"]
    chosen = [each["id"] for each in found if each["actions"]]
    assert len(chosen) >= 2
    response = talk.client.post(f"{talk.path}/suggestions/apply", json={"ids": chosen})
    assert response.status_code == 202, response.text
    done = talk.finished(response.json()["task_id"])
    assert done["status"] == "succeeded", done
    assert len(talk.nodes()) == 2
    left = {(each["kind"], *each["columns"]) for each in talk.get("/suggestions")["items"]}
    mended = {(each["kind"], *each["columns"]) for each in found if each["actions"]}
    assert not left & mended
    require_reproduced(talk, 2)
