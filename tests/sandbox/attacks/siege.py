"""A pool of jails under attack: what must stay unread, unwritten, unreached, and answered."""

import socket
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from uuid import uuid4

import pyarrow.parquet as pq

from application.ports.sandbox import Execution, Outcome, Sandbox, SnippetJob
from tests.sandbox.inside import CHANNEL, OPEN_FILES

REACHED = "reached"
"""What an attack says it got when it was let where it must not be, if it can show nothing else."""

_PRELUDES = {
    ("FD", "TABLE", "RESULT", "ROWS", "ANSWER"): f"{OPEN_FILES}FD = {CHANNEL}\n",
    ("libc",): "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n",
}


def prepared(body: str) -> str:
    """`body` after the statements that find what it speaks of."""
    found = [text for words, text in _PRELUDES.items() if any(word in body for word in words)]
    return "".join([*found, body])


def theft(body: str) -> str:
    """A snippet that tells in every way what `body` leaves in ``got``, or why it got nothing."""
    return (
        f"got = 'nothing'\ntry:\n{textwrap.indent(prepared(body), '    ')}\n"
        "except BaseException as error:\n    got = type(error).__name__\n"
        "print(got)\nresult = str(got)\ndf = pd.DataFrame({'got': [str(got)]})\n"
    )


@dataclass(frozen=True)
class Treasure:
    """What attacks are after. `listening` is what they must not reach."""

    place: Path
    listening: "Listening"
    secret: str = field(default_factory=lambda: f"secret-{uuid4().hex}")

    @property
    def path(self) -> Path:
        """A file that everybody may read, and nobody may change."""
        return self.place / "secret.txt"

    @property
    def plant(self) -> Path:
        """Where no file is ever to be."""
        return self.place / "plant"

    def put(self) -> None:
        self.path.write_text(f"{self.secret}\n{self.secret}\n")
        self.path.chmod(0o644)
        (self.place / "stolen.py").write_text(f"got = {self.secret!r}")

    def aimed(self, snippet: str) -> str:
        """`snippet` with the places of this treasure in it."""
        return Template(snippet).safe_substitute(
            SECRET=repr(str(self.path)),
            PLANT=repr(str(self.plant)),
            PORT=str(self.listening.port),
            SOCKET=repr(str(self.listening.path)),
            ABSTRACT=repr(self.listening.abstract),
        )

    def assert_intact(self) -> None:
        assert self.path.read_text() == f"{self.secret}\n{self.secret}\n"
        assert self.path.stat().st_mode & 0o7777 == 0o644
        assert not self.plant.exists()
        assert self.listening.reached() == []


class Listening:
    """Sockets of this machine that answer, and remember that they were asked."""

    def __init__(self, place: Path) -> None:
        self.path = place / "socket"
        self.abstract = f"\0datatrail-{uuid4().hex}"
        tcp = socket.create_server(("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", self.port))
        self._named = {"tcp": tcp, "udp": udp}
        with suppress(OSError):  # a machine without IPv6
            self._named["tcp6"] = socket.create_server(
                ("::1", self.port), family=socket.AF_INET6, dualstack_ipv6=False
            )
        for name, address in (("unix", str(self.path)), ("abstract", self.abstract)):
            self._named[name] = socket.socket(socket.AF_UNIX)
            self._named[name].bind(address)
            self._named[name].listen()
        self._reached: list[str] = []
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, args=(name, each), daemon=True)
            for name, each in self._named.items()
        ]
        for each in self._named.values():
            each.settimeout(0.2)
        for thread in self._threads:
            thread.start()

    def _serve(self, name: str, listening: socket.socket) -> None:
        while not self._closing.is_set():
            try:
                if name == "udp":
                    listening.recvfrom(100)
                    self._reached.append(name)
                    continue
                connection, _ = listening.accept()
            except TimeoutError:
                continue
            self._reached.append(name)
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.0 204 No Content\r\n\r\n")

    def reached(self) -> list[str]:
        return list(self._reached)

    def forget(self) -> None:
        self._reached.clear()

    def close(self) -> None:
        self._closing.set()
        for thread in self._threads:
            thread.join()
        for each in self._named.values():
            each.close()


@dataclass(frozen=True, kw_only=True)
class Attacked:
    """What came of an attack, all that it handed out as one text, and which files it left."""

    execution: Execution
    out: str
    left: frozenset[str]


@dataclass
class Siege:
    """A sandbox, and two sessions that have a jail of it each: a hostile one and a bystander, which
    keeps something to itself in there.
    """

    sandbox: Sandbox
    hostile: Sandbox
    bystander: Sandbox
    kept: str
    table: Path
    place: Path
    treasure: Treasure

    def attack(self, snippet: str, sandbox: Sandbox | None = None) -> Attacked:
        """Execute it; whatever it does, nothing is lost, and others are served as ever."""
        given = self.table.read_bytes()
        with self._files() as files:
            execution = self._executed(sandbox or self.sandbox, self.treasure.aimed(snippet), files)
            left = frozenset(name for name, path in files.items() if path.exists())
            out = _all_of(execution, list(files.values()))
        assert self.treasure.secret not in out
        assert self.kept not in out
        assert self.table.read_bytes() == given
        self.treasure.assert_intact()
        if execution.outcome is Outcome.POLICY:  # nothing was executed
            return Attacked(execution=execution, out=out, left=left)
        assert self.asked(self.bystander, "df['said'] = pd.kept") == self.kept
        if execution.outcome is not Outcome.OK:
            assert self.asked(self.sandbox, "df['said'] = 'as ever'") == "as ever"
        return Attacked(execution=execution, out=out, left=left)

    def asked(self, sandbox: Sandbox, snippet: str) -> object:
        """The first cell of ``said`` in what an ordinary job leaves."""
        with self._files() as files:
            execution = self._executed(sandbox, snippet, files)
            assert execution.outcome is Outcome.OK, execution
            assert execution.runtime
            return pq.read_table(files["result"]).column("said")[0].as_py()

    def _executed(self, sandbox: Sandbox, snippet: str, files: dict[str, Path]) -> Execution:
        return sandbox.execute(
            SnippetJob(
                snippet=snippet,
                table=self.table,
                seed=7,
                result=files["result"],
                rows=files["rows"],
                answer=files["answer"],
            )
        )

    @contextmanager
    def _files(self) -> Iterator[dict[str, Path]]:
        files = {name: self.place / name for name in ("result", "rows", "answer")}
        try:
            yield files
        finally:
            for path in files.values():
                path.unlink(missing_ok=True)


def _all_of(execution: Execution, files: list[Path]) -> str:
    """All that is known after an execution: what is recorded, printed, and left in files."""
    out = [repr(execution)]
    for path in files:
        if path.exists():
            out.append(repr(path.read_bytes()))
            with suppress(Exception):  # an answer may be no table
                out.append(str(pq.read_table(path).to_pydict()))
    return "\n".join(out)
