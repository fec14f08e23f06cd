"""Files on their way to a client."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path, PurePath
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Query
from fastapi.responses import StreamingResponse
from starlette.concurrency import iterate_in_threadpool
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from application.ports.tables import ExportFormat
from domain.session.events import Snapshot
from interfaces.http.byte_ranges import NotWithinFile, goes_on, part_asked_for
from interfaces.http.problem_kinds import FILE_CHANGED, RANGE_NOT_SATISFIABLE
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.service import Service

CHUNK_BYTES = 256 * 1024
MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSON: "application/json",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


IN_PARTS: dict[int | str, dict[str, Any]] = {
    206: {
        "description": "The part that the header `Range` asks for; of several, all of it. Where "
        "the file may be another one later, as that of the current node, the rest from a byte on "
        "only if `If-Range` names this one's `ETag`, which every part has."
    },
    304: {"description": "The file still has the `ETag` that `If-None-Match` names."},
    **documented(FILE_CHANGED, RANGE_NOT_SATISFIABLE),
}
_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_BYTES = {"type": "string", "format": "binary"}
_ROWS = {"type": "array", "items": {"type": "object"}}
EXPORTED: dict[int | str, dict[str, Any]] = {
    **IN_PARTS,
    200: {
        "description": "The whole table as a file.",
        "content": {
            media_type: {"schema": _ROWS if kind is ExportFormat.JSON else _BYTES}
            for kind, media_type in MEDIA_TYPES.items()
        },
    },
}


ExportTarget = Annotated[ExportFormat, Query(alias="format", description="What kind of file.")]


class Download(StreamingResponse):
    """Sends an open file, which may be unlinked already, and closes it whatever happens.

    Once unlinked, the file leaves the disk with this process at the latest. Its `ETag` is made of
    its bytes: who has them already is not sent them again, and who has a part is sent the rest.
    What `changes` may be another file when it is asked for again: its rest is sent only to who
    names it, for it must not be joined to the beginning of another. Who reads here and there, as
    readers of Parquet do, can tell by the tags whether it is still the same.
    """

    def __init__(
        self, file: BufferedReader, *, media_type: str, file_name: str, changes: bool = False
    ) -> None:
        self._changes = changes
        self._size = os.fstat(file.fileno()).st_size
        self._tag = f'"{hashlib.file_digest(file, "sha256").hexdigest()}"'
        super().__init__(
            _chunks(file, range(self._size)),
            media_type=media_type,
            headers={
                "Accept-Ranges": "bytes",
                "Content-Length": str(self._size),
                "Content-Disposition": content_disposition(file_name),
                "ETag": self._tag,
            },
        )
        self.file = file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or what its client has not yet. Raises Refusal."""
        try:
            self._fit(Headers(raw=scope.get("headers", [])))
            await super().__call__(scope, receive, send)
        finally:
            self.file.close()

    def _fit(self, asked: Headers) -> None:
        self._require_match(asked.get("If-Match"))
        named = asked.get("If-None-Match", "").split(",")
        if {self._tag, "*"}.intersection(tag.strip().removeprefix("W/") for tag in named):
            self.status_code = 304
            del self.headers["Content-Length"]
            self.body_iterator = iterate_in_threadpool(_chunks(self.file, range(0)))
            return
        header = asked.get("Range")
        unnamed = "" if self._changes and goes_on(header) else self._tag
        if asked.get("If-Range", unnamed) != self._tag:
            return
        try:
            part = part_asked_for(header, self._size)
        except NotWithinFile:
            raise Refusal(
                RANGE_NOT_SATISFIABLE,
                f"The file has {self._size:,} bytes, and none where the header 'Range' asks for "
                "some. Leave it out to get all of them.",
                headers={"Content-Range": f"bytes */{self._size}"},
            ) from None
        if part is not None:
            self.status_code = 206
            self.headers["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{self._size}"
            self.headers["Content-Length"] = str(len(part))
            self.body_iterator = iterate_in_threadpool(_chunks(self.file, part))

    def _require_match(self, wanted: str | None) -> None:
        if wanted is None or {self._tag, "*"}.intersection(map(str.strip, wanted.split(","))):
            return
        raise Refusal(
            FILE_CHANGED,
            "The file has none of the tags in the header 'If-Match': it is another one now. Leave "
            "the header out to get it from its beginning.",
            headers={"ETag": self._tag},
        )


def table_download(
    service: Service,
    table: Snapshot,
    target: ExportFormat,
    file_name: str,
    *,
    changes: bool = False,
) -> Download:
    """The whole table as a file of that name, see Download. Raises TooLargeForFormat."""
    with service.artifacts.workspace() as directory:
        whole = service.snapshots.assemble(table, directory / "table.parquet")
        export = directory / "export"
        service.tables.export(whole, target, export)
        file = open_unlinked(export)
    return Download(file, media_type=MEDIA_TYPES[target], file_name=file_name, changes=changes)


def export_name(dataset: str, number: int, target: ExportFormat) -> str:
    """What the export of node `number` is called, after the file that it comes from.

    Signs that turn the order of letters around are left out: they could show another extension.
    """
    stem = "".join(c for c in PurePath(dataset).stem if unicodedata.bidirectional(c) not in _TURNS)
    return f"{stem}-{number}.{target.value}"


def content_disposition(file_name: str) -> str:
    """The header of RFC 6266: any name in full, and one in ASCII for clients that know no more."""
    plain = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    safe = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in plain).strip()
    stem, dot, extension = safe.rpartition(".")
    fallback = f"{stem.strip(' .') or 'table'}{dot}{extension}"
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def open_unlinked(path: Path) -> BufferedReader:
    """The file, open for reading and no longer in its directory."""
    file = path.open("rb")
    path.unlink()
    return file


def _chunks(file: BufferedReader, part: range) -> Iterator[bytes]:
    file.seek(part.start)
    left = len(part)
    while chunk := file.read(min(left, CHUNK_BYTES)):
        left -= len(chunk)
        yield chunk
