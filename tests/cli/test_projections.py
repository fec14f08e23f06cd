"""Looking after projections from the terminal, over an embedded database that nobody serves."""

import psycopg
import pytest

from interfaces.composition.databases import service_database
from interfaces.settings import Settings
from tests.cli.command_line import CommandLine


@pytest.fixture
def recorded(datatrail: CommandLine) -> CommandLine:
    """A command line over a home where a database was made."""
    with service_database(Settings()):
        return datatrail


def damage(statement: str) -> None:
    """Change a projection behind everybody's back."""
    with (
        service_database(Settings()) as url,
        psycopg.connect(url.replace("+psycopg", "")) as connection,
    ):
        connection.execute(statement.encode())


def test_builds_are_listed_verified_rebuilt_and_rolled_back(recorded: CommandLine) -> None:
    damage(
        "INSERT INTO read_models.sessions (session_id, version, created_at, updated_at)"
        " VALUES ('0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b55', 1, now(), now())"
    )
    verified = recorded("projections", "verify")
    assert verified.code == 1
    assert "in sessions, 1 row of the live build differed from the log" in verified.out
    assert "0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b55" in verified.out
    assert "Verified tasks; the live one was what the log says." in verified.out

    assert recorded("projections", "rebuild", "session_tree").code == 0
    assert recorded("projections", "verify").code == 0
    listed = recorded("projections", "list")
    assert listed.code == 0
    rows = [line.split()[:3] for line in listed.out.splitlines() if line.strip()]
    assert ["session_tree", "1", "kept"] in rows
    assert ["session_tree", "3", "live"] in rows
    assert ["tasks", "1", "live"] in rows

    # The rows of a live build are others soon, and its digest is of when it was built.
    digests = [
        line.split()[6:] for line in listed.out.splitlines() if line.split()[2:3] == ["live"]
    ]
    assert digests == [[], []]

    back = recorded("projections", "rollback", "session_tree")
    assert (back.code, back.out) == (0, "Build 1 of session_tree is live again.\n")


def test_what_stopped_a_build_is_listed(recorded: CommandLine) -> None:
    damage(
        "INSERT INTO read_models.builds SELECT projection, 7, 'building', definition, tables, fold,"
        " known_events, 0, 0, now(), NULL, NULL, NULL, 'the event type DreamDreamt is not known'"
        " FROM read_models.builds WHERE projection = 'tasks'"
    )
    listed = recorded("projections", "list").out
    assert "unfinished: a rebuild goes on with it; stopped: the event type DreamDreamt" in listed


def test_builds_are_listed_whole_on_a_terminal_of_eighty_columns(
    recorded: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage("UPDATE read_models.builds SET error = 'the event type DreamDreamt is not known'")
    monkeypatch.setenv("COLUMNS", "80")

    listed = recorded("projections", "list").out

    heading = next(line for line in listed.splitlines() if "digest" in line)
    assert heading.split() == ["projection", "build", "state", "events", "since", "digest"]
    assert "Build 1 of tasks: stopped: the event type DreamDreamt is not known." in listed


def test_there_is_nothing_to_roll_back_to_at_first(recorded: CommandLine) -> None:
    refused = recorded("projections", "rollback", "tasks")
    assert refused.code == 1
    assert "built once" in refused.err
