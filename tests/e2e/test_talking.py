"""A conversation as a person has it: questions, references, and answers that say the number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment, embedded
from tests.services.ports import free_ports

PEOPLE = b"""\
name,city,age,salary
 Ann ,Paris,34,52000
Bob,Paris,17,
Cleo,Rome,,61000.5
Dan,Rome,45,48000
"""


@pytest.fixture(scope="module")
def talking(embedded_deployment: Deployment) -> Conversation:
    talk = Conversation(embedded_deployment.client)
    talk.upload("people.csv", PEOPLE)
    return talk


def test_a_conversation_is_followed(talking: Conversation) -> None:
    def said(text: str) -> str:
        return str(talking.say(text)["answer"])

    assert said("how many rows are there?") == "The number of rows is 4. The table is unchanged."
    assert said("what is the average salary?").startswith("The mean of salary is 53,666.8333.")
    assert said("and of age?").startswith("The mean of age is 32.")
    assert said("and the maximum?").startswith("The maximum of age is 45.")
    by_city = talking.say("average salary by city")
    rows = talking.client.get(f"{by_city['links']['result']}/rows").json()["rows"]
    assert rows == [["Paris", 52000.0], ["Rome", 54500.25]]
    assert said("trim name").startswith("Done")
    assert "(rows 4 → 3, missing cells 2 → 1)" in said("drop rows with missing salary")
    assert "(columns 4 → 3, missing cells 1 → 0)" in said("drop age")
    assert "node 2" in said("go back to before I dropped age")
    assert talking.rows()[1]["age"] is None
    assert "df.dropna" in said("show me the code")
    assert said("how many people have no age") == (
        "The number of rows where age is missing is 1. The table is unchanged."
    )
    assert "(rows 3 → 2, missing cells 1 → 0)" in said("drop those")
    assert said("undo the last two steps").startswith("Undone")
    assert len(talking.rows()) == 4


def test_a_question_back_offers_what_the_next_message_may_choose(talking: Conversation) -> None:
    asked = talking.say("top 2 cities by salary")
    assert [choice["label"] for choice in asked["choices"]] == ["sum", "mean", "maximum"]
    chosen = talking.say("the second")
    assert chosen["answer"].startswith("The mean of salary for each city, only the 2 largest: a")
    assert chosen["choices"] == []


def test_a_chart_is_drawn(talking: Conversation) -> None:
    task = talking.say("bar chart of the total salary by city")
    chart = talking.client.get(task["links"]["result"]).json()["value"]
    assert chart["mark"] == "bar"
    assert {point["x"] for point in chart["data"]["values"]} == {"Paris", "Rome"}


def test_the_value_is_told_but_not_recorded(talking: Conversation) -> None:
    task = talking.say("what is the maximum of salary")
    assert "61,000.5" in task["answer"]
    assert "61,000.5" in str(talking.client.get(f"/v1/tasks/{task['task_id']}/events").json())
    (execution,) = talking.client.get(task["links"]["executions"]).json()["items"]
    assert execution["code"] == "result = df['salary'].max()"
    assert "61,000.5" not in str(talking.events()) + str(talking.get("/history"))


@pytest.fixture
def without_model(tmp_path: Path) -> Iterator[Deployment]:
    """A service whose configured model does not answer."""
    deployment = embedded(
        tmp_path,
        DATATRAIL_MODEL_BASE_URL=f"http://127.0.0.1:{free_ports(1)[0]}/v1",
        DATATRAIL_MODEL_NAME="away",
    )
    yield deployment
    deployment.stop()


def test_while_the_model_is_away_the_built_in_planner_stands_in(without_model: Deployment) -> None:
    talk = Conversation(without_model.client)
    talk.upload("people.csv", PEOPLE)
    said = talk.say("drop age")["answer"]
    assert "The built-in planner did this without the model." in said
    assert said.endswith("Check that it runs, and DATATRAIL_MODEL_BASE_URL.")
    made = next(event for event in talk.events() if event["type"] == "PlanMade")
    assert "built-in planner" in str(made)
    failed = talk.finished(talk.post("make it shine"))
    assert (failed["status"], failed["reason"]) == ("failed", "model_unavailable")
