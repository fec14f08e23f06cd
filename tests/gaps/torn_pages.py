"""Pages of which half was on its way to the disk when the power went."""

from pathlib import Path

_PAGE_BYTES = 8192
_HALF = _PAGE_BYTES // 2


def tear(written: Path, disk: Path, flushed: int) -> int:
    """Put the first half of each page that was written since onto the disk; how many pages.

    `written` and `disk` are data directories: as the server left it, and as it was synced. Only
    pages that the server may have written while the log was flushed no further are taken.
    """
    torn = 0
    for file in (written / "base").glob("*/*"):
        # The free space map, which has another name, may be lost at any time.
        if not file.name.isdigit():
            continue
        new, synced = file.read_bytes(), disk / file.relative_to(written)
        old = synced.read_bytes() if synced.exists() else b""
        pages = [
            _torn(new[at : at + _PAGE_BYTES], old[at : at + _PAGE_BYTES], flushed)
            for at in range(0, len(new), _PAGE_BYTES)
        ]
        if any(pages):
            torn += sum(page is not None for page in pages)
            synced.write_bytes(
                b"".join(
                    page or old[at : at + _PAGE_BYTES].ljust(_PAGE_BYTES, b"\x00")
                    for at, page in zip(range(0, len(new), _PAGE_BYTES), pages, strict=True)
                )
            )
    return torn


def _torn(new: bytes, old: bytes, flushed: int) -> bytes | None:
    """Half the new page and half the old, if that is neither of the two."""
    old = old.ljust(_PAGE_BYTES, b"\x00")
    mixed = new[:_HALF] + old[_HALF:]
    return mixed if mixed not in {new, old} and 0 < _place_of(new) <= flushed else None


def _place_of(page: bytes) -> int:
    """How far the log must be flushed before this page may be written."""
    high, low = (int.from_bytes(page[at : at + 4], "little") for at in (0, 4))
    return high << 32 | low
