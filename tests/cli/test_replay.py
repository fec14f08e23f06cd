"""`datatrail replay`, of a session beside a running service, and of a bundle alone."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.audit.bundles import members_of
from tests.audit.synthetic import packed
from tests.cli.command_line import CommandLine
from tests.e2e.conversation import Conversation
from tests.e2e.deployments import DatatrailProcess

TABLE = b"name,age\nAnn,31\nBob,\nCid,52\n"


@dataclass(frozen=True)
class Service:
    """A running service over `home`, and a conversation of four nodes in it."""

    home: Path
    client: httpx.Client
    talk: Conversation

    @property
    def session_id(self) -> str:
        return self.talk.session_id


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("replay")
    home = directory / "home"
    process = DatatrailProcess(
        "up", "--port", "0", env={"DATATRAIL_HOME": str(home)}, log=directory / "up.log"
    )
    client = httpx.Client(base_url=process.url(), timeout=60)
    yield Service(home, client, _talk(client))
    client.close()
    process.stop()


def _talk(client: httpx.Client) -> Conversation:
    talk = Conversation(client)
    talk.upload("people.csv", TABLE)
    root = talk.pointer()
    talk.say("drop rows with missing age")
    talk.say("rename age to years")
    talk.move("rollback", node_id=root)
    talk.say("sort by name descending")
    return talk


@pytest.fixture
def beside(datatrail: CommandLine, service: Service) -> CommandLine:
    """`datatrail`, with the home of the service that is running."""
    datatrail.set(home=str(service.home))
    return datatrail


@pytest.fixture
def exported(beside: CommandLine, service: Service, tmp_path: Path) -> Callable[..., Path]:
    """Exports the session's bundle; from then on the command line knows of no service."""

    def export(*options: str) -> Path:
        bundle = tmp_path / "bundle.zip"
        ended = beside("audit", "export", service.session_id, "-o", bundle, *options)
        assert ended.code == 0, ended.err
        beside.set(home=str(tmp_path / "nothing"))
        return bundle

    return export


def _files(directory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_a_session_is_replayed_from_the_log_and_nothing_is_stored(
    beside: CommandLine, service: Service
) -> None:
    before = service.talk.events(), _files(service.home / "objects")

    ended = beside("replay", service.session_id)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        f"Session {service.session_id}, 4 steps, from the log.",
        "4 of 4 nodes reproduced.",
    ]
    after = service.talk.events(), _files(service.home / "objects")
    assert after[0] == before[0]
    assert {p: d for p, d in after[1].items() if p in before[1]} == before[1]


def test_the_report_for_machines_is_one_document_and_nothing_else(
    beside: CommandLine, service: Service
) -> None:
    document = json.loads(beside("replay", service.session_id, "--json").out)

    assert (document["session_id"], document["from"]) == (service.session_id, "log")
    assert (document["nodes"], document["reproduced"], document["not_reproduced"]) == (4, 4, [])


def test_a_bundle_with_uploads_is_replayed_where_there_is_no_service(
    beside: CommandLine, exported: Callable[..., Path]
) -> None:
    bundle = exported("--with-uploads", "--reveal")

    ended = beside("replay", bundle)

    assert ended.code == 0, ended.err
    assert "4 of 4 nodes reproduced." in ended.out
    assert "WARNING: the bundle is proven by the key in itself only." in ended.out
    assert "snapshots" not in {name.partition("/")[0] for name in members_of(bundle)}


def test_the_key_of_the_log_is_compared_if_it_is_given(
    beside: CommandLine, exported: Callable[..., Path]
) -> None:
    other = beside("keys", "new").out
    own = beside("keys", "show").out.strip()
    bundle = exported("--with-uploads", "--reveal")

    assert "WARNING" not in beside("replay", bundle, "--public-key", own).out
    refused = beside("replay", bundle, "--public-key", f"{own[:-4]}AAA=")
    assert (refused.code, other != own) == (1, True)
    assert "is not proven" in refused.err


def test_of_a_bundle_with_tables_but_no_uploads_each_step_is_judged_by_itself(
    beside: CommandLine, exported: Callable[..., Path]
) -> None:
    bundle = exported("--snapshots", "--reveal")

    ended = beside("replay", bundle)

    assert ended.code == 2
    assert "3 of 4 nodes reproduced." in ended.out
    assert "Run on the stored table, as the one before was not made again: 2 steps." in ended.out
    assert "The uploaded file is not here.\nA bundle that is exported with" in ended.out


def test_a_sealed_bundle_says_what_it_takes_to_replay_it(
    beside: CommandLine, exported: Callable[..., Path]
) -> None:
    bundle = exported("--with-uploads")

    ended = beside("replay", bundle)

    assert ended.code == 2
    assert "1 of 4 nodes reproduced." in ended.out
    assert "what made them is sealed.\nWhat is sealed can be read in a bundle" in ended.out


def test_a_bundle_that_was_tampered_with_is_not_replayed(
    beside: CommandLine, exported: Callable[..., Path], tmp_path: Path
) -> None:
    members = members_of(exported("--with-uploads", "--reveal"))
    (upload,) = (name for name in members if name.startswith("uploads/"))
    altered: list[dict[str, bytes]] = [
        {**members, upload: TABLE.replace(b"31", b"32")},
        {**members, "events.ndjson": members["events.ndjson"][:-100]},
    ]
    for number, each in enumerate(altered):
        bundle = packed(each, tmp_path / f"altered-{number}.zip")

        ended = beside("replay", bundle)

        assert (ended.code, ended.out) == (1, "")
        assert "is not proven, so it was not replayed" in ended.err
        assert beside("audit", "verify", bundle).code == 1


def test_an_altered_upload_of_the_service_is_told_with_exit_code_1(
    beside: CommandLine, service: Service
) -> None:
    talk = Conversation(service.client)
    talk.upload("other.csv", b"name,age\nEve,7\n")
    digest = talk.events()[1]["payload"]["dataset"]["file_digest"]
    stored = service.home / "objects" / "uploads" / digest
    stored.chmod(0o600)
    stored.write_bytes(b"name,age\nEve,8\n")

    ended = beside("replay", talk.session_id)

    assert ended.code == 1
    assert "0 of 1 node reproduced." in ended.out
    assert f"First divergence: the reading of node {talk.pointer()} (event 4)" in ended.out
    assert "restore it from a backup" in ended.out


def test_an_erased_session_is_told_as_erased_and_not_as_divergent(
    beside: CommandLine, service: Service
) -> None:
    subject_id = uuid4()
    talk = Conversation(service.client, subject_id=subject_id)
    talk.upload("people.csv", TABLE)
    talk.say("drop rows with missing age")
    assert beside("erase", subject_id, "--yes").code == 0

    ended = beside("replay", talk.session_id)

    assert ended.code == 2
    assert "1 of 2 nodes reproduced." in ended.out
    assert "1 node not judged: what made them was erased." in ended.out
    assert "diverg" not in ended.out


@pytest.mark.parametrize("target", ["yesterday", "0190b2a4-0000-7000-8000-00000000c0de"])
def test_what_is_neither_a_session_nor_a_bundle_is_refused_with_a_sentence(
    beside: CommandLine, target: str
) -> None:
    ended = beside("replay", target)

    assert (ended.code, target in ended.err) == (1, True)


def test_a_file_that_is_no_bundle_is_refused_with_a_sentence(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("notes")

    ended = datatrail("replay", "notes.txt")

    assert (ended.code, "it is not a whole ZIP archive" in ended.err) == (1, True)
