"""Taking in a file: looked at first, stored durably second, recorded last."""

from pathlib import Path
from uuid import UUID

from application.artifacts import ArtifactKind, Artifacts
from application.handle import Origin, SessionHandler
from application.ports.tables import Tables
from domain.dataset import Dataset
from domain.session.commands import UploadDataset
from domain.session.decide import require_room_for_dataset


class Uploads:
    """Gives sessions their datasets."""

    def __init__(self, handler: SessionHandler, artifacts: Artifacts, tables: Tables) -> None:
        self._handler = handler
        self._artifacts = artifacts
        self._tables = tables

    def receive(
        self, session_id: UUID, source: Path, *, file_name: str, task_id: UUID, origin: Origin
    ) -> None:
        """Make `source` the session's dataset; the task `task_id` reads it into node 0.

        A task that the session knows already changes nothing. Raises UnreadableTable, or a
        SessionError; then nothing was stored and nothing appended.
        """
        state = self._handler.load(session_id).state
        if state.knows_task(task_id):
            return
        require_room_for_dataset(state)
        parse = self._tables.inspect(source, file_name)
        dataset = Dataset(
            file_digest=self._artifacts.keep(ArtifactKind.UPLOAD, source),
            file_name=file_name,
            size_bytes=source.stat().st_size,
            parse=parse,
        )
        self._handler.handle(session_id, UploadDataset(task_id=task_id, dataset=dataset), origin)
