"""What a snippet may import and what it need not name, with what to write instead."""

from typing import Final

IMPORTABLE: Final = frozenset(
    (
        *("__future__", "abc", "base64", "binascii", "bisect", "calendar", "cmath", "collections"),
        *("contextlib", "copy", "csv", "dataclasses", "datetime", "dateutil", "decimal", "difflib"),
        *("enum", "fractions", "functools", "hashlib", "heapq", "html", "io", "ipaddress"),
        *("itertools", "json", "logging", "math", "numbers", "numpy", "operator", "pandas"),
        *("pprint", "pyarrow", "random", "re", "scipy", "sklearn", "statistics", "string"),
        *("textwrap", "time", "types", "typing", "unicodedata", "urllib", "uuid", "warnings"),
        *("zlib", "zoneinfo"),
    )
)
WORK_ON_DF: Final = "work on df, which already holds the table"
LEAVE_IN_DF: Final = "leave the table in df; Datatrail stores and exports it"
FORBIDDEN_NAMES: Final = {
    "__import__": "use an import statement",
    "breakpoint": "remove it",
    "compile": "write the code out",
    "delattr": "use df.drop(columns=...)",
    "eval": "write the expression out",
    "exec": "write the code out",
    "exit": "let the snippet end by itself",
    "globals": "use the names directly",
    "input": "write the value into the snippet",
    "locals": "use the names directly",
    "open": WORK_ON_DF,
    "quit": "let the snippet end by itself",
    "setattr": "assign to a column: df[name] = value",
    "vars": "use the names directly",
}
FORBIDDEN_ATTRIBUTES: Final = {
    "ctypeslib": "use pandas or numpy operations",
    "fromfile": WORK_ON_DF,
    "fromregex": WORK_ON_DF,
    "genfromtxt": WORK_ON_DF,
    "loadtxt": WORK_ON_DF,
    "memmap": WORK_ON_DF,
    "savetxt": LEAVE_IN_DF,
    "savez": LEAVE_IN_DF,
    "savez_compressed": LEAVE_IN_DF,
    "tofile": LEAVE_IN_DF,
}
WRITERS: Final = frozenset(
    f"to_{form}"
    for form in (
        *("clipboard", "csv", "excel", "feather", "gbq", "hdf", "html", "iceberg", "json"),
        *("latex", "markdown", "orc", "parquet", "pickle", "sql", "stata", "xml"),
    )
)
READERS: Final = frozenset(
    f"read_{form}"
    for form in (
        *("clipboard", "csv", "excel", "feather", "fwf", "gbq", "hdf", "html", "iceberg", "json"),
        *("orc", "parquet", "pickle", "sas", "spss", "sql", "sql_query", "sql_table", "stata"),
        *("table", "xml"),
    )
)
# Members of libraries that do not work on a table, and of which library each is.
INTERNALS: Final[dict[str, frozenset[str]]] = {
    "numpy": frozenset({"_core", "compat", "f2py"}),
    "pandas": frozenset({"_libs", "compat", "io"}),
}
FILES: Final[dict[str, frozenset[str]]] = {
    "io": frozenset({"FileIO", "open", "open_code"}),
    "numpy": frozenset({"load", "save"}),
    "pandas": frozenset({"ExcelFile", "ExcelWriter", "HDFStore"}),
    "pyarrow": frozenset(
        {"csv", "dataset", "feather", "flight", "fs", "ipc", "memory_map", "orc", "parquet"}
    ),
    "urllib": frozenset({"request", "robotparser"}),
}
# What anything says of itself; other names of this form reach into the interpreter.
ORDINARY_DUNDERS: Final = frozenset({"__class__", "__doc__", "__name__", "__version__"})
