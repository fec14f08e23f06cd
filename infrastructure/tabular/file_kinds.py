"""What a file is by its content. Its name decides only where the content cannot."""

import mmap
import re
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePath

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind
from domain.parse_report import Doubt
from infrastructure.tabular.compound_files import WORKBOOKS, CompoundFile
from infrastructure.tabular.text.encodings import looks_like_wide_text

WHAT_WE_READ = (
    "Datatrail reads CSV and its kin, JSON, XLSX, XLSM, XLSB, XLS, ODS, Parquet and Arrow, "
    "and any of them in gzip, zstd or ZIP"
)
HEAD = 65536

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
    (b"\x1f\x9d", "a compressed file of Unix (.Z); unpack it first"),
    (b"\x04\x22\x4d\x18", "an LZ4 archive; unpack it first"),
    (b"\xff\x06\x00\x00sNaPpY", "a Snappy archive; unpack it first"),
    (b"\x5d\x00\x00", "an LZMA archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"PK\x05\x06", "a ZIP archive with nothing in it"),
    (b"SQLite format 3\x00", "an SQLite database; export a table of it as CSV"),
    (b"FEA1\x00", "a Feather file of version 1; save it as version 2"),
    (b"ORC", "an ORC file; save it as Parquet"),
    (b"Obj\x01", "an Avro file; save it as Parquet"),
    (b"PARE", "an encrypted Parquet file; save it without encryption"),
    (b"\x89HDF\r\n", "an HDF5 file; save its table as Parquet"),
    (b"\x93NUMPY", "a NumPy array; save it as CSV or Parquet"),
    (b"\x09\x08\x10\x00\x00\x06", "a bare workbook of Excel 97; save it as XLSX"),
    (b"\x09\x08\x08\x00\x00\x05", "a workbook of Excel 95; save it as XLSX"),
    (b"\x09\x04\x06\x00", "a workbook of Excel 4; save it as XLSX"),
    (b"\x09\x02\x06\x00", "a workbook of Excel 3; save it as XLSX"),
    (b"\x09\x00\x04\x00", "a workbook of Excel 2; save it as XLSX"),
    (b"-----BEGIN ", "a key or certificate"),
)
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET, _ARROW_FILE, _ARROW_STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
_TAR = slice(257, 262)

_WORKBOOKS = frozenset({FileKind.XLSX, FileKind.XLSB, FileKind.XLS, FileKind.ODS})
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".geojson")
_CLAIMS: dict[str, frozenset[FileKind]] = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"), _WORKBOOKS),
    **dict.fromkeys(_JSON_SUFFIXES, frozenset({FileKind.JSON})),
    **dict.fromkeys((".parquet", ".pq"), frozenset({FileKind.PARQUET})),
    **dict.fromkeys((".arrow", ".arrows", ".feather", ".ipc"), frozenset({FileKind.ARROW})),
    **dict.fromkeys((".csv", ".tsv", ".tab", ".psv"), frozenset({FileKind.CSV})),
}
_PAGES = frozenset({".md", ".markdown"})
TABLE_SUFFIXES = frozenset(_CLAIMS)
NOT_TABLES = frozenset(
    """
    .png .jpg .jpeg .gif .bmp .tif .tiff .webp .svg .ico .heic .pdf .doc .docx .odt
    .rtf .ppt .pptx .htm .html .xml .xsl .xsd .7z .rar .tar .tgz .bz2 .xz .exe
    .dll .so .bin .iso .mp3 .mp4 .avi .mov .mkv .wav .ogg .flac .py .js .ts .c .h
    .cpp .java .go .rs .sh .sql .md .markdown .css .ipynb .db .sqlite .pkl .yaml .yml .toml
    .ini .r .ps1 .bat .tex
    """.split()  # noqa: SIM905 sixty lines of a list would say no more
)
_PACKED = frozenset({".gz", ".gzip", ".zst", ".zstd", ".zip"})
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x0b\x1b\x00")) + b"\x7f"
# Hive and ASCII have them between cells; no binary format has these alone.
_SEPARATORS = b"\x01\x02\x03\x1c\x1d\x1e\x1f"
_ENDS_OF_ASCII, _LINE_OF_EBCDIC, _NEARLY_ALL = frozenset(b" \n"), b"\x15", 0.98
_RARE_IN_TABLES = bytes({*range(9), *range(11, 32), 127, *b"`~^{}[]<>!?@\\"})
_MARKUP = re.compile(
    rb"\s*<(!doctype|html|head|body|meta|style|\?xml|svg|table|div|!--|workbook)", re.IGNORECASE
)
# Comments, a call, a guard or quotes around JSON: not JSON, nor what the name of JSON is given to.
_NEARLY_JSON = re.compile(rb"//|/\*|\)\]\}'|[\w.$]+\s*\(\s*[\[{]|\"[\[{]|\x1e\s*[\[{]")
# The line below the names of a table in Markdown, which is what a page of text may hold.
_MARKDOWN = re.compile(
    rb"^[ \t]*+(?:\|[ \t]*+)?:?-++:?[ \t]*+(?:\|[ \t]*+:?-*+:?[ \t]*+)++\r?$", re.MULTILINE
)
_LONE_JSON = re.compile(rb'null|true|false|-?[0-9][0-9.eE+-]*|"[^"\r\n]*"')

_WORDS = {
    FileKind.CSV: "delimited text (CSV)",
    FileKind.JSON: "JSON",
    FileKind.XLSX: "an Excel workbook (XLSX)",
    FileKind.XLSB: "an Excel workbook (XLSB)",
    FileKind.XLS: "an Excel workbook (XLS)",
    FileKind.ODS: "an OpenDocument workbook (ODS)",
    FileKind.PARQUET: "Parquet",
    FileKind.ARROW: "Arrow",
}


def identify(source: Path, file_name: str) -> FileKind:
    """The kind of `source` by content. Text that opens like JSON is JSON, other text is CSV.

    Raises UnreadableTable for what is no table. Nearly any text can be taken for a CSV: when the
    name says that it is a program, a page or a picture, the text is refused.
    """
    suffix = suffix_of(file_name)
    kind = _by_content(source, suffix)
    _require_no_other_name(kind, source, file_name)
    return kind


def doubts_of_name(kind: FileKind, file_name: str) -> tuple[Doubt, ...]:
    """That the file's name says something else than its content, which was believed."""
    suffix = suffix_of(file_name)
    if kind in _CLAIMS.get(suffix, frozenset(FileKind)):
        return ()
    message = f"The file is named {suffix}, but its content is {_WORDS[kind]}, and was read so."
    return (Doubt(kind="name_and_content", names=(), message=message),)


def suffix_of(file_name: str) -> str:
    """The extension in lower case; that of ``a.csv.gz`` is ``.csv``."""
    path = PurePath(file_name.lower())
    return PurePath(path.stem).suffix if path.suffix in _PACKED else path.suffix


def looks_like_a_table(head: bytes) -> bool:
    """Whether a file that begins so may be a table; of a ZIP file, whether it may be a workbook."""
    if head.startswith((_ZIP, _OLE, _PARQUET, _ARROW_FILE, _ARROW_STREAM)):
        return True
    return bool(head.strip()) and _no_table(head) is None


def _by_content(source: Path, suffix: str) -> FileKind:
    if source.stat().st_size == 0:
        raise UnreadableTable("empty", "The file is empty: it has no bytes.")
    with source.open("rb") as opened:
        head = opened.read(HEAD)
    if head.startswith(_PARQUET):
        return _parquet(source)
    if head.startswith(_ARROW_FILE) or _opens_an_arrow_stream(head):
        return FileKind.ARROW
    if head.startswith(_ZIP):
        document = document_in_zip(names_in_zip(source))
        if isinstance(document, FileKind):
            return document
        raise _not_a_table(suffix, document or "a ZIP archive; unpack it first")
    if head.startswith(_OLE):
        return _compound(source, suffix)
    what = _no_table(head)
    if what is not None:
        raise _not_a_table(suffix, what)
    return _text(head, suffix)


def _no_table(head: bytes) -> str | None:
    """What the file is instead of a table of text, if that can be seen."""
    for signature, what in _SIGNATURES:
        if head.startswith(signature) and not _is_text_after_all(signature, head):
            return what
    if head[_TAR] == b"ustar":
        return "a tar archive; unpack it first"
    if _MARKUP.match(_without_mark(head)):
        return _markup(head.lower())
    if _is_ebcdic(head):
        return (
            "text in EBCDIC, as mainframes write it; convert it, as `iconv -f IBM037 -t UTF-8` does"
        )
    return "binary data of an unknown kind" if _is_binary(head) else None


def _is_ebcdic(head: bytes) -> bool:
    """Whether the bytes are letters of EBCDIC, which has its spaces and line ends elsewhere."""
    if head.isascii() or not _ENDS_OF_ASCII.isdisjoint(head):
        return False
    usual = len(head.decode("cp037").encode("ascii", "ignore").translate(None, _RARE_IN_TABLES))
    return usual + head.count(_LINE_OF_EBCDIC) >= _NEARLY_ALL * len(head)


def _markup(head: bytes) -> str:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "a spreadsheet as XML of 2003; open it in a spreadsheet program and save it as XLSX"
    if b"office:spreadsheet" in head and b"office:document" in head:
        return "a flat OpenDocument file; save it as ODS or XLSX"
    if b"<table" in head or b"<html" in head or b"<!doctype html" in head:
        return (
            "a web page, as some programs export under the name of a workbook; "
            "open it in a spreadsheet program and save it as XLSX or CSV"
        )
    return "a web page or XML"


def _text(head: bytes, suffix: str) -> FileKind:
    text = _without_mark(head).replace(b"\x00", b"").strip(b"\xff\xfe \t\r\n")
    # A lone value is JSON too, if the name says so, and then it is refused as no table.
    lone = suffix == ".json" and _LONE_JSON.fullmatch(text)
    nearly = suffix in _JSON_SUFFIXES and _NEARLY_JSON.match(text)
    return FileKind.JSON if lone or nearly or text[:1] in {b"{", b"["} else FileKind.CSV


def _without_mark(head: bytes) -> bytes:
    return head.removeprefix(b"\xef\xbb\xbf")


def _is_text_after_all(signature: bytes, head: bytes) -> bool:
    """A CSV may well begin with the letters MZ or BZh: short signatures need binary content."""
    return signature.isascii() and signature.isalnum() and not _is_binary(head)


def _is_binary(head: bytes) -> bool:
    if looks_like_wide_text(head):
        return False
    # A logger that lost its power leaves NULs at the end of what it wrote.
    filled, head = head.endswith(b"\x00"), head.rstrip(b"\x00") or head
    control = len(head) - len(head.translate(None, _CONTROL))
    separators = len(head) - len(head.translate(None, _SEPARATORS))
    if separators == control and separators * 2 < len(head) and 0 not in head:
        return False
    # A stray NUL or bell happens in real exports; binary formats are full of them, or begin so.
    opens_so = head[0] in b"\x00" + _CONTROL
    full_of_them = max(control, head.count(0)) > max(4, 0.01 * len(head))
    return full_of_them or (opens_so and (filled or 0 in head))


def _opens_an_arrow_stream(head: bytes) -> bool:
    """Whether it opens with the length of a message: positive, and filled up to eight bytes."""
    length = int.from_bytes(head[4:8], "little", signed=True)
    return head.startswith(_ARROW_STREAM) and length > 0 and length % 8 == 0


def _parquet(source: Path) -> FileKind:
    with source.open("rb") as opened:
        opened.seek(-4, 2)
        if opened.read(4) != _PARQUET or source.stat().st_size < 12:
            raise UnreadableTable(
                "malformed", "The Parquet file is cut off: its footer is missing. Upload it again."
            )
    return FileKind.PARQUET


def names_in_zip(source: Path) -> list[str]:
    """The names in a ZIP file as it declares them. Raises UnreadableTable."""
    try:
        with zipfile.ZipFile(source) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableTable(
            "malformed",
            "The file begins like a workbook or ZIP archive, but it is damaged or cut off.",
        ) from None


def document_in_zip(names: Iterable[str]) -> FileKind | str | None:
    """The workbook that a ZIP file is by the names in it, or another document in words.

    None when it is an archive like any other.
    """
    # Some programs write other cases and backslashes, and Excel does not mind.
    known = {name.replace("\\", "/").lower() for name in names}
    if "xl/workbook.xml" in known:
        return FileKind.XLSX
    if "xl/workbook.bin" in known:
        return FileKind.XLSB
    if "content.xml" in known and known & {"mimetype", "meta-inf/manifest.xml"}:
        return FileKind.ODS
    if "word/document.xml" in known:
        return "a Word document"
    if "ppt/presentation.xml" in known:
        return "a PowerPoint presentation"
    if any(name.startswith("index/") and name.endswith(".iwa") for name in known):
        return "a Numbers document; export it as XLSX or CSV"
    return None


def _compound(source: Path, suffix: str) -> FileKind:
    with (
        source.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise encrypted()
        try:
            file = CompoundFile(data)
            names = file.names_in_root() or set(file.names)
        except (struct.error, IndexError):
            names = {name for name in WORKBOOKS if data.find(name.encode("utf-16-le")) >= 0}
    # A workbook may hold documents, and a document workbooks: what is in the root counts.
    if not names.isdisjoint(WORKBOOKS):
        return FileKind.XLS
    if "WordDocument" in names:
        raise _not_a_table(suffix, "a Word document")
    raise _not_a_table(suffix, "an Office file without a workbook")


def encrypted() -> UnreadableTable:
    """The error for a workbook with a password."""
    return UnreadableTable(
        "encrypted",
        "The workbook is protected by a password. Save it without one and upload it again.",
    )


def _not_a_table(suffix: str, what: str) -> UnreadableTable:
    if suffix in _CLAIMS and suffix not in {".csv", ".tsv", ".tab", ".psv"}:
        return UnreadableTable(
            "wrong_extension",
            f"The file is named {suffix}, but its content looks like {what}. {WHAT_WE_READ}.",
        )
    return UnreadableTable(
        "not_a_table", f"This is not a table: it looks like {what}. {WHAT_WE_READ}."
    )


def _require_no_other_name(kind: FileKind, source: Path, file_name: str) -> None:
    """Raise UnreadableTable when text is named as what holds no table."""
    suffix = suffix_of(file_name)
    if suffix in _PAGES and _holds_a_drawn_table(source):
        return
    if kind in {FileKind.CSV, FileKind.JSON} and suffix in NOT_TABLES:
        raise UnreadableTable(
            "wrong_extension",
            f"The file is named {suffix}, as files are that hold no table. If it is {_WORDS[kind]} "
            "after all, give it that extension and upload it again; of anything else, save the "
            "tables as CSV.",
        )


def _holds_a_drawn_table(source: Path) -> bool:
    with source.open("rb") as opened:
        return _MARKDOWN.search(opened.read(HEAD)) is not None
