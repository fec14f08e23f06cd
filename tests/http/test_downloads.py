"""Files on their way to a client: named for any client, and gone whatever happens."""

import asyncio
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.requests import ClientDisconnect
from starlette.types import Message

from application.ports.tables import ExportFormat
from interfaces.http.byte_ranges import NotWithinFile, part_asked_for
from interfaces.http.downloads import (
    CHUNK_BYTES,
    Download,
    content_disposition,
    export_name,
    open_unlinked,
)
from tests.http.api import Api, assert_problem


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


def test_the_name_of_an_export_cannot_show_another_extension() -> None:
    assert export_name("\u202egpj.orders\u2069.csv", 0, ExportFormat.XLSX) == "gpj.orders-0.xlsx"
    assert export_name("שלום\u200f.csv", 0, ExportFormat.CSV) == "שלום\u200f-0.csv"


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


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", "a"),
        ("bytes=2-", "cdefghij"),
        ("bytes=-3", "hij"),
        ("bytes=-99", "abcdefghij"),
        ("bytes=8-99999999999999999", "ij"),
        (" bytes= 1-2 ", "bc"),
        ("bytes=3-1", None),
        ("bytes=0-1,3-4", None),
        ("bytes=-", None),
        ("bytes=٣-", None),
        ("lines=1-2", None),
        ("", None),
        (None, None),
    ],
)
def test_a_part_of_a_file_is_found_by_its_header(header: str | None, part: str | None) -> None:
    places = part_asked_for(header, 10)
    assert (None if places is None else "".join("abcdefghij"[each] for each in places)) == part


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=0-", 0)])
def test_a_part_that_no_file_has_is_refused(header: str, size: int) -> None:
    with pytest.raises(NotWithinFile):
        part_asked_for(header, size)


def test_an_export_is_sent_once_and_can_be_gone_on_with(api: Api) -> None:
    session_id = api.session_with_table()

    def asked(**headers: str) -> Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return api.get(session_id, "/nodes/current/export", headers=named)

    whole = asked()
    tag = whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = asked(If_None_Match=known)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert asked(If_None_Match='"other"').content == whole.content
    rest = asked(Range="bytes=5-", If_Range=tag)
    assert rest.status_code == 206
    assert rest.content == whole.content[5:]
    size = len(whole.content)
    assert rest.headers["Content-Range"] == f"bytes 5-{size - 1}/{size}"
    assert rest.headers["Content-Length"] == str(size - 5)
    for wanted in (tag, "*", f'"other", {tag}'):
        assert asked(If_Match=wanted, Range="bytes=5-9").content == whole.content[5:10]
    other = asked(If_Match='"another version"', Range="bytes=5-9")
    assert_problem(other, 412, "file-changed")
    assert other.headers["ETag"] == tag
    changed = asked(Range="bytes=5-", If_Range='"another version"')
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert asked(Range="bytes=5-").content == whole.content, "the current node may be another one"
    for here in ("bytes=5-9", "bytes=-4", "bytes=0-"):
        part = asked(Range=here)
        assert (part.status_code, part.headers["ETag"]) == (206, tag), "who reads here and there"
    beyond = asked(Range=f"bytes={size}-", If_Range=tag)
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{size}"
    assert beyond.json()["type"].endswith(":range-not-satisfiable")


def test_of_a_file_that_stays_any_part_is_sent(api: Api) -> None:
    session_id = api.session_with_table()
    node = api.get(session_id, "/nodes/current").json()["node_id"]
    rest = api.get(session_id, f"/nodes/{node}/export", headers={"Range": "bytes=5-"})
    assert rest.status_code == 206


def test_who_says_how_a_body_is_packed_that_there_is_not_is_sent_the_file(api: Api) -> None:
    session_id = api.session_with_table()
    path, packed = "/nodes/current/export", {"Content-Encoding": "gzip"}
    assert api.get(session_id, path, headers=packed).content == api.get(session_id, path).content


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
