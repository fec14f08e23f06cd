"""How much a jailed snippet may use."""

from dataclasses import dataclass, fields

from domain.table import MOST_COLUMNS

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, kw_only=True)
class JailLimits:
    """The limits of one execution. Bytes and seconds; every one is positive.

    The clock of `wall_seconds` and `cpu_seconds` starts when a jail that has imported pandas is
    given the snippet; before that, the jail has `start_seconds` to get there.
    `threads` counts those of all jails that share a user id. `result_bytes` bounds the Parquet
    file, `table_bytes` what it decodes to, `temporary_bytes` the jail's ``/tmp``. `output_bytes`
    is what is kept of each of standard output and error; `answer_bytes` bounds an answer.
    A jail waits for `waiting_seconds` at the longest.
    """

    memory_bytes: int = 4 * GIB
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    start_seconds: float = 30.0
    threads: int = 256
    open_files: int = 64
    result_bytes: int = GIB
    table_bytes: int = 4 * GIB
    temporary_bytes: int = 64 * MIB
    columns: int = MOST_COLUMNS
    snippet_bytes: int = 64 * 1024
    output_bytes: int = 64 * 1024
    answer_bytes: int = 16 * MIB
    waiting_seconds: float = 600.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) <= 0:
                raise ValueError(f"the limit {field.name} must be positive")
