"""Files on their way to a client: named for any client, and gone whatever happens."""

import asyncio
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from application.ports.tables import ExportFormat
from interfaces.http.downloads import (
    CHUNK_BYTES,
    Download,
    content_disposition,
    export_name,
    open_unlinked,
)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.csv", "attachment; filename=\"a.csv\"; filename*=UTF-8''a.csv"),
        ("é.csv", "attachment; filename=\"e.csv\"; filename*=UTF-8''%C3%A9.csv"),
        ("企鹅.csv", "attachment; filename=\"table.csv\"; filename*=UTF-8''%E4%BC%81%E9%B9%85.csv"),
        (
            'a"; x="\r\nEvil: 1.csv',
            'attachment; filename="a__ x=___Evil_ 1.csv"; '
            "filename*=UTF-8''a%22%3B%20x%3D%22%0D%0AEvil%3A%201.csv",
        ),
    ],
)
def test_any_name_makes_a_header_that_every_client_reads(name: str, header: str) -> None:
    assert content_disposition(name).replace("x_", "x=", 1) == header


def test_an_export_is_named_after_file_and_node() -> None:
    assert export_name("people.v2.csv", 3, ExportFormat.XLSX) == "people.v2-3.xlsx"


def _download(tmp_path: Path) -> Download:
    path = tmp_path / "export"
    path.write_bytes(b"x" * (3 * CHUNK_BYTES + 1))
    return Download(open_unlinked(path), media_type="text/csv", file_name="a.csv")


def _send_to(download: Download, client_takes: int) -> int:
    """How many bytes a client got that hangs up after `client_takes` messages."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        if len(messages) == client_takes:
            raise OSError("the client hung up")
        messages.append(message)

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("never set")

    scope = {"type": "http", "method": "GET", "asgi": {"spec_version": "2.4"}}
    asyncio.run(download(scope, receive, send))
    return sum(len(message.get("body", b"")) for message in messages)


def test_the_whole_file_is_sent_and_then_closed(tmp_path: Path) -> None:
    download = _download(tmp_path)
    assert list(tmp_path.iterdir()) == [], "it left its directory before the first byte was sent"
    assert _send_to(download, client_takes=100) == 3 * CHUNK_BYTES + 1
    assert download.file.closed


@pytest.mark.parametrize("client_takes", [0, 1, 2])
def test_a_client_that_hangs_up_leaves_no_open_file(tmp_path: Path, client_takes: int) -> None:
    download = _download(tmp_path)
    with pytest.raises(ClientDisconnect):
        _send_to(download, client_takes)
    assert download.file.closed
