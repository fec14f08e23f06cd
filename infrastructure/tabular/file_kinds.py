"""What a file is by its content, and whether its name says something else."""

import mmap
import re
import zipfile
from pathlib import Path, PurePath

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind
from infrastructure.tabular.encodings import looks_like_wide_text

WHAT_WE_READ = "Datatrail reads CSV, TSV, JSON, XLSX, XLS and Parquet"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "a media file"),
    (b"ID3", "an audio file"),
    (b"OggS", "an audio file"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"#!", "a script"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "an xz archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"SQLite format 3\x00", "an SQLite database; export a table of it as CSV"),
    (b"ARROW1", "an Arrow file; save it as Parquet"),
    (b"\x89HDF\r\n", "an HDF5 file; save its table as Parquet"),
    (b"-----BEGIN ", "a key or certificate"),
)
_ZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_WORKBOOKS = frozenset({FileKind.XLSX, FileKind.XLS})
_CLAIMS: dict[str, frozenset[FileKind]] = {
    ".xlsx": _WORKBOOKS,
    ".xlsm": _WORKBOOKS,
    ".xltx": _WORKBOOKS,
    ".xls": _WORKBOOKS,
    ".json": frozenset({FileKind.JSON}),
    ".jsonl": frozenset({FileKind.JSON}),
    ".ndjson": frozenset({FileKind.JSON}),
    ".geojson": frozenset({FileKind.JSON}),
    ".parquet": frozenset({FileKind.PARQUET}),
    ".pq": frozenset({FileKind.PARQUET}),
}
_NO_TABLES = frozenset(
    """
    .png .jpg .jpeg .gif .bmp .tif .tiff .webp .svg .ico .heic .pdf .doc .docx .odt
    .rtf .ppt .pptx .htm .html .xml .zip .gz .bz2 .xz .zst .7z .rar .tar .tgz .exe
    .dll .so .bin .iso .mp3 .mp4 .avi .mov .mkv .wav .ogg .flac .py .js .ts .c .h
    .cpp .java .go .rs .sh .sql .md .css .ipynb .db .sqlite .pkl .ods .xlsb
    """.split()  # noqa: SIM905 sixty lines of a list would say no more
)
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b\x00")) + b"\x7f"
_MARKUP = re.compile(rb"\s*<(!doctype|html|head|body|\?xml|svg|table|div|!--)", re.IGNORECASE)
_LONE_JSON = re.compile(rb'null|true|false|-?[0-9][0-9.eE+-]*|"[^"\r\n]*"')


def identify(source: Path, file_name: str) -> FileKind:
    """The kind of `source` by content. Text that opens like JSON is JSON, other text is CSV.

    Raises UnreadableTable for what is no table, and for a name that contradicts the content.
    """
    kind = _by_content(source, PurePath(file_name).suffix.lower())
    require_name_to_agree(kind, file_name)
    return kind


def require_name_to_agree(kind: FileKind, file_name: str) -> None:
    """Raise UnreadableTable when the file's extension claims something that `kind` is not."""
    suffix = PurePath(file_name).suffix.lower()
    if suffix in _NO_TABLES or kind not in _CLAIMS.get(suffix, frozenset(FileKind)):
        raise UnreadableTable(
            "wrong_extension",
            f"The file is named {suffix}, but its content is {_WORDS[kind]}. "
            "Give it the extension of what it is and upload it again.",
        )


_WORDS = {
    FileKind.CSV: "delimited text (CSV)",
    FileKind.JSON: "JSON",
    FileKind.XLSX: "an Excel workbook (XLSX)",
    FileKind.XLS: "an Excel workbook (XLS)",
    FileKind.PARQUET: "Parquet",
}


def _by_content(source: Path, suffix: str) -> FileKind:
    if source.stat().st_size == 0:
        raise UnreadableTable("empty", "The file is empty: it has no bytes.")
    with source.open("rb") as opened:
        head = opened.read(65536)
    if head.startswith(_PARQUET):
        return _parquet(source)
    if head.startswith(_ZIP):
        return _zipped(source, suffix)
    if head.startswith(_OLE):
        return _compound(source, suffix)
    for signature, what in _SIGNATURES:
        if head.startswith(signature) and not _is_text_after_all(signature, head):
            raise _not_a_table(suffix, what)
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise _not_a_table(suffix, "a web page or XML")
    if _is_binary(head):
        raise _not_a_table(suffix, "binary data of an unknown kind")
    return _text(head, suffix)


def _text(head: bytes, suffix: str) -> FileKind:
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").strip(b"\xff\xfe \t\r\n")
    # A lone value is JSON too, if the name says so, and then it is refused as no table.
    lone = suffix == ".json" and _LONE_JSON.fullmatch(text) is not None
    return FileKind.JSON if lone or text[:1] in {b"{", b"["} else FileKind.CSV


def _is_text_after_all(signature: bytes, head: bytes) -> bool:
    """A CSV may well begin with the letters MZ or BZh: short signatures need binary content."""
    return signature.isascii() and signature.isalnum() and not _is_binary(head)


def _is_binary(head: bytes) -> bool:
    if looks_like_wide_text(head):
        return False
    control = len(head) - len(head.translate(None, _CONTROL))
    # A stray NUL or bell happens in real exports; binary formats are full of them.
    return max(control, head.count(0)) > max(4, 0.01 * len(head))


def _parquet(source: Path) -> FileKind:
    with source.open("rb") as opened:
        opened.seek(-4, 2)
        if opened.read(4) != _PARQUET or source.stat().st_size < 12:
            raise UnreadableTable(
                "malformed", "The Parquet file is cut off: its footer is missing. Upload it again."
            )
    return FileKind.PARQUET


def _zipped(source: Path, suffix: str) -> FileKind:
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableTable(
            "malformed",
            "The file begins like a workbook or ZIP archive, but it is damaged or cut off.",
        ) from None
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "xl/workbook.bin" in names:
        raise _not_a_table(suffix, "a binary workbook (XLSB); save it as XLSX")
    if "content.xml" in names:
        raise _not_a_table(suffix, "an OpenDocument file; save it as XLSX or CSV")
    if any(name.startswith("word/") for name in names):
        raise _not_a_table(suffix, "a Word document")
    raise _not_a_table(suffix, "a ZIP archive; unpack it first")


def _compound(source: Path, suffix: str) -> FileKind:
    with (
        source.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise encrypted()
        if data.find("WordDocument".encode("utf-16-le")) >= 0:
            raise _not_a_table(suffix, "a Word document")
        for stream in ("Workbook", "Book"):
            if data.find(stream.encode("utf-16-le")) >= 0:
                return FileKind.XLS
    raise _not_a_table(suffix, "an Office file without a workbook")


def encrypted() -> UnreadableTable:
    """The error for a workbook with a password."""
    return UnreadableTable(
        "encrypted",
        "The workbook is protected by a password. Save it without one and upload it again.",
    )


def _not_a_table(suffix: str, what: str) -> UnreadableTable:
    if suffix in _CLAIMS:
        return UnreadableTable(
            "wrong_extension",
            f"The file is named {suffix}, but its content looks like {what}. {WHAT_WE_READ}.",
        )
    return UnreadableTable(
        "not_a_table", f"This is not a table: it looks like {what}. {WHAT_WE_READ}."
    )
