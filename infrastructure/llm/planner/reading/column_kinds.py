"""Kinds of columns: by their types, and as they are said, as in "all text columns"."""

from domain.table import ColumnType

TEXT = frozenset({ColumnType.TEXT})
NUMERIC = frozenset({ColumnType.INTEGER, ColumnType.NUMBER})
KINDS_OF_COLUMNS = {
    **dict.fromkeys(("text", "texts", "string", "strings"), TEXT),
    "textual": TEXT,
    "numeric": NUMERIC,
    **dict.fromkeys(("number", "numbers"), NUMERIC),
    "numerical": NUMERIC,
    "integer": frozenset({ColumnType.INTEGER}),
    "date": frozenset({ColumnType.DATETIME}),
    "datetime": frozenset({ColumnType.DATETIME}),
    "boolean": frozenset({ColumnType.BOOLEAN}),
}
