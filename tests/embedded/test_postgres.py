"""The database that Datatrail runs for itself keeps its promises when things end badly."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from infrastructure.embedded.errors import (
    DataDirectoryInUse,
    DataDirectoryUnusable,
    PostgresDidNotStart,
    WrongPostgresVersion,
)
from infrastructure.embedded.postgres import EmbeddedPostgres, url_of_running
from tests.waiting import wait_until

_ANOTHER_DATATRAIL = """
import sys, time
from pathlib import Path
from time import monotonic, sleep
from infrastructure.embedded.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which a server ran and was stopped; copy it, do not use it."""
    directory = tmp_path_factory.mktemp("cluster")
    with EmbeddedPostgres(directory) as server:
        _run(server.url, "CREATE TABLE kept (number integer)")
        _run(server.url, "INSERT INTO kept VALUES (42)")
    return directory


@pytest.fixture
def directory(cluster: Path, tmp_path: Path) -> Path:
    """A directory of its own with a cluster that holds one row."""
    return Path(shutil.copytree(cluster, tmp_path / "datatrail"))


@pytest.fixture
def another(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that runs a server over the directory."""
    with subprocess.Popen(
        [sys.executable, "-c", _ANOTHER_DATATRAIL, directory], stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_the_data_survives_a_restart(directory: Path) -> None:
    with EmbeddedPostgres(directory) as server:
        assert _run(server.url, "SELECT number FROM kept") == [(42,)]


def test_the_data_is_synced_and_checksummed(directory: Path) -> None:
    with EmbeddedPostgres(directory) as server:
        settings = "SELECT current_setting('fsync'), current_setting('data_checksums')"
        assert _run(server.url, settings) == [("on", "on")]


def test_only_the_owner_can_reach_the_server(directory: Path) -> None:
    with EmbeddedPostgres(directory) as server:
        assert _run(server.url, "SHOW listen_addresses") == [("",)]
        socket = (directory / "socket").resolve()
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
        assert stat.S_IMODE((socket / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_a_role_connects_without_a_password(directory: Path) -> None:
    with EmbeddedPostgres(directory) as server:
        _run(server.url, 'CREATE ROLE "the service" LOGIN')
        assert _run(server.url_for("the service"), "SELECT current_user") == [("the service",)]


@pytest.mark.parametrize("name", ["long" * 40, "with a space", "a,comma", "ünïcode", "it's 100%"])
def test_the_directory_may_have_any_name(cluster: Path, tmp_path: Path, name: str) -> None:
    directory = tmp_path / name
    shutil.copytree(cluster, directory)
    with EmbeddedPostgres(directory) as server:
        assert _run(server.url, "SELECT number FROM kept") == [(42,)]
        socket = (directory / "socket").resolve()
    assert not socket.exists()
    assert not (directory / "socket").is_symlink()


def test_a_second_datatrail_is_told_who_is_in_the_way(
    directory: Path, another: subprocess.Popen[str]
) -> None:
    _started(another)
    with pytest.raises(DataDirectoryInUse, match="another Datatrail"):
        EmbeddedPostgres(directory).start()
    url = url_of_running(directory)
    assert url is not None
    assert _run(url, "SELECT number FROM kept") == [(42,)]


def test_nobody_serves_a_directory_that_was_left(directory: Path) -> None:
    assert url_of_running(directory) is None


def test_the_server_ends_with_a_killed_datatrail(another: subprocess.Popen[str]) -> None:
    server = _started(another)
    another.kill()
    another.wait()
    wait_until(lambda: not _is_alive(server))


def test_the_next_start_ends_a_server_that_was_left_behind(
    directory: Path, another: subprocess.Popen[str]
) -> None:
    orphan = _started(another)
    children = Path(f"/proc/{another.pid}/task/{another.pid}/children").read_text().split()
    for guard in {int(child) for child in children} - {orphan}:
        os.kill(guard, signal.SIGKILL)
    another.kill()
    another.wait()
    assert _is_alive(orphan)
    with EmbeddedPostgres(directory) as server:
        assert not _is_alive(orphan)
        assert _run(server.url, "SELECT number FROM kept") == [(42,)]


def test_a_killed_server_recovers_what_was_committed(directory: Path) -> None:
    first = EmbeddedPostgres(directory)
    first.start()
    _run(first.url, "INSERT INTO kept VALUES (43)")
    assert first.pid is not None
    os.kill(first.pid, signal.SIGKILL)
    first.stop()
    with EmbeddedPostgres(directory) as server:
        assert _run(server.url, "SELECT number FROM kept") == [(42,), (43,)]


def test_a_server_that_is_tended_comes_back_under_its_url_however_often_it_is_killed(
    directory: Path,
) -> None:
    with EmbeddedPostgres(directory) as server, server.tended():
        for insert in ("INSERT INTO kept VALUES (43)", "INSERT INTO kept VALUES (44)"):
            _run(server.url, insert)
            killed = server.pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            wait_until(partial(_is_back, server, directory, killed))
        assert _run(server.url, "SELECT number FROM kept") == [(42,), (43,), (44,)]
    assert url_of_running(directory) is None


def test_a_server_that_does_not_start_is_tried_ever_more_rarely_which_is_said_once(
    directory: Path, caplog: pytest.LogCaptureFixture
) -> None:
    control = directory / "data" / "global" / "pg_control"
    with EmbeddedPostgres(directory) as server, server.tended():
        killed = server.pid
        assert killed is not None
        lost = control.rename(directory / "pg_control")
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: server.log.read_text().count("could not open file") >= 2)
        lost.rename(control)
        wait_until(partial(_is_back, server, directory, killed))
    said = [each.message for each in caplog.records if each.levelname == "ERROR"]
    assert len(said) == 2
    assert "tried again" in said[1]


def test_a_server_that_ends_as_soon_as_it_serves_is_started_ever_more_rarely(
    directory: Path,
) -> None:
    seconds = 5.0
    with EmbeddedPostgres(directory) as server, server.tended():
        killed = set[int]()
        end = monotonic() + seconds
        while monotonic() < end:
            if (serving := server.pid) is not None and url_of_running(directory) is not None:
                killed.add(serving)
                os.kill(serving, signal.SIGKILL)
            sleep(0.02)
    # At once, and then after 0.5, 1 and 2 seconds.
    assert 2 <= len(killed) <= 5


def test_a_pid_file_whose_number_is_now_another_process_is_stale(directory: Path) -> None:
    (directory / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{directory}/data\n")
    with EmbeddedPostgres(directory) as server:
        assert _run(server.url, "SELECT number FROM kept") == [(42,)]


def test_an_interrupted_creation_is_done_again(tmp_path: Path) -> None:
    unfinished = tmp_path / "data.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(tmp_path) as server:
        assert _run(server.url, "SELECT 1") == [(1,)]
    assert not unfinished.exists()


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "infrastructure.embedded.cluster._CLUSTER_OPTIONS", ("--encoding=NO_SUCH_ENCODING",)
    )
    with pytest.raises(PostgresDidNotStart, match="NO_SUCH_ENCODING"):
        EmbeddedPostgres(tmp_path).start()
    assert list(tmp_path.glob("data*")) == []


def test_data_of_another_version_is_refused_untouched(directory: Path) -> None:
    version = directory / "data" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(WrongPostgresVersion, match=r"PostgreSQL 15.*PostgreSQL 18"):
        EmbeddedPostgres(directory).start()
    assert version.read_text() == "15\n"


def test_files_that_are_no_database_are_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letter.txt").write_text("Dear")
    with pytest.raises(DataDirectoryUnusable, match="no PostgreSQL database"):
        EmbeddedPostgres(tmp_path).start()
    assert (tmp_path / "data" / "letter.txt").read_text() == "Dear"


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataDirectoryUnusable, match="data directory"):
        EmbeddedPostgres(tmp_path / "file" / "datatrail").start()


def test_a_server_that_cannot_start_says_why(directory: Path) -> None:
    (directory / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    server = EmbeddedPostgres(directory)
    with pytest.raises(PostgresDidNotStart, match="no_such_setting"):
        server.start()
    assert server.pid is None

    (directory / "data" / "postgresql.conf").write_text("")
    with server:
        assert _run(server.url, "SELECT number FROM kept") == [(42,)]


def _is_back(server: EmbeddedPostgres, directory: Path, killed: int) -> bool:
    return server.pid not in {None, killed} and url_of_running(directory) is not None


def _run(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def _started(another: subprocess.Popen[str]) -> int:
    assert another.stdout is not None
    return int(another.stdout.readline())


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
