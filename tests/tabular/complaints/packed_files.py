"""Files that come packed."""

import gzip
import io
import zipfile
from collections.abc import Callable

import pyarrow as pa

from domain.dataset import GivenOptions
from tests.tabular.complaints.cases import Case, Cells, Refusal, integers, text
from tests.tabular.complaints.workbook_files import xlsx

_TABLE = b"id,name\n1,Ann\n2,Bob\n"
_OTHER = b"x,y\n9,8\n"
_READ: dict[str, Cells] = {"id": integers(1, 2), "name": text("Ann", "Bob")}


def zstd(content: bytes) -> bytes:
    """One frame that does not say how long its content is, as a stream writes it."""
    packed = pa.BufferOutputStream()
    with pa.CompressedOutputStream(packed, "zstd") as stream:
        stream.write(content)
    return bytes(packed.getvalue())


def zip_of(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _packed(
    name: str,
    content: Callable[[], bytes],
    file_name: str,
    *,
    doubted: tuple[str, ...] = (),
    member: str | None = None,
) -> Case:
    return Case(
        name=name,
        content=content,
        columns=_READ,
        file_name=file_name,
        doubted=doubted,
        given=GivenOptions(member=member),
    )


CASES = (
    _packed("a table in gzip is read", lambda: gzip.compress(_TABLE), "table.csv.gz"),
    _packed(
        "a table in gzip with the name of a table is read",
        lambda: gzip.compress(_TABLE),
        "table.csv",
    ),
    _packed(
        "a file of several gzips is read to its end",
        lambda: gzip.compress(_TABLE[:14]) + gzip.compress(_TABLE[14:]),
        "table.csv.gz",
    ),
    _packed("a table in zstd is read", lambda: zstd(_TABLE), "table.csv.zst"),
    _packed(
        "a table in a ZIP archive is read", lambda: zip_of(**{"table.csv": _TABLE}), "table.zip"
    ),
    _packed(
        "what a Mac adds to an archive is no table",
        lambda: zip_of(
            **{
                "__MACOSX/._table.csv": b"\0\5\x16\7",
                ".DS_Store": b"\0\0\0\1Bud1",
                "table.csv": _TABLE,
            }
        ),
        "table.zip",
    ),
    _packed(
        "further tables of an archive are spoken of",
        lambda: zip_of(**{"a.csv": _TABLE, "b.csv": _OTHER}),
        "tables.zip",
        doubted=("other_files",),
    ),
    _packed(
        "a person says which file of an archive it is",
        lambda: zip_of(**{"a.csv": _OTHER, "dir/b.csv": _TABLE}),
        "tables.zip",
        member="dir/b.csv",
    ),
    _packed(
        "a workbook in gzip is read",
        lambda: gzip.compress(xlsx(["id", "name"], [1, "Ann"], [2, "Bob"])),
        "book.xlsx.gz",
    ),
    _packed(
        "a workbook in an archive is read",
        lambda: zip_of(**{"book.xlsx": xlsx(["id", "name"], [1, "Ann"], [2, "Bob"])}),
        "book.zip",
    ),
    _packed(
        "lines of JSON in gzip are read",
        lambda: gzip.compress(b'{"id": 1, "name": "Ann"}\n{"id": 2, "name": "Bob"}\n'),
        "table.jsonl.gz",
    ),
    _packed(
        "UTF-16 in gzip is read",
        lambda: gzip.compress(_TABLE.decode().encode("utf-16")),
        "table.txt.gz",
    ),
)

REFUSALS = (
    Refusal(
        name="a gzip that is cut off is not read to where it ends",
        content=lambda: gzip.compress(_TABLE * 1000)[:-20],
        reason="malformed",
        file_name="table.csv.gz",
    ),
    Refusal(
        name="a gzip with a wrong checksum is not believed",
        content=lambda: gzip.compress(_TABLE)[:-8] + b"\0" * 8,
        reason="malformed",
        file_name="table.csv.gz",
    ),
    Refusal(
        name="an archive without a table is refused",
        content=lambda: zip_of(**{"picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256))}),
        reason="not_a_table",
        file_name="table.zip",
    ),
    Refusal(
        name="an archive of nothing is refused",
        content=zip_of,
        reason="empty",
        file_name="table.zip",
    ),
    Refusal(
        name="a gzip of nothing is refused",
        content=lambda: gzip.compress(b""),
        reason="empty",
        file_name="table.csv.gz",
    ),
    Refusal(
        name="a list of objects that ends in a comma is refused with its place",
        content='[{"a": 1},\n {"a": 2},\n]',
        reason="malformed",
        file_name="table.json",
    ),
)
