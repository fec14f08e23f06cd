"""A private RabbitMQ broker: Debian's package, in a temporary directory, on 127.0.0.1 only."""

import os
import shutil
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import pika
from pika.exceptions import AMQPError

from tests.services.ports import accepts, free_ports
from tests.services.process import ServerDidNotStart, ServerProcess
from tests.waiting import wait_until

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
INSTALL = "apt-get update && apt-get install -y --no-install-recommends rabbitmq-server"

_LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"


class RabbitMQ:
    """One broker whose data lives as long as `directory`: kill it, start it, and it remembers.

    While less than `disk_free_limit` is free there, it takes no message.
    """

    def __init__(self, directory: Path, *, disk_free_limit: str = "1MB") -> None:
        self._directory = directory
        self._disk_free_limit = disk_free_limit
        self._port, self._distribution_port, self._epmd_port = free_ports(3)
        self._node = f"datatrail-{uuid4().hex[:12]}@localhost"
        self._epmd: ServerProcess | None = None
        self._server: ServerProcess | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the broker and its port mapper."""
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd = None

    @property
    def url(self) -> str:
        """The broker's AMQP URL; the same after `kill` and `start`."""
        return f"amqp://guest:guest@127.0.0.1:{self._port}/%2F"

    def start(self) -> None:
        """Start the broker, on the data of the run before, and wait until a client can connect."""
        if not SERVER.exists():
            raise ServerDidNotStart(
                f"RabbitMQ is not installed. As root, run `{INSTALL}`, or set AMQP_URL to a broker "
                "that the tests may use."
            )
        self._start_epmd()
        config = self._directory / "rabbitmq.conf"
        config.write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self._port}\n"
            f"disk_free_limit.absolute = {self._disk_free_limit}\n"
            "log.console = true\n"
            "log.file = false\n"
        )
        self._server = ServerProcess(
            [str(SERVER)], env=self._environment(config), log=self._directory / "broker.log"
        )
        self._server.wait_until(self._answers, seconds=120)

    def kill(self) -> None:
        """kill -9 the broker; its data stays. Of a new queue, see `settle`."""
        if self._server is not None:
            self._server.kill()
            self._server = None
        while accepts(self._port):  # the Erlang machine is the killed script's child, not ours
            time.sleep(0.01)

    def settle(self, queue: str) -> None:
        """Wait until the new queue would come back after `kill`, and those that go with it.

        RabbitMQ 3.10 writes a quorum queue's directory entry about a second after it confirmed
        the queue; killed sooner, the queue comes back without a leader and never answers.
        """

        def is_settled() -> bool:
            entries = b"".join(path.read_bytes() for path in self._directory.rglob("names.dets"))
            configs = list(self._directory.rglob("config"))
            uids = [path.parent.name for path in configs if queue.encode() in path.read_bytes()]
            return bool(uids) and all(uid.encode() in entries for uid in uids)

        wait_until(is_settled)

    def _start_epmd(self) -> None:
        # RabbitMQ would start a port mapper of its own and leave it behind as a daemon.
        if self._epmd is not None:
            return
        epmd = shutil.which("epmd", path=f"{os.defpath}:/usr/lib/erlang/bin") or "epmd"
        self._epmd = ServerProcess(
            [epmd, "-address", "127.0.0.1", "-port", str(self._epmd_port)],
            env={"PATH": os.defpath},
            log=self._directory / "epmd.log",
        )
        self._epmd.wait_until(lambda: accepts(self._epmd_port), seconds=60)

    def _environment(self, config: Path) -> dict[str, str]:
        base = self._directory
        return {
            "PATH": f"{os.defpath}:/usr/sbin:/sbin",
            "LANG": "C.UTF-8",
            "HOME": str(base),
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_BASE": str(base),
            "RABBITMQ_MNESIA_BASE": str(base / "mnesia"),
            "RABBITMQ_LOG_BASE": str(base / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(base / "enabled_plugins"),
            "RABBITMQ_PID_FILE": str(base / "pid"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(config),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _LOOPBACK_ONLY,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }

    def _answers(self) -> bool:
        if not accepts(self._port):
            return False
        try:
            pika.BlockingConnection(pika.URLParameters(self.url)).close()
        except (AMQPError, OSError):
            return False
        return True
