"""Proposals over HTTP, the worker's part of them driven."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from httpx2 import Response

from application.effects import effect_of
from application.handle import Origin
from domain.actions import DropMissing
from domain.execution import Usage
from domain.plan import Intent, Plan, Review, Step
from domain.session.commands import (
    CompleteTurn,
    FailTask,
    MakeProposal,
    Record,
    SessionCommand,
    StartTurn,
)
from domain.session.events import PlanMade, SnippetExecuted, SnippetReviewed, SnippetWritten
from domain.session.next_step import next_step
from tests.http.api import CALL, Api, assert_problem

CODE = "df = df.dropna(subset=['age'])"
AFTER = pa.table({"name": ["Ada", "Linus"], "age": [37, 21]})
PLAN = Plan(
    intent=Intent.TRANSFORM,
    summary="Drop rows without an age.",
    steps=(Step(description="drop rows", actions=(DropMissing(columns=("age",)),)),),
)


def handle(api: Api, session_id: UUID, *commands: SessionCommand) -> None:
    for command in commands:
        origin = Origin(actor="worker", correlation_id=uuid4())
        api.service.handler.handle(session_id, command, origin)


def propose(api: Api, tmp_path: Path, session_id: UUID | None = None) -> tuple[UUID, UUID]:
    """A session, and the proposal to drop one of its three rows and to change a cell."""
    session_id = session_id or api.session_with_table()
    posted = api.client.post(
        f"/v1/sessions/{session_id}/messages", json={"text": "drop them", "mode": "propose"}
    )
    assert posted.status_code == 202, posted.text
    task_id = UUID(posted.json()["task_id"])
    state = api.service.handler.load(session_id).state
    assert state.tree.pointer is not None
    before = state.tree.node(state.tree.pointer).snapshot
    pq.write_table(AFTER, tmp_path / "after.parquet")
    after = api.service.snapshots.keep(tmp_path / "after.parquet", [before])
    handle(
        api,
        session_id,
        StartTurn(task_id=task_id),
        Record(PlanMade(task_id=task_id, plan=PLAN, call=CALL)),
        *_ran(task_id, after),
        MakeProposal(
            task_id=task_id, effect=effect_of(api.service.snapshots.diff(before, after, sample=0))
        ),
    )
    return session_id, task_id


def _ran(task_id: UUID, after: Any) -> list[SessionCommand]:
    return [
        Record(SnippetWritten(task_id=task_id, step=0, attempt=1, code=CODE)),
        Record(SnippetReviewed(task_id=task_id, step=0, attempt=1, review=Review(approved=True))),
        Record(
            SnippetExecuted(
                task_id=task_id,
                step=0,
                attempt=1,
                snapshot=after,
                usage=Usage(wall_seconds=0.1),
            )
        ),
    ]


def decide(api: Api, session_id: UUID, proposal_id: UUID, verb: str, **more: Any) -> Response:
    return api.client.post(f"/v1/sessions/{session_id}/proposals/{proposal_id}/{verb}", **more)


def commit(api: Api, session_id: UUID, task_id: str) -> UUID:
    """Do what a worker does with an approval that edits nothing."""
    node_id = uuid4()
    handle(
        api,
        session_id,
        StartTurn(task_id=UUID(task_id)),
        CompleteTurn(task_id=UUID(task_id), node_id=node_id),
    )
    return node_id


def test_a_proposal_shows_plan_code_and_the_rows_that_would_change(
    api: Api, tmp_path: Path
) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    task = api.client.get(f"/v1/tasks/{proposal_id}").json()
    assert (task["status"], task["proposal"]) == ("succeeded", "waiting_for_approval")
    assert task["node_id"] is None
    assert "Proposed: drop rows (rows 3 → 2" in task["answer"]
    shown = api.client.get(task["links"]["proposal"]).json()
    assert shown["message"] == "drop them"
    assert shown["summary"] == "Drop rows without an age."
    (step,) = shown["steps"]
    assert (step["number"], step["code"]) == (1, CODE)
    (action,) = step["actions"]
    assert (action["kind"], action["columns"]) == ("drop_missing", ["age"])
    assert (shown["is_current"], shown["status"]) == (True, "waiting_for_approval")
    effect = shown["effect"]
    assert (effect["rows_before"], effect["rows_after"]) == (3, 2)
    rows = shown["difference"]["rows"]
    assert (rows["before"], rows["after"]) == (3, 2)
    names = {column["name"]: column["change"] for column in shown["difference"]["columns"]}
    assert names["age"] == "changed"
    page = api.client.get(shown["links"]["rows"]).json()
    assert page["rows"] == [["Ada", 37], ["Linus", 21]]
    (listed,) = api.get(session_id, "/proposals").json()["items"]
    assert "difference" not in listed
    assert listed["proposal_id"] == str(proposal_id)
    assert api.get(session_id, "/nodes").json()["items"][-1]["number"] == 0


def test_proposals_are_listed_in_pages(api: Api, tmp_path: Path) -> None:
    session_id, _ = propose(api, tmp_path)
    for _ in range(2):
        propose(api, tmp_path, session_id)
    api.commit_node(session_id)
    whole = api.get(session_id, "/proposals").json()["items"]
    assert len(whole) == 3
    assert api.paged(session_id, "proposals") == whole
    unknown = api.get(session_id, f"/proposals?after={uuid4()}")
    assert_problem(unknown, 404, "proposal-unknown")


def test_the_sample_shows_cells_before_and_after_and_is_bounded(api: Api, tmp_path: Path) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    path = f"/proposals/{proposal_id}"
    (changed,) = api.get(session_id, path, params={"key": "name"}).json()["difference"]["sample"]
    assert (changed["key"], changed["cells"]) == ({"name": "Ada"}, {"age": [36, 37]})
    keyed = api.get(session_id, path, params={"key": "name"}).json()
    gone = {"columns": ["name", "age"], "numbers": [1], "rows": [["Grace", None]]}
    assert (keyed["removed"], keyed["added"]["rows"]) == (gone, [])
    none = api.get(session_id, path, params={"key": "name", "sample": 0}).json()
    assert (none["difference"]["sample"], none["removed"]["rows"]) == ([], [])
    unkeyed = api.get(session_id, path).json()
    assert unkeyed["added"]["rows"] == [["Ada", 37]]
    unknown = api.get(session_id, path, params={"key": "nam"})
    assert_problem(unknown, 422, "invalid-request")
    too_many = api.get(session_id, path, params={"sample": 1001})
    assert_problem(too_many, 422, "invalid-request")


def test_what_was_approved_is_committed_and_told(api: Api, tmp_path: Path) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    approved = decide(api, session_id, proposal_id, "approve")
    assert approved.status_code == 202, approved.text
    task = approved.json()
    assert (task["kind"], task["status"]) == ("approval", "queued")
    assert approved.headers["location"] == f"/v1/tasks/{task['task_id']}"
    proposal = api.get(session_id, f"/proposals/{proposal_id}").json()
    assert (proposal["status"], proposal["task_id"]) == ("approved", task["task_id"])
    node_id = commit(api, session_id, task["task_id"])
    ended = api.client.get(f"/v1/tasks/{task['task_id']}").json()
    assert (ended["status"], ended["node_id"]) == ("succeeded", str(node_id))
    node = api.get(session_id, f"/nodes/{node_id}").json()
    assert (node["message"], node["snippets"]) == ("drop them", [CODE])
    assert node["task_id"] == task["task_id"]
    proposal = api.get(session_id, f"/proposals/{proposal_id}").json()
    assert (proposal["status"], proposal["node_id"]) == ("committed", str(node_id))
    assert "approve" not in proposal["links"]
    assert api.client.get(f"/v1/tasks/{proposal_id}").json()["proposal"] == "committed"
    kinds = [entry["kind"] for entry in api.get(session_id, "/history").json()["items"]]
    assert kinds[-5:] == ["answer", "approval", "node", "pointer", "answer"]
    assert "proposal" in kinds


def test_a_repeated_approval_is_one_and_its_key_is_of_no_other_use(
    api: Api, tmp_path: Path
) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    headers = {"Idempotency-Key": str(uuid4())}
    first = decide(api, session_id, proposal_id, "approve", headers=headers).json()
    again = decide(api, session_id, proposal_id, "approve", headers=headers)
    assert again.json()["task_id"] == first["task_id"]
    commit(api, session_id, first["task_id"])
    version = api.version(session_id)
    again = decide(api, session_id, proposal_id, "approve", headers=headers)
    assert (again.status_code, again.json()["status"]) == (202, "succeeded")
    edited = {"edits": [{"number": 1, "code": "df = df"}]}
    other = decide(api, session_id, proposal_id, "approve", headers=headers, json=edited)
    assert_problem(other, 422, "idempotency-key-reused")
    reused = api.say(session_id, "sort", headers=headers)
    assert_problem(reused, 422, "idempotency-key-reused")
    decided = decide(api, session_id, proposal_id, "approve")
    assert first["task_id"] in assert_problem(decided, 409, "proposal-decided")["detail"]
    rejected = decide(api, session_id, proposal_id, "reject")
    assert_problem(rejected, 409, "proposal-decided")
    assert api.version(session_id) == version


def test_the_same_key_with_another_mode_is_refused(api: Api) -> None:
    session_id = api.session_with_table()
    headers = {"Idempotency-Key": str(uuid4())}
    path = f"/v1/sessions/{session_id}/messages"
    asked = {"text": "how many?", "mode": "ask"}
    first = api.client.post(path, json=asked, headers=headers)
    assert api.client.post(path, json=asked, headers=headers).json() == first.json()
    reused = api.client.post(path, json={"text": "how many?"}, headers=headers)
    assert_problem(reused, 422, "idempotency-key-reused")
    unknown = api.client.post(path, json={"text": "how many?", "mode": "yolo"})
    assert_problem(unknown, 422, "invalid-request")


def test_a_rejection_says_why_and_may_be_repeated(api: Api, tmp_path: Path) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    said = {"reason": "Keep Grace."}
    rejected = decide(api, session_id, proposal_id, "reject", json=said)
    assert rejected.status_code == 200, rejected.text
    assert (rejected.json()["status"], rejected.json()["reason"]) == ("rejected", "Keep Grace.")
    version = api.version(session_id)
    assert decide(api, session_id, proposal_id, "reject").json()["reason"] == "Keep Grace."
    assert api.version(session_id) == version
    late = decide(api, session_id, proposal_id, "approve")
    assert_problem(late, 409, "proposal-decided")
    assert api.client.get(f"/v1/tasks/{proposal_id}").json()["proposal"] == "rejected"


def test_a_stale_proposal_says_where_to_go_back_to(api: Api, tmp_path: Path) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    base = api.get(session_id).json()["pointer"]
    api.commit_node(session_id)
    stale = assert_problem(decide(api, session_id, proposal_id, "approve"), 409, "proposal-stale")
    assert stale["base_node_id"] == base
    assert api.get(session_id, f"/proposals/{proposal_id}").json()["is_current"] is False
    back = api.client.post(f"/v1/sessions/{session_id}/rollback", json={"node_id": base})
    assert back.status_code == 200
    task = decide(api, session_id, proposal_id, "approve").json()
    node_id = commit(api, session_id, task["task_id"])
    assert api.get(session_id, f"/nodes/{node_id}").json()["branch"] == "branch-2"


@pytest.mark.parametrize(
    ("edit", "slug", "told"),
    [
        ({"number": 0, "code": "df = df"}, "invalid-request", "greater than or equal"),
        ({"number": 2, "code": "df = df"}, "edit-refused", "one step"),
        ({"number": 1}, "invalid-request", "either actions or code"),
        (
            {"number": 1, "code": "df", "actions": [{"kind": "drop_missing"}]},
            "invalid-request",
            "either actions or code",
        ),
        ({"number": 1, "code": " "}, "edit-refused", "empty"),
        ({"number": 1, "actions": [{"kind": "levitate"}]}, "invalid-request", "no such kind"),
        (
            {"number": 1, "actions": [{"kind": "drop_missing", "colums": ["age"]}]},
            "invalid-request",
            "Is 'columns' meant?",
        ),
        (
            {"number": 1, "actions": [{"kind": "drop_missing", "columns": ["aeg"]}]},
            "edit-refused",
            "age",
        ),
    ],
)
def test_an_edit_that_means_nothing_is_refused(
    api: Api, tmp_path: Path, edit: dict[str, Any], slug: str, told: str
) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    refused = decide(api, session_id, proposal_id, "approve", json={"edits": [edit]})
    assert told in str(assert_problem(refused, 422, slug))
    assert decide(api, session_id, proposal_id, "approve").status_code == 202


def test_an_edited_approval_that_fails_leaves_the_proposal_waiting(
    api: Api, tmp_path: Path
) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    edits = {"edits": [{"number": 1, "code": "df = df.head(1)"}]}
    task = decide(api, session_id, proposal_id, "approve", json=edits).json()
    shown = api.get(session_id, f"/proposals/{proposal_id}").json()
    assert shown["edits"] == [{"number": 1, "actions": [], "code": "df = df.head(1)"}]
    handle(api, session_id, StartTurn(task_id=UUID(task["task_id"])))
    step = next_step(api.service.handler.load(session_id).state)
    assert step is not None
    handle(api, session_id, FailTask(step=step, reason="step_failed", detail="It failed."))
    assert api.client.get(f"/v1/tasks/{task['task_id']}").json()["status"] == "failed"
    shown = api.get(session_id, f"/proposals/{proposal_id}").json()
    assert (shown["status"], shown["task_id"]) == ("waiting_for_approval", None)
    assert decide(api, session_id, proposal_id, "approve").status_code == 202


def test_proposals_expire_with_their_session_and_forget_what_people_wrote(
    api: Api, tmp_path: Path
) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    rejected_in, rejected = propose(api, tmp_path)
    decide(api, rejected_in, rejected, "reject", json={"reason": "Ann said no"})
    api.client.post(f"/v1/sessions/{session_id}/close")
    closed = api.get(session_id, f"/proposals/{proposal_id}").json()
    assert closed["status"] == "expired"
    assert_problem(decide(api, session_id, proposal_id, "approve"), 409, "session-closed")
    for each in (session_id, rejected_in):
        subject = api.get(each).json()["subject_id"]
        assert api.client.delete(f"/v1/subjects/{subject}").status_code == 200
    assert_problem(decide(api, rejected_in, rejected, "approve"), 409, "session-erased")
    erased = api.get(rejected_in, f"/proposals/{rejected}").json()
    assert (erased["status"], erased["message"]) == ("rejected", "erased")
    assert "Ann" not in str(erased)
    assert "drop rows" not in str(erased)


def test_what_is_not_there_is_unknown(api: Api, tmp_path: Path) -> None:
    session_id, proposal_id = propose(api, tmp_path)
    for other, wanted in ((session_id, uuid4()), (api.open_session(), proposal_id)):
        for answer in (
            api.get(other, f"/proposals/{wanted}"),
            api.get(other, f"/proposals/{wanted}/rows"),
            decide(api, other, wanted, "approve"),
            decide(api, other, wanted, "reject"),
        ):
            assert_problem(answer, 404, "proposal-unknown")
    assert_problem(api.get(uuid4(), "/proposals"), 404, "session-unknown")
    assert_problem(api.get(session_id, "/proposals/first"), 404, "proposal-unknown")
