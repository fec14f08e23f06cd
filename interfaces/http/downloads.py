"""Files on their way to a client."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Annotated, Any, BinaryIO
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from application.ports.tables import ExportFormat
from domain.session.events import Snapshot
from interfaces.service import Service

CHUNK_BYTES = 256 * 1024
MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


EXPORTED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The whole table as a file.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in MEDIA_TYPES.values()
        },
    }
}


ExportTarget = Annotated[ExportFormat, Query(alias="format", description="What kind of file.")]


class Download(StreamingResponse):
    """Sends an open file, which may be unlinked already, and closes it whatever happens.

    Once unlinked, the file leaves the disk with this process at the latest.
    """

    def __init__(self, file: BinaryIO, *, media_type: str, file_name: str) -> None:
        super().__init__(
            _chunks(file),
            media_type=media_type,
            headers={
                "Content-Length": str(os.fstat(file.fileno()).st_size),
                "Content-Disposition": content_disposition(file_name),
            },
        )
        self.file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.file.close()


def table_download(
    service: Service, table: Snapshot, target: ExportFormat, file_name: str
) -> Download:
    """The whole table as a file of that name. Raises TooLargeForFormat."""
    with service.artifacts.workspace() as directory:
        whole = service.snapshots.assemble(table, directory / "table.parquet")
        export = directory / "export"
        service.tables.export(whole, target, export)
        file = open_unlinked(export)
    return Download(file, media_type=MEDIA_TYPES[target], file_name=file_name)


def export_name(dataset: str, number: int, target: ExportFormat) -> str:
    """What the export of node `number` is called, after the file that it comes from."""
    return f"{PurePath(dataset).stem}-{number}.{target.value}"


def content_disposition(file_name: str) -> str:
    """The header of RFC 6266: any name in full, and one in ASCII for clients that know no more."""
    plain = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    safe = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in plain).strip()
    stem, dot, extension = safe.rpartition(".")
    fallback = f"{stem.strip(' .') or 'table'}{dot}{extension}"
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def open_unlinked(path: Path) -> BinaryIO:
    """The file, open for reading and no longer in its directory."""
    file = path.open("rb")
    path.unlink()
    return file


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk
