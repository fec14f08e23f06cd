"""Taking in a file: looked at first, stored durably second, recorded last."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from application.artifacts import ArtifactKind, Artifacts
from application.handle import Origin, SessionHandler
from application.ports.event_log import RecordedEvent
from application.ports.tables import Tables
from domain.dataset import Dataset, GivenOptions
from domain.session.commands import ReadAgain, UploadDataset
from domain.session.decide import dataset_to_read_again, require_room_for_dataset


class Uploads:
    """Gives sessions their datasets."""

    def __init__(self, handler: SessionHandler, artifacts: Artifacts, tables: Tables) -> None:
        self._handler = handler
        self._artifacts = artifacts
        self._tables = tables

    def receive(
        self,
        session_id: UUID,
        source: Path,
        *,
        file_name: str,
        given: GivenOptions,
        task_id: UUID,
        origin: Origin,
    ) -> Sequence[RecordedEvent]:
        """Make `source` the session's dataset; the task `task_id` reads it into a root node.

        What was appended: nothing for a task that the session knows already. Raises
        UnreadableTable, or a SessionError; then nothing was stored and nothing appended.
        """
        state = self._handler.load(session_id).state
        if state.knows_task(task_id):
            return ()
        require_room_for_dataset(state)
        parse = self._tables.inspect(source, file_name, given)
        dataset = Dataset(
            file_digest=self._artifacts.keep(ArtifactKind.UPLOAD, source),
            file_name=file_name,
            size_bytes=source.stat().st_size,
            parse=parse,
        )
        command = UploadDataset(task_id=task_id, dataset=dataset)
        return self._handler.handle(session_id, command, origin)

    def read_again(
        self, session_id: UUID, *, given: GivenOptions, task_id: UUID, origin: Origin
    ) -> Sequence[RecordedEvent]:
        """Read the session's dataset as it is `given` now, into another root node.

        What is not given is found out anew. What was appended: nothing for a task that the session
        knows already. Raises as `receive`, and ObjectMissing or ArtifactCorrupt when the file is
        lost.
        """
        state = self._handler.load(session_id).state
        if state.knows_task(task_id):
            return ()
        dataset = dataset_to_read_again(state)
        with self._artifacts.workspace() as directory:
            source = self._artifacts.fetch(
                ArtifactKind.UPLOAD, dataset.file_digest, directory / "upload"
            )
            parse = self._tables.inspect(source, dataset.file_name, given)
        return self._handler.handle(session_id, ReadAgain(task_id=task_id, parse=parse), origin)
