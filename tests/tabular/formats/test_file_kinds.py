"""What a file is by its content: tables whatever their names, and in plain words what is none."""

from pathlib import Path

import pytest

from application.ports.tables import UnreadableTable
from domain.dataset import FileKind
from infrastructure.tabular.file_kinds import doubts_of_name, identify
from tests.tabular.formats.test_compression import zipped

NAMED: dict[str, tuple[bytes, str, FileKind, bool]] = {
    "text named xls": (b"a\tb\n1\t2\n", "report.xls", FileKind.CSV, True),
    "UTF-16 text named xls": ("a\tb\n1\t2\n".encode("utf-16"), "report.xls", FileKind.CSV, True),
    "text named json": (b"a,b\n1,2\n", "a.json", FileKind.CSV, True),
    "JSON named csv": (b'[{"a": 1}]', "a.csv", FileKind.JSON, True),
    "JSON named txt": (b'{"a": 1}\n{"a": 2}\n', "a.txt", FileKind.JSON, False),
    "a comment before JSON": (b"// as of today\n[1]", "a.json", FileKind.JSON, False),
    "a call with JSON": (b'show([{"a": 1}]);', "a.json", FileKind.JSON, False),
    "JSON in quotes": (b'"[{\\"a\\": 1}]"', "a.jsonl", FileKind.JSON, False),
    "a call of another name": (b'show([{"a": 1}]);\n', "a.txt", FileKind.CSV, False),
    "text of an unknown name": (b"a,b\n1,2\n", "a.export", FileKind.CSV, False),
    "text without an extension": (b"a,b\n1,2\n", "table", FileKind.CSV, False),
    "a table in Markdown": (
        b"# A\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n",
        "a.md",
        FileKind.CSV,
        False,
    ),
    "text named as packed": (b"a,b\n1,2\n", "a.json.gz", FileKind.CSV, True),
    "text that NULs fill up": (b"a,b\n1,2\n" + bytes(300), "a.csv", FileKind.CSV, False),
    "text that begins as an ORC file does": (b"ORC,b\n1,2\n", "a.csv", FileKind.CSV, False),
}


@pytest.mark.parametrize("case", NAMED)
def test_a_name_that_says_something_else_is_doubtful_and_no_more(tmp_path: Path, case: str) -> None:
    content, name, kind, doubtful = NAMED[case]
    (tmp_path / "upload").write_bytes(content)
    assert identify(tmp_path / "upload", name) == kind
    doubts = [doubt.kind for doubt in doubts_of_name(kind, name)]
    assert doubts == (["name_and_content"] if doubtful else [])


HTML = b"<html><head></head><body><table><tr><td>1</td></tr></table></body></html>"
XML = (
    b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
)
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a page named xls": (HTML, "report.xls", "web page"),
    "a page with a mark named xls": (b"\xef\xbb\xbf" + HTML, "report.xls", "web page"),
    "a page that opens with a table": (b"<table><tr></tr></table>", "report.xls", "web page"),
    "a spreadsheet of XML named xls": (XML, "report.xls", "spreadsheet as XML of 2003"),
    "another XML": (b'<?xml version="1.0"?><rows/>', "a.csv", "web page or XML"),
    "a Word document": (zipped({"word/document.xml": b""}), "a.docx", "Word document"),
    "a presentation": (zipped({"ppt/presentation.xml": b""}), "a.xlsx", "PowerPoint"),
    "a Numbers document": (zipped({"Index/Document.iwa": b""}), "a.numbers", "Numbers document"),
    "a workbook of Excel 4": (b"\x09\x04\x06\x00\x00\x00\x10\x00" * 9, "a.xls", "Excel 4"),
    "a tar archive": (b"a.csv" + bytes(252) + b"ustar" + bytes(300), "a.tar", "tar archive"),
    "a packed file in another": (b"\x1f\x8b\x08" + bytes(range(99)), "a.csv", "unpack it first"),
    "a file of compress": (b"\x1f\x9d\x90" + bytes(range(32, 99)), "a.csv", "unpack it first"),
    "an LZ4 file": (b"\x04\x22\x4d\x18" + bytes(range(32, 99)), "a.csv.lz4", "LZ4"),
    "a few bytes of a program": (b"\x00\x01garbage", "t.csv", "binary data"),
    "a few other ones": (b"\x01\x00garbage, and more\n", "t.csv", "binary data"),
    "other ones that NULs fill up": (b"\x01\x02\x03" + bytes(300), "t.csv", "binary data"),
    "a database": (b"SQLite format 3\x00" + bytes(99), "a.db", "SQLite"),
    "an old Feather file": (b"FEA1" + bytes(99), "a.feather", "version 1"),
    "an old Feather file of small numbers": (b"FEA1" + b"\0\0\0\2" * 99, "a.csv", "version 1"),
    "a program's text": (b"import os\nprint(1)\n", "a.py", "named .py"),
    "a page of text": (b"# A\n\nWords, and more.\n\n---\n", "a.md", "named .md"),
    "a dump": (b"CREATE TABLE t (a int);\n", "a.sql", "save the tables as CSV"),
    "a notebook": (b'{"cells": []}', "a.ipynb", "named .ipynb"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_called_what_it_is(tmp_path: Path, case: str) -> None:
    content, name, words = REFUSED[case]
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(UnreadableTable, match=words) as refused:
        identify(tmp_path / "upload", name)
    assert refused.value.reason in {"not_a_table", "wrong_extension"}


@pytest.mark.parametrize("code_page", ["cp037", "cp500", "cp1140"])
@pytest.mark.parametrize("end", ["\n", "\x85", ""])
def test_text_in_ebcdic_is_refused_with_how_it_becomes_utf8(
    tmp_path: Path, code_page: str, end: str
) -> None:
    lines = ["NAME      N", "SMITH     1", "DOE, JOHN 2"]
    (tmp_path / "upload").write_bytes("".join(line + end for line in lines).encode(code_page))
    with pytest.raises(UnreadableTable, match=r"EBCDIC.*iconv"):
        identify(tmp_path / "upload", "a.csv")


@pytest.mark.parametrize(
    "text", ["имя;город", "Ελλάδα;Αθήνα", "日本語,東京", "né,où", "김철수,이영희"]
)
def test_other_letters_beyond_ascii_are_no_ebcdic(tmp_path: Path, text: str) -> None:
    for encoding in ("utf-8", "cp1251", "cp866", "koi8-r", "cp1253", "cp932", "gbk", "euc-kr"):
        (tmp_path / "upload").write_bytes(text.encode(encoding, "ignore") + b"\r1,2")
        assert identify(tmp_path / "upload", "a.csv") == FileKind.CSV
