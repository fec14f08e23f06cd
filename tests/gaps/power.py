"""A power cut, as near as a process without a machine of its own can come to one.

PostgreSQL promises: what was acknowledged survives if the disk keeps what was synced. When it
acknowledges, nothing is synced but what the last checkpoint wrote, and the write-ahead log up to
the place that the server calls flushed. So the disk after a power cut is put together from

- every file as it was when the last checkpoint had ended, however much was written to it since.
  Checkpoints are held off from then on, and the control file proves that none came;
- the write-ahead log, with zeros from the flushed place on, though the server wrote more.

What this is not: nothing takes power from a disk here. That the server calls fdatasync before it
calls a place flushed is seen only in its own counts of syncs. That the kernel and the disk keep
what they were told to sync is believed. Of data pages written since the checkpoint either all are
lost, or of each that the server wrote one half is on the disk (`torn_pages`); a kernel and a disk
may leave any other mixture.
"""

import os
import shutil
import signal
from pathlib import Path

import psycopg

from infrastructure.embedded.postgres import EmbeddedPostgres

_SEGMENT_BYTES = 16 << 20
_SEGMENTS_OF_A_FILE_NAME = 0x100000000 // _SEGMENT_BYTES

# Nothing but an append and its reader is to write, sync or checkpoint.
_QUIET = {
    "checkpoint_timeout": "1d",
    "max_wal_size": "16GB",
    "autovacuum": "off",
    "bgwriter_lru_maxpages": "0",
}


class Machine:
    """A server whose power can be cut. Begin with `sync`; `cut` ends the server."""

    def __init__(self, directory: Path, installed: Path) -> None:
        """`installed` is the directory of a server that was stopped; a copy of it is used."""
        self._directory = directory
        shutil.copytree(installed, directory / "running", symlinks=True)
        self._synced = directory / "synced"
        self._checkpoint = ""
        self._cuts = 0
        self.postgres = EmbeddedPostgres(directory / "running")
        self.postgres.start()

    def close(self) -> None:
        """End the server, if it runs."""
        self.postgres.stop()

    def write_early(self) -> None:
        """Have so little memory for pages that they are written long before a checkpoint."""
        ask(self.postgres, "ALTER SYSTEM SET shared_buffers = '1MB'")
        self.postgres.stop()
        self.postgres.start()

    def sync(self) -> None:
        """Let everything written so far be on the disk, and nothing but the log from now on."""
        for name, value in _QUIET.items():
            ask(self.postgres, f"ALTER SYSTEM SET {name} = '{value}'")
        ask(self.postgres, "SELECT pg_reload_conf()")
        ask(self.postgres, "CHECKPOINT")
        self._checkpoint = self._last_checkpoint()
        shutil.copytree(
            self.data,
            self._synced,
            ignore=lambda place, _: (
                ["pg_wal", "postmaster.pid"] if Path(place) == self.data else []
            ),
        )

    def log_syncs(self) -> int:
        """How often the log was synced, as the server counts it."""
        return int(ask(self.postgres, "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"))

    def never_flush_by_itself(self) -> None:
        """Stop the process that syncs what nobody waits for."""
        writer = ask(
            self.postgres, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        )
        os.kill(int(writer), signal.SIGSTOP)

    def cut(self) -> None:
        """End the server with all that it has not synced."""
        assert self._last_checkpoint() == self._checkpoint, "a checkpoint came in between"
        assert self.postgres.pid is not None
        writer = ask(
            self.postgres, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
        )
        os.kill(self.postgres.pid, signal.SIGKILL)
        os.kill(int(writer), signal.SIGKILL)
        self.postgres.stop()

    def disk_at(self, flushed: int) -> Path:
        """A directory to start a server on: what the disk held when the log was flushed so far.

        Its subdirectory ``data`` is the cluster, and may be damaged further.
        """
        self._cuts += 1
        data = self._directory / f"cut-{self._cuts}" / "data"
        shutil.copytree(self._synced, data)
        shutil.copy(self.data / "global" / "pg_control", data / "global")
        shutil.copytree(self.data / "pg_wal", data / "pg_wal")
        end = _segment_name(flushed)
        for segment in (data / "pg_wal").iterdir():
            if segment.is_dir() or segment.name < end:
                continue
            assert segment.stat().st_size == _SEGMENT_BYTES
            keep = flushed % _SEGMENT_BYTES if segment.name == end else 0
            with segment.open("r+b") as file:
                file.truncate(keep)
                file.truncate(_SEGMENT_BYTES)
        return data.parent

    @property
    def data(self) -> Path:
        """The cluster as the server left it, in the memory of the kernel or on the disk."""
        return self._directory / "running" / "data"

    def _last_checkpoint(self) -> str:
        return ask(self.postgres, "SELECT checkpoint_lsn FROM pg_control_checkpoint()")


def flushed(postgres: EmbeddedPostgres) -> int:
    """How far the log is synced now, as the server says, in bytes."""
    return int(ask(postgres, "SELECT pg_current_wal_flush_lsn() - '0/0'"))


def ask(postgres: EmbeddedPostgres, query: str) -> str:
    """The first value of a query, asked by the server's owner."""
    conninfo = postgres.url.replace("+psycopg", "")
    with psycopg.connect(conninfo, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
    return str(row[0]) if row else ""


def _segment_name(place: int) -> str:
    """The file of the log that holds this place, on a cluster's first timeline."""
    high, low = divmod(place // _SEGMENT_BYTES, _SEGMENTS_OF_A_FILE_NAME)
    return f"00000001{high:08X}{low:08X}"
