"""ODS files, changed so that calamine reads all of them.

It takes white space between two cells, as Gnumeric indents them, for a damage, leaves out the
elements that stand for tabs and ends of lines within a text, and knows no hour of three digits. It
also wants the file to say of what type it is.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from infrastructure.tabular.workbooks.members import archive_of

_CONTENT, _TYPE = "content.xml", "mimetype"
_CHANGED = re.compile(
    rb'(?<=>)\s+(?=</?table:)|(?<=time-value="PT)0(?=\d\dH)|<text:(tab|line-break)\b[^>]*?/>'
)
_SIGNS: Mapping[bytes | None, bytes] = {None: b"", b"tab": b"&#9;", b"line-break": b"&#10;"}


def readable_ods(source: Path, scratch: Path) -> Path:
    """The workbook in a new file in `scratch`, or `source` itself where nothing is to be changed.

    So is what is no ZIP file, or a damaged one.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            content = archive.read(_CONTENT)
            if _CHANGED.search(content) is None and _TYPE in archive.namelist():
                return source
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, OSError, zlib.error):
        return source
    members[_CONTENT] = _CHANGED.sub(lambda found: _SIGNS[found[1]], content)
    members.setdefault(_TYPE, b"application/vnd.oasis.opendocument.spreadsheet")
    path = scratch / "readable.ods"
    with path.open("wb") as file:
        file.writelines(archive_of({name: [data] for name, data in members.items()}))
    return path
