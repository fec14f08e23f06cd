"""XLSX, XLSM and XLSB files, changed so that calamine reads those with macros of Excel 4.

It refuses the sheets that such macros stand in, and the whole workbook with them. As sheets of a
dialog, which hold no cells either, they are passed over.
"""

import re
import zipfile
import zlib
from pathlib import Path

from infrastructure.tabular.workbooks.members import archive_of

_LINKS = {"xl/_rels/workbook.xml.rels": "xlsx", "xl/_rels/workbook.bin.rels": "xlsb"}
# As a part's name and as the kind of a link.
_MACROS, _DIALOG = re.compile(rb"(?:xl(?:Intl)?M|m)acrosheet"), b"dialogsheet"


def readable_xlsx(source: Path, scratch: Path) -> Path:
    """The workbook in a new file in `scratch`, or `source` itself where nothing is to be changed.

    So is what is no ZIP file, or a damaged one.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            links = next((name for name in _LINKS if name in names), None)
            if links is None or not _MACROS.search(archive.read(links)):
                return source
            members = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, zlib.error):
        return source
    members[links] = _MACROS.sub(_DIALOG, members[links])
    path = scratch / f"readable.{_LINKS[links]}"
    with path.open("wb") as file:
        file.writelines(archive_of({name: [data] for name, data in members.items()}))
    return path
