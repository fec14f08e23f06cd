"""Another opinion on a dialect: that of DuckDB's sniffer, told to tolerate what it can."""

from collections.abc import Sequence
from tempfile import NamedTemporaryFile

from infrastructure.tabular.text.dialect_candidates import Dialect

_SNIFF = """
    SELECT Delimiter, Quote FROM sniff_csv($1, strict_mode=false, ignore_errors=true,
    null_padding=true, all_varchar=true)
"""
_NOTHING = "(empty)"


def sniffed(lines: Sequence[str]) -> Dialect | None:
    """The delimiter and quote that DuckDB finds in the lines, if any."""
    # Its import takes longer than most files; few have two dialects that are about as likely.
    import duckdb  # noqa: PLC0415

    with NamedTemporaryFile(suffix=".csv") as written, duckdb.connect() as connection:
        written.write("".join(lines).encode())
        written.flush()
        connection.execute("SET threads = 1")
        try:
            found = connection.execute(_SNIFF, [written.name]).fetchone()
        except duckdb.Error:
            return None
    if found is None or found[0] in {None, "", _NOTHING}:
        return None
    quote = found[1]
    return Dialect(str(found[0]), '"' if quote in {None, "", _NOTHING} else str(quote))
