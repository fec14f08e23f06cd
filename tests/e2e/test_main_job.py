"""The main job on real tables, through HTTP, on both deployments."""

import csv
import io
import json

import pandas as pd
import pytest
from openpyxl import load_workbook

from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment
from tests.e2e.real_files import penguins, vega


@pytest.fixture
def talk(deployment: Deployment) -> Conversation:
    return Conversation(deployment.client, "Penguins of the Palmer Archipelago")


def test_upload_chat_rollback_branch_export_and_the_log_of_it_all(talk: Conversation) -> None:
    ingest = talk.upload("penguins-raw.csv", penguins())
    assert ingest["status"] == "succeeded"
    root = talk.pointer()
    assert root == ingest["node_id"]
    profile = talk.get("/nodes/current/profile")
    assert profile["rows"] == 344

    talk.say("drop the columns Comments and studyName")
    talk.say("drop rows where Sex is missing")
    filled = talk.say("lowercase Island and rename 'Body Mass (g)' to mass")
    talk.say("sort by mass descending")
    assert len(talk.nodes()) == 5
    heaviest = talk.rows(limit=1)[0]
    reference = pd.read_csv(io.BytesIO(penguins())).dropna(subset=["Sex"])
    assert heaviest["mass"] == reference["Body Mass (g)"].max()
    assert heaviest["Island"].islower()

    assert talk.move("rollback", node_id=filled["node_id"])["pointer"] == filled["node_id"]
    branched = talk.say("remove duplicates")
    by_id = {node["node_id"]: node for node in talk.nodes()}
    assert by_id[branched["node_id"]]["parent_id"] == filled["node_id"]
    assert by_id[branched["node_id"]]["branch"] != "main"
    assert len(by_id) == 6

    exported = list(csv.DictReader(io.StringIO(talk.export("csv").decode("utf-8-sig"))))
    assert len(exported) == len(reference)
    assert "Comments" not in exported[0]

    history = talk.get("/history")["items"]
    kinds = [entry["kind"] for entry in history]
    for kind in ("upload", "message", "plan", "snippet", "review", "execution", "node", "pointer"):
        assert kind in kinds
    assert any("df" in entry["body"].get("code", "") for entry in history)

    events = talk.events()
    assert [event["version"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events][:4] == [
        "SessionStarted",
        "DatasetUploaded",
        "DatasetRead",
        "NodeCommitted",
    ]
    assert events == talk.events(), "the log does not change"
    before: set[str] = set()
    for event in events:
        cause, is_client = event["causation_id"], event["actor"] == "client"
        assert cause is None if is_client else cause in before, event["type"]
        before.add(event["event_id"])


def test_undo_and_redo_by_words_and_by_request(talk: Conversation) -> None:
    talk.upload("cars.json", vega("cars.json"))
    root = talk.pointer()
    changed = talk.say("drop rows with missing values")["node_id"]
    assert talk.say("undo that")["node_id"] == root
    assert talk.pointer() == root
    assert talk.say("redo")["node_id"] == changed
    assert talk.move("undo")["pointer"] == root
    assert talk.move("redo")["pointer"] == changed


@pytest.mark.parametrize(
    ("name", "message", "column"),
    [
        ("airports.csv", "uppercase name", "name"),
        ("la-riots.csv", "fill missing age with the median", "age"),
        ("stocks.csv", "keep rows where price > 100", "price"),
        ("seattle-weather.csv", "replace drizzle with rain in weather", "weather"),
        ("iowa-electricity.csv", "rename net_generation to generation", "generation"),
        ("ohlc.json", "sort by close descending", "close"),
        ("us-employment.csv", "keep only the column month", "month"),
    ],
)
def test_a_message_changes_a_real_table(
    talk: Conversation, name: str, message: str, column: str
) -> None:
    assert talk.upload(name, vega(name))["status"] == "succeeded"
    before = talk.get("/nodes/current")
    task = talk.say(message)
    assert task["node_id"], task
    rows = talk.rows(limit=1000)
    assert rows
    match name:
        case "airports.csv":
            assert all(row[column] == row[column].upper() for row in rows)
        case "la-riots.csv":
            assert all(row[column] is not None for row in rows)
        case "stocks.csv":
            assert all(row[column] > 100 for row in rows)
            assert len(rows) < before["rows"]
        case "seattle-weather.csv":
            assert not any(row[column] == "drizzle" for row in rows)
        case "ohlc.json":
            closes = [row[column] for row in rows]
            assert closes == sorted(closes, reverse=True)
        case "us-employment.csv":
            assert list(rows[0]) == [column]
        case _:
            assert column in rows[0]


def test_every_export_holds_the_same_table(talk: Conversation) -> None:
    talk.upload("penguins-raw.csv", penguins())
    talk.say("keep only the columns Species, Island and Culmen Length (mm)")
    expected = pd.read_csv(io.BytesIO(penguins()))[["Species", "Island", "Culmen Length (mm)"]]
    from_csv = pd.read_csv(io.BytesIO(talk.export("csv")))
    from_json = pd.DataFrame(json.loads(talk.export("json")))
    from_parquet = pd.read_parquet(io.BytesIO(talk.export("parquet")))
    sheet = load_workbook(io.BytesIO(talk.export("xlsx")), read_only=True).worksheets[0]
    header, *cells = sheet.iter_rows(values_only=True)
    from_xlsx = pd.DataFrame(cells, columns=[str(name) for name in header])
    for table in (from_csv, from_json, from_parquet, from_xlsx):
        pd.testing.assert_frame_equal(table, expected, check_dtype=False)


def test_messages_sent_at_once_run_in_their_order(talk: Conversation) -> None:
    talk.upload("cars.json", vega("cars.json"))
    tasks = [
        talk.post(text)
        for text in (
            "rename Origin to country",
            "uppercase country",
            "keep rows where country is JAPAN",
        )
    ]
    for task in tasks:
        assert talk.finished(task)["status"] == "succeeded"
    assert [node["branch"] for node in talk.nodes()] == ["main"] * 4
    assert {row["country"] for row in talk.rows(limit=1000)} == {"JAPAN"}


def test_a_file_that_could_mean_two_things_is_read_as_a_person_says(talk: Conversation) -> None:
    talk.upload("visits.csv", b"seen;name\n03/04/2024;Ada\n01/02/2024;\n")
    root = talk.pointer()
    assert [row["seen"] for row in talk.rows()] == ["03/04/2024", "01/02/2024"]
    doubts = talk.get("/nodes/current/parse")["report"]["doubts"]
    assert [(doubt["kind"], doubt["names"]) for doubt in doubts] == [("day_or_month", ["seen"])]

    assert talk.read_again(day_first=True)["status"] == "succeeded"
    assert [row["seen"][:10] for row in talk.rows()] == ["2024-04-03", "2024-02-01"]
    talk.say("drop rows where name is missing")
    assert [row["seen"][:10] for row in talk.rows()] == ["2024-04-03"]

    # Back to the first reading: nothing of it was lost.
    talk.move("rollback", node_id=root)
    assert [row["seen"] for row in talk.rows()] == ["03/04/2024", "01/02/2024"]
    kinds = [event["type"] for event in talk.events()]
    assert kinds.count("DatasetUploaded") == kinds.count("DatasetRead") == 2


def test_what_is_not_understood_is_answered_and_changes_nothing(talk: Conversation) -> None:
    talk.upload("cars.json", vega("cars.json"))
    before = talk.pointer()
    task = talk.say("make it nicer somehow")
    assert task["answer"]
    assert task["node_id"] is None
    unknown = talk.say("drop the column Horsepowr_2000x")
    assert "Horsepower" in unknown["answer"]
    assert talk.pointer() == before


def test_a_message_sent_again_with_its_key_is_one_turn(deployment: Deployment) -> None:
    talk = Conversation(deployment.client)
    talk.upload("cars.json", vega("cars.json"))
    key = {"Idempotency-Key": "0198c0de-0000-7000-8000-" + talk.session_id[-12:]}
    replies = [
        deployment.client.post(
            f"{talk.path}/messages", json={"text": "drop rows with missing values"}, headers=key
        )
        for _ in range(3)
    ]
    (task_id,) = {reply.json()["task_id"] for reply in replies}
    assert talk.finished(task_id)["status"] == "succeeded"
    assert len(talk.nodes()) == 2


def test_a_file_that_is_no_table_leaves_nothing_behind(talk: Conversation) -> None:
    for name, content, kind in (
        ("empty.csv", b"", "empty"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not"),
        ("broken.json", b'[{"a": 1}, {"a": ', "malformed"),
    ):
        response = talk.client.post(f"{talk.path}/uploads", files={"file": (name, content)})
        assert response.status_code in {400, 415, 422}, response.text
        problem = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert kind in problem["type"], problem
        assert problem["detail"].endswith(".")
    assert len(talk.events()) == 1
