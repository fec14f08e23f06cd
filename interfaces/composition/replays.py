"""Replaying sessions, from the service's own files or from those in an audit bundle."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from application.artifacts import Artifacts
from application.ports.sandbox import Sandbox
from application.replay import Replayer
from domain.session.events import SessionEvent
from infrastructure.events.codec import EventCodec
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.file_tables import FileTables
from infrastructure.tabular.snapshots.column_snapshots import ColumnSnapshots
from infrastructure.tabular.snapshots.first_difference import ParquetComparison
from interfaces.composition.parts import object_store, sandbox
from interfaces.settings import Settings

_FILE = re.compile(r"(?P<key>(?:uploads|snapshots|manifests|columns)/[0-9a-f]{64})(?:\.\w+)?")


def replayer(settings: Settings) -> Replayer:
    """What replays sessions from the uploads and tables that the service stored."""
    return replayer_over(Artifacts(object_store(settings)), sandbox(settings))


@contextmanager
def replayer_of_bundle(settings: Settings, bundle: Path) -> Iterator[Replayer]:
    """What replays a session from the files in its bundle alone, which is proven already."""
    with tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
        with ZipFile(bundle) as archive:
            for name in archive.namelist():
                if found := _FILE.fullmatch(name):
                    place = Path(directory, found["key"])
                    place.parent.mkdir(exist_ok=True)
                    with archive.open(name) as member, place.open("xb") as file:
                        shutil.copyfileobj(member, file)
        artifacts = Artifacts(ObstoreObjectStore.local(Path(directory)))
        yield replayer_over(artifacts, sandbox(settings))


def opened_events(records: Iterable[tuple[str, int, Mapping[str, Any]]]) -> list[SessionEvent]:
    """Events by type, version and what the key in their bundle opens; what it does not is erased.

    Raises EventUnreadable.
    """
    codec = EventCodec()
    return [codec.decode_opened(*record) for record in records]


def replayer_over(artifacts: Artifacts, sandbox: Sandbox) -> Replayer:
    """What replays sessions from these artifacts, in jails of this sandbox."""
    return Replayer(
        artifacts=artifacts,
        tables=FileTables(),
        snapshots=ColumnSnapshots(artifacts),
        sandbox=sandbox,
        comparison=ParquetComparison(),
    )
