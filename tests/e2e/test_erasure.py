"""What was erased is nowhere, and everything else can still be proven."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from infrastructure.embedded.postgres import url_of_running
from infrastructure.events.chain import GENESIS, chain_hash
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import Deployment, embedded
from tests.waiting import wait_until

NAME = "Zebulon-Quux"
TABLE = b"name,age\n Ann ,31\nBob,\nBob,\n"
# Longer than a key is kept in a process's memory.
FORGOTTEN_SECONDS = 40


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("erasure")


@pytest.fixture(scope="module")
def own_deployment(home: Path) -> Iterator[Deployment]:
    deployment = embedded(home, DATATRAIL_LOG_LEVEL="DEBUG")
    yield deployment
    deployment.stop()


def a_told_session(deployment: Deployment, subject_id: UUID) -> Conversation:
    """A session that names a person wherever one can be named."""
    talk = Conversation(deployment.client, f"The case of {NAME}", subject_id)
    talk.upload(f"{NAME}.csv", TABLE)
    talk.say("remove duplicates")
    talk.say(f"drop rows where name is {NAME}")
    talk.finished(talk.post(f"please tell {NAME} what you think of her"))
    talk.finished(talk.post(f"cast {NAME} to number"))
    return talk


def everything(talk: Conversation) -> str:
    """All that HTTP answers about the session."""
    answers = [
        talk.client.get("/v1/sessions", params={"limit": 500}),
        talk.client.get(f"{talk.path}/events", headers={"Accept": "application/x-ndjson"}),
        talk.client.get(f"{talk.path}/nodes/current/export", params={"format": "csv"}),
        *(
            talk.client.get(talk.path + part)
            for part in ("", "/history", "/nodes", "/tasks", "/events")
        ),
    ]
    assert all(answer.is_success for answer in answers)
    return "\n".join(f"{dict(answer.headers)} {answer.text}" for answer in answers)


def await_silence(look: Callable[[], str]) -> None:
    """Other processes forget a key within seconds."""
    wait_until(lambda: NAME not in look(), "the name is still told", seconds=FORGOTTEN_SECONDS)


def datatrail(home: Path, *arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    """A verb beside the service."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("datatrail")), *arguments],
        env={"PATH": "/usr/bin:/bin", "DATATRAIL_HOME": str(home / "home"), "COLUMNS": "300"},
        input=answer,
        capture_output=True,
        text=True,
        cwd=home,
        timeout=120,
        check=False,
    )


def files_with(text: str, directory: Path) -> list[str]:
    """The files that hold the text, by their path below the directory."""
    return [
        str(path.relative_to(directory))
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.is_symlink() and text.encode() in path.read_bytes()
    ]


def dumped(url: str) -> bytes:
    """Every value of every table of the database, binary ones as their bytes."""
    values: list[bytes] = []
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        assert ("public", "events") in tables
        for schema, table in tables:
            rows = connection.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))
            )
            values += [
                value if isinstance(value, bytes) else str(value).encode()
                for row in rows
                for value in row
            ]
    return b"\n".join(values)


def dumped_payloads(url: str, but_last: int = 0) -> bytes:
    """The payloads of all events in the order of their writing."""
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        rows = connection.execute("SELECT payload FROM events ORDER BY id").fetchall()
    payloads = [bytes(payload) for (payload,) in rows]
    return b"\n".join(payloads[: len(payloads) - but_last])


def broken_links(url: str, session_id: str) -> list[int]:
    """The versions whose stored bytes do not have the hash that was recorded with them."""
    broken, previous = [], GENESIS
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        rows = connection.execute(
            "SELECT version, type, schema_version, event_id, metadata, payload, hash FROM events"
            " WHERE session_id = %s ORDER BY version",
            [session_id],
        ).fetchall()
    assert len(rows) > 15
    for version, event_type, schema_version, event_id, metadata, payload, recorded in rows:
        previous = chain_hash(
            previous,
            stream_id=f"session-{session_id}",
            version=version,
            event_type=event_type,
            schema_version=schema_version,
            event_id=event_id,
            metadata=metadata,
            payload=payload,
        )
        if previous != recorded:
            broken.append(version)
    return broken


def test_after_an_erasure_the_name_is_nowhere_and_the_log_is_still_proven(
    own_deployment: Deployment, home: Path
) -> None:
    subject_id = uuid4()
    talk = a_told_session(own_deployment, subject_id)
    url = url_of_running(home / "home" / "postgres")
    assert url is not None
    told = everything(talk)
    assert told.count(NAME) > 10, "there is something to erase"
    # Nor was it anywhere on the disk before: nothing of it ever was.
    assert files_with(NAME, home) == []
    before = hashlib.sha256(dumped_payloads(url)).digest()

    erased = talk.client.delete(f"/v1/subjects/{subject_id}")

    assert erased.json() == {"subject_id": str(subject_id), "sessions": [talk.session_id]}
    assert NAME not in everything(talk)
    for node in talk.nodes():
        assert node["snippets"] == []
        assert NAME not in str(talk.get(f"/nodes/{node['node_id']}"))
    for task in talk.get("/tasks")["items"]:
        assert NAME not in str(talk.task(task["task_id"]))
    assert NAME.encode() not in dumped(url)
    assert files_with(NAME, home) == []
    assert NAME not in own_deployment.logs()
    listed = datatrail(home, "events", talk.session_id)
    assert listed.returncode == 0, listed.stderr
    assert "PersonalDataErased" in listed.stdout
    assert NAME not in listed.stdout + listed.stderr

    assert hashlib.sha256(dumped_payloads(url, but_last=1)).digest() == before
    assert broken_links(url, talk.session_id) == []
    exported = datatrail(home, "audit", "export", talk.session_id, "-o", "erased.zip")
    assert exported.returncode == 0, exported.stderr
    key = datatrail(home, "keys", "show").stdout.strip()
    verified = datatrail(home, "audit", "verify", "erased.zip", "--public-key", key)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    revealed = datatrail(home, "audit", "export", talk.session_id, "-o", "r.zip", "--reveal")
    assert revealed.returncode == 1
    assert not (home / "r.zip").exists()


def test_an_operator_erases_beside_the_service_and_is_asked_first(
    own_deployment: Deployment, home: Path
) -> None:
    subject_id = uuid4()
    talk = a_told_session(own_deployment, subject_id)
    other = a_told_session(own_deployment, uuid4())

    refused = datatrail(home, "erase", str(subject_id), answer="n\n")
    assert refused.returncode == 1
    assert "1 session about" in refused.stdout
    assert NAME in talk.get("")["title"]

    erased = datatrail(home, "erase", str(subject_id), answer="y\n")
    assert erased.returncode == 0, erased.stderr
    assert talk.session_id in erased.stdout
    await_silence(lambda: str(talk.get("")) + str(talk.get("/history")))
    assert talk.get("")["erased"] is True
    assert NAME in other.get("")["title"]
    again = datatrail(home, "erase", str(subject_id), "--yes")
    assert again.returncode == 0, again.stderr


def test_a_restored_backup_of_the_keys_is_erased_again(
    own_deployment: Deployment, home: Path
) -> None:
    subject_id = uuid4()
    talk = a_told_session(own_deployment, subject_id)
    kept = home / "home" / "keys" / "subjects" / str(subject_id)
    backup = kept.read_bytes()
    talk.client.delete(f"/v1/subjects/{subject_id}")
    kept.write_bytes(backup)
    revived = datatrail(home, "events", talk.session_id)
    assert NAME in revived.stdout
    again = datatrail(home, "erase", "--recorded")
    assert again.returncode == 0, again.stderr
    assert str(subject_id) in again.stdout
    assert NAME not in datatrail(home, "events", talk.session_id).stdout


@pytest.mark.parametrize("subject", ["0190b2a4-0000-7000-8000-00000000c0de", "Zebulon"])
def test_an_operator_who_names_nobody_is_told_so(
    own_deployment: Deployment, home: Path, subject: str
) -> None:
    assert own_deployment.client.get("/health/live").is_success
    ended = datatrail(home, "erase", subject, "--yes")
    assert ended.returncode == 1
    assert "subject_id" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_erased_session_is_erased_after_a_restart_too(own_deployment: Deployment) -> None:
    subject_id = uuid4()
    talk = a_told_session(own_deployment, subject_id)
    kept = a_told_session(own_deployment, uuid4())
    talk.client.delete(f"/v1/subjects/{subject_id}")
    own_deployment.processes["up"].stop()
    own_deployment.restart_entry()
    talk.client = kept.client = own_deployment.client
    assert talk.get("")["title"] == "erased"
    assert kept.get("")["title"] == f"The case of {NAME}"
    first = talk.nodes()[0]["node_id"]
    assert talk.move("rollback", node_id=first)["pointer"] == first


def test_processes_apart_agree_on_keys_and_on_their_end(
    distributed_deployment: Deployment, distributed_database: str
) -> None:
    """API and worker share the keys in a bucket: each seals, the other reads."""
    subject_id = uuid4()
    talk = a_told_session(distributed_deployment, subject_id)
    assert NAME in everything(talk)
    assert NAME.encode() not in dumped(distributed_database)
    waiting = talk.post(f"remove duplicates for {NAME}")
    talk.client.delete(f"/v1/subjects/{subject_id}")
    ended = talk.finished(waiting)
    assert ended["status"] in {"failed", "succeeded"}
    assert NAME not in everything(talk)
    assert NAME.encode() not in dumped(distributed_database)
    assert broken_links(distributed_database, talk.session_id) == []
    assert NAME not in distributed_deployment.logs()
    refused = talk.client.post(f"{talk.path}/messages", json={"text": f"and {NAME}?"})
    assert refused.status_code == 409
