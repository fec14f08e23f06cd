"""How much a jailed snippet may use."""

from dataclasses import dataclass, fields

MIB = 1 << 20
GIB = 1 << 30


@dataclass(frozen=True, kw_only=True)
class JailLimits:
    """The limits of one execution. Bytes and seconds; every one is positive.

    The clock of `wall_seconds` and `cpu_seconds` starts when the jail has imported pandas and is
    about to read the table; before that, the jail has `start_seconds` to get there.
    `threads` counts those of all jails that share a user id. `result_bytes` bounds the Parquet
    file, `table_bytes` what it decodes to, `temporary_bytes` the jail's ``/tmp``.
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
    columns: int = 10_000
    snippet_bytes: int = 64 * 1024

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) <= 0:
                raise ValueError(f"the limit {field.name} must be positive")
