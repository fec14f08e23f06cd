"""The program of a jail without its jail: what an attack does where nothing holds it."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow.parquet as pq

from tests.sandbox.attacks.conftest import LIMITS

_REPOSITORY = Path(__file__).parents[3]
_PATIENCE_SECONDS = 60


class Unjailed:
    """A context manager. The program inherits an open descriptor of the file `secret`."""

    def __init__(self, table: Path, secret: Path) -> None:
        self._table = table
        self._host, jailed = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._host.settimeout(_PATIENCE_SECONDS)
        order = {
            "channel": jailed.fileno(),
            "cpu_seconds": _PATIENCE_SECONDS,
            "threads": 1 << 15,
            "result_bytes": LIMITS.result_bytes,
            "columns": LIMITS.columns,
        }
        with jailed, open(secret) as inherited:
            self._process = subprocess.Popen(
                [sys.executable, "-PB", "-m", "infrastructure.nsjail.runner", json.dumps(order)],
                pass_fds=(jailed.fileno(), inherited.fileno()),
                # The secret first: some read the memory where the environment begins.
                env={
                    "DATATRAIL_SECRET": os.environ["DATATRAIL_SECRET"],
                    **os.environ,
                    "PYTHONPATH": str(_REPOSITORY),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        assert b"ready" in self._host.recv(10_000)

    def __enter__(self) -> "Unjailed":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._host.close()
        self._process.kill()
        self._process.wait()

    def got(self, snippet: str) -> str:
        """What a theft says that it got."""
        with open(self._table, "rb") as table, tempfile.TemporaryFile() as left:
            with tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as answer:
                files = [each.fileno() for each in (table, left, rows, answer)]
                job: dict[str, Any] = {"seed": 0, "more": True, "changes_only": False}
                message = json.dumps(job).encode() + b"\n" + snippet.encode()
                socket.send_fds(self._host, [message], files)
                assert b"begun" in self._host.recv(10_000)
                reply = json.loads(self._host.recv(100_000))
            assert reply["outcome"] == "ok", reply
            return str(pq.read_table(left).column("got")[0].as_py())
