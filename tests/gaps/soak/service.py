"""The service under test: a real deployment, whose processes and database can be killed."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx

from infrastructure.embedded.postgres import EmbeddedPostgres
from infrastructure.postgres.tables import SERVICE_ROLE
from tests.e2e.conftest import distributed_environment
from tests.e2e.deployments import DatatrailProcess, Deployment
from tests.e2e.scripted_crew import ScriptedCrew
from tests.model_server import ModelServer
from tests.services.rabbitmq import RabbitMQ
from tests.services.seaweedfs import S3Settings, SeaweedFS

VICTIMS = ("postgres", "relay", "worker-1", "worker-2")
"""The sequencer is in the relay."""

_VERBS = {
    "serve": "serve --port 0",
    "relay": "relay",
    "worker-1": "worker",
    "worker-2": "worker",
}
_READY_SECONDS = 90.0


@dataclass(frozen=True, kw_only=True)
class Service:
    """What runs."""

    deployment: Deployment
    postgres: EmbeddedPostgres
    keys: S3Settings
    environment: Mapping[str, str]
    directory: Path

    @property
    def url(self) -> str:
        """The database's URL for the service's role."""
        return self.postgres.url_for(SERVICE_ROLE)

    @property
    def conninfo(self) -> str:
        """The same for libpq."""
        return self.url.replace("+psycopg", "")

    @property
    def owner(self) -> str:
        """libpq's, for the owner."""
        return self.postgres.url.replace("+psycopg", "")

    def kill_one(self, chance: Random) -> str:
        """kill -9 one of VICTIMS, and start it again; which."""
        victim = chance.choice(VICTIMS)
        if victim == "postgres":
            assert self.postgres.pid is not None
            os.kill(self.postgres.pid, signal.SIGKILL)
            self.postgres.stop()
            self.postgres.start()
        else:
            self.deployment.processes[victim].kill()
            time.sleep(chance.uniform(0, 2))
            self.deployment.start(victim)
        return victim

    def await_ready(self) -> None:
        """Wait until it serves. Raises TimeoutError."""
        wait_until(self._is_ready, _READY_SECONDS, "the service is not ready")

    def ended_by_themselves(self) -> list[str]:
        """Processes that nobody killed, and that do not run."""
        return [
            f"{name} ended with {process.process.returncode}"
            for name, process in self.deployment.processes.items()
            if process.process.poll() is not None
        ]

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a verb of the command line beside the service; its exit code and what it said."""
        log = self.directory / "verb.log"
        log.unlink(missing_ok=True)
        verb = DatatrailProcess(*arguments, env=self.environment, log=log)
        code = verb.process.wait(600)
        verb.stop()
        return code, log.read_text()

    def _is_ready(self) -> bool:
        try:
            return self.deployment.client.get("/health/ready").is_success
        except httpx.TransportError:
            return False


def wait_until(condition: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Raises TimeoutError, which says what is the case `otherwise`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise} after {seconds:g} s")
        time.sleep(0.1)


@contextmanager
def running(directory: Path) -> Iterator[Service]:
    """The service with all that it needs, in `directory`."""
    with ExitStack() as stack:
        postgres = stack.enter_context(EmbeddedPostgres(directory / "postgres"))
        broker = stack.enter_context(RabbitMQ(_made(directory / "rabbitmq")))
        s3 = stack.enter_context(SeaweedFS(_made(directory / "seaweedfs"))).settings
        crew = ScriptedCrew(stack.enter_context(ModelServer()))
        environment = {
            **distributed_environment(postgres.url, broker.url, s3),
            "DATATRAIL_MODEL_BASE_URL": crew.url,
            "DATATRAIL_MODEL_NAME": "scripted",
        }
        deployment = Deployment(_made(directory / "logs"), environment, _VERBS)
        stack.callback(deployment.stop)
        service = Service(
            deployment=deployment,
            postgres=postgres,
            keys=s3,
            environment=environment,
            directory=directory / "logs",
        )
        service.await_ready()
        yield service


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory
