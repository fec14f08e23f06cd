"""The cluster on disk: made whole or not at all, and free of processes of an earlier run."""

import os
import shutil
import signal
import time
from pathlib import Path

from infrastructure.directory_entries import sync_directory
from infrastructure.embedded.errors import (
    DataDirectoryInUse,
    DataDirectoryUnusable,
    WrongPostgresVersion,
)
from infrastructure.embedded.programs import PostgresPrograms

_CLUSTER_OPTIONS = (
    "--encoding=UTF8",
    # PostgreSQL's own C.UTF-8: an upgrade of the C library cannot change the order of text.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--data-checksums",
    # The socket is in a 0700 directory: whoever can connect owns the data anyway.
    "--auth-local=trust",
    "--auth-host=reject",
    "--no-instructions",
)
_SECONDS_FOR_AN_ORPHAN_TO_END = 60.0


def create_cluster(
    programs: PostgresPrograms, directory: Path, *, superuser: str, lock: int
) -> None:
    """Make ``directory/data`` a cluster of this PostgreSQL, unless it is one already.

    `lock` is the descriptor of the directory's lock, which initdb holds too: were we killed, nobody
    else could start before it ends. Raises WrongPostgresVersion or PostgresDidNotStart.
    """
    data, unfinished = directory / "data", directory / "data.unfinished"
    if unfinished.exists():
        shutil.rmtree(unfinished)
    if data.exists() and any(data.iterdir()):
        _check_version(programs, data)
        return
    try:
        programs.run(
            "initdb",
            f"--pgdata={unfinished}",
            f"--username={superuser}",
            *_CLUSTER_OPTIONS,
            pass_fds=(lock,),
        )
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    if data.exists():
        data.rmdir()
    unfinished.rename(data)
    sync_directory(directory)


def end_orphans(data: Path) -> None:
    """End the server that a killed Datatrail may have left over `data`. The caller holds the lock.

    A process is taken for one by its program and working directory, never by the pid in
    postmaster.pid: after a reboot that number may be anyone's. Without such a process the file is
    stale, and PostgreSQL would still refuse to start if its pid were in use: it is removed.
    """
    pid_file = data / "postmaster.pid"
    deadline = time.monotonic() + _SECONDS_FOR_AN_ORPHAN_TO_END
    asked: set[int] = set()
    while orphans := _servers_over(data):
        postmaster = _pid_in(pid_file)
        if postmaster in orphans and postmaster not in asked:
            os.kill(postmaster, signal.SIGINT)
            asked.add(postmaster)
        if time.monotonic() > deadline:
            raise DataDirectoryInUse(data.parent)
        time.sleep(0.02)
    pid_file.unlink(missing_ok=True)


def _check_version(programs: PostgresPrograms, data: Path) -> None:
    try:
        found = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise DataDirectoryUnusable(
            f"{data} is not empty and is no PostgreSQL database. Give Datatrail another data "
            "directory. Nothing was changed."
        ) from None
    ours = programs.major_version()
    if found != ours:
        raise WrongPostgresVersion(data, found, ours)


def _servers_over(data: Path) -> set[int]:
    """The postgres processes, backends included, that work in `data`."""
    found = set()
    wanted = data.stat()
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            program = os.path.basename((process / "exe").readlink()).removesuffix(" (deleted)")
            place = (process / "cwd").stat()
        except OSError:  # it ended meanwhile, or belongs to another user and is none of ours
            continue
        if program == "postgres" and os.path.samestat(place, wanted):
            found.add(int(process.name))
    return found


def _pid_in(pid_file: Path) -> int | None:
    try:
        first_line = pid_file.read_text().partition("\n")[0]
    except FileNotFoundError:
        return None
    return int(first_line) if first_line.strip().isdigit() else None
