"""Files that are packed: what is in them is read, and nothing that they declare is believed."""

import gzip
import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from application.ports.tables import UnreadableTable
from domain.dataset import Compression
from infrastructure.tabular.compression import Unpacked, unpacked

CSV = b"a,b\n" + b"1,x\n2,y\n" * 500


def _unpacked(
    directory: Path, content: bytes, member: str | None = None, **limits: int
) -> Unpacked:
    source, scratch = directory / "upload", directory / "scratch"
    source.write_bytes(content)
    scratch.mkdir()
    try:
        return unpacked(source, member, scratch, **limits)
    except UnreadableTable:
        assert not list(scratch.iterdir())
        raise


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


PACKED: dict[str, tuple[bytes, Compression]] = {
    "gzip": (gzip.compress(CSV), Compression.GZIP),
    "several members of gzip": (
        gzip.compress(CSV[:100]) + gzip.compress(b"") + gzip.compress(CSV[100:]),
        Compression.GZIP,
    ),
    "gzip filled up with zeros": (gzip.compress(CSV) + bytes(512), Compression.GZIP),
    "zstd": (zstd(CSV), Compression.ZSTD),
    "several frames of zstd": (zstd(CSV[:100]) + zstd(CSV[100:]), Compression.ZSTD),
    "zstd after a frame that is skipped": (
        b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd" + zstd(CSV),
        Compression.ZSTD,
    ),
    "ZIP": (zipped({"data.csv": CSV}), Compression.ZIP),
    "ZIP without compression": (zipped({"data.csv": CSV}, zipfile.ZIP_STORED), Compression.ZIP),
    "ZIP by LZMA": (zipped({"data.csv": CSV}, zipfile.ZIP_LZMA), Compression.ZIP),
    "ZIP by bzip2": (zipped({"data.csv": CSV}, zipfile.ZIP_BZIP2), Compression.ZIP),
}


@pytest.mark.parametrize("case", PACKED)
def test_what_is_packed_comes_out_as_it_went_in(tmp_path: Path, case: str) -> None:
    content, compression = PACKED[case]
    result = _unpacked(tmp_path, content)
    assert result.path.read_bytes() == CSV
    assert result.path.parent == tmp_path / "scratch"
    assert result.compression == compression
    assert result.member == ("data.csv" if compression is Compression.ZIP else None)


def test_what_is_not_packed_is_read_where_it_is(tmp_path: Path) -> None:
    assert _unpacked(tmp_path, CSV) == Unpacked(path=tmp_path / "upload")


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        workbook.add_worksheet().write(0, 0, "a")
    assert _unpacked(tmp_path, content.getvalue()) == Unpacked(path=tmp_path / "upload")


ARCHIVE = zipped(
    {
        "__MACOSX/._data.csv": b"\x00\x05\x16\x07",
        "folder/": b"",
        ".DS_Store": b"\x00",
        "README": b"read me",
        "photo.png": b"\x89PNG\r\n\x1a\n",
        "folder/data.csv": CSV,
        "more.tsv": b"a\tb\n",
    }
)


def test_of_several_files_the_first_named_like_a_table_is_taken(tmp_path: Path) -> None:
    result = _unpacked(tmp_path, ARCHIVE)
    assert (result.member, result.others) == ("folder/data.csv", ("README", "more.tsv"))
    assert result.path.read_bytes() == CSV


@pytest.mark.parametrize("about", ["Metadata_x.csv", "Metadaten_x.csv"])
def test_files_that_tell_of_a_table_come_after_it(tmp_path: Path, about: str) -> None:
    archive = zipped({about: b"a\n", "x.csv": CSV, "README.txt": b"x", "y.txt": b"y"})
    assert _unpacked(tmp_path, archive).member == "x.csv"


def test_of_several_files_the_one_that_was_asked_for_is_taken(tmp_path: Path) -> None:
    result = _unpacked(tmp_path, ARCHIVE, "more.tsv")
    assert (result.member, result.others) == ("more.tsv", ("README", "folder/data.csv"))
    assert result.path.read_bytes() == b"a\tb\n"


def test_a_file_that_the_archive_lacks_is_told_with_those_it_has(tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match=r"no file named 'x.csv'.*'folder/data.csv'"):
        _unpacked(tmp_path, ARCHIVE, "x.csv")


def test_a_picture_named_like_a_table_is_passed_over(tmp_path: Path) -> None:
    archive = zipped({"a.csv": b"\x89PNG\r\n\x1a\n", "b": CSV})
    assert _unpacked(tmp_path, archive).member == "b"


def test_a_member_is_never_written_where_its_name_points(tmp_path: Path) -> None:
    result = _unpacked(tmp_path, zipped({"../../evil.csv": CSV, "/abs.csv": CSV}))
    assert result.path.parent == tmp_path / "scratch"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scratch", "upload"]


def test_a_member_whose_name_points_elsewhere_is_read_all_the_same(tmp_path: Path) -> None:
    result = _unpacked(tmp_path, zipped({"../../.cache/x.csv": b"y", "../data.csv": CSV}))
    assert (result.member, result.path.parent) == ("../data.csv", tmp_path / "scratch")


def test_members_of_one_name_are_numbered(tmp_path: Path) -> None:
    content = zipped({"a.csv": CSV, "b.csv": b"c\n1\n"}).replace(b"b.csv", b"a.csv")
    result = _unpacked(tmp_path, content)
    assert (result.path.read_bytes(), result.member) == (CSV, "a.csv")
    assert result.others == ("a.csv (2)",)
    shutil.rmtree(tmp_path / "scratch")
    assert _unpacked(tmp_path, content, "a.csv (2)").path.read_bytes() == b"c\n1\n"


def test_a_number_for_a_member_is_not_the_name_of_another(tmp_path: Path) -> None:
    files = {"a.csv": CSV, "b.csv": b"c\n1\n", "a.csv (2)": b"d\n2\n"}
    content = zipped(files).replace(b"b.csv", b"a.csv")
    result = _unpacked(tmp_path, content, "a.csv (2)")
    assert result.path.read_bytes() == b"d\n2\n"
    assert result.others == ("a.csv", "a.csv (3)")


def test_of_very_many_other_files_only_some_are_told(tmp_path: Path) -> None:
    content = zipped({f"{number}.csv": b"a\n1\n" for number in range(1_000)})
    assert len(_unpacked(tmp_path, content).others) == 100


def test_names_in_utf8_that_do_not_say_so_are_understood(tmp_path: Path) -> None:
    name = "Größe.csv".encode()
    result = _unpacked(tmp_path, zipped({"Gr____e.csv": CSV}).replace(b"Gr____e.csv", name))
    assert result.member == "Größe.csv"
    assert result.path.read_bytes() == CSV


def _with_a_password(content: bytes) -> bytes:
    marked = bytearray(content)
    marked[6] |= 1
    marked[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)


def _of_another_method(content: bytes) -> bytes:
    changed = bytearray(content)
    deflate64 = 9
    changed[8] = changed[content.rindex(b"PK\x01\x02") + 10] = deflate64
    return bytes(changed)


def _flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 0xFF
    return bytes(changed)


GZIPPED, ZSTD, ZIPPED = gzip.compress(CSV), zstd(CSV), zipped({"data.csv": CSV})
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "gzip cut off": (GZIPPED[:-20], "malformed", "cut off"),
    "gzip cut off in its head": (GZIPPED[:5], "malformed", "cut off"),
    "gzip with a wrong check sum": (_flipped(GZIPPED, len(GZIPPED) - 6), "malformed", "damaged"),
    "gzip with wrong data": (_flipped(GZIPPED, 12), "malformed", "damaged"),
    "gzip with something after it": (GZIPPED + b"more", "malformed", "damaged"),
    "zstd cut off": (ZSTD[:-5], "malformed", "cut off"),
    "zstd with wrong data": (_flipped(ZSTD, 8), "malformed", "damaged"),
    "ZIP cut off": (ZIPPED[:-40], "malformed", "damaged or cut off"),
    "ZIP with a wrong check sum": (
        _flipped(ZIPPED, ZIPPED.rindex(b"PK\x01\x02") + 16),
        "malformed",
        "damaged",
    ),
    "ZIP with wrong data": (_flipped(ZIPPED, 50), "malformed", "damaged"),
    "ZIP with a password": (_with_a_password(ZIPPED), "encrypted", "password"),
    "ZIP by another method": (_of_another_method(ZIPPED), "malformed", "method"),
    "ZIP whose file lies nowhere": (
        _flipped(ZIPPED, ZIPPED.rindex(b"PK\x01\x02") + 44),
        "malformed",
        "damaged",
    ),
    "ZIP of nothing": (zipped({}), "empty", "empty"),
    "ZIP of a directory": (zipped({"a/": b""}), "empty", "empty"),
    "ZIP of pictures": (zipped({"a.png": b"\x89PNG", "b.jpg": b""}), "not_a_table", "'a.png'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_unpacked_is_refused_and_leaves_nothing(tmp_path: Path, case: str) -> None:
    content, reason, words = REFUSED[case]
    with pytest.raises(UnreadableTable, match=words) as refused:
        _unpacked(tmp_path, content)
    assert refused.value.reason == reason


@pytest.mark.parametrize("pack", [gzip.compress, zstd, lambda data: zipped({"a.csv": data})])
def test_a_file_that_unpacks_to_too_much_is_refused_and_leaves_nothing(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(UnreadableTable, match="more than 1,000,000 bytes") as refused:
        _unpacked(tmp_path, pack(b"a" * 5_000_000), limit=1_000_000)
    assert refused.value.reason == "too_large"


def test_a_size_that_is_declared_too_small_is_not_believed(tmp_path: Path) -> None:
    content = bytearray(ZIPPED)
    entry = content.rindex(b"PK\x01\x02") + 24
    for place in (22, entry):
        content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(UnreadableTable, match="damaged"):
        _unpacked(tmp_path, bytes(content))
