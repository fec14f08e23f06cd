"""What a snippet may import and what it need not name, with what to write instead."""

from typing import Final

IMPORTABLE: Final = frozenset(
    (
        *(
            "__future__",
            "abc",
            "array",
            "base64",
            "binascii",
            "bisect",
            "calendar",
            "cmath",
            "collections",
        ),
        *("contextlib", "copy", "csv", "dataclasses", "datetime", "dateutil", "decimal", "difflib"),
        *("enum", "fractions", "functools", "hashlib", "heapq", "html", "io", "ipaddress"),
        *("itertools", "json", "logging", "math", "numbers", "numpy", "operator", "pandas"),
        *(
            "pathlib",
            "pprint",
            "pyarrow",
            "random",
            "re",
            "scipy",
            "sklearn",
            "statistics",
            "string",
            "struct",
        ),
        *(
            "textwrap",
            "time",
            "traceback",
            "types",
            "typing",
            "unicodedata",
            "urllib",
            "uuid",
            "warnings",
        ),
        *("zlib", "zoneinfo"),
    )
)
_A_CHART: Final = "leave a Vega-Lite specification as a dict in result for a chart"
_IN_PANDAS: Final = "pandas and numpy do it"
INSTEAD_OF_LIBRARIES: Final = {
    "altair": _A_CHART,
    "bokeh": _A_CHART,
    "dask": _IN_PANDAS,
    "fuzzywuzzy": "use difflib",
    "Levenshtein": "use difflib",
    "matplotlib": _A_CHART,
    "plotly": _A_CHART,
    "polars": _IN_PANDAS,
    "pytz": "use zoneinfo, or the name of a zone such as 'Europe/Oslo'",
    "rapidfuzz": "use difflib",
    "seaborn": _A_CHART,
    "statsmodels": "use scipy or sklearn",
    "thefuzz": "use difflib",
}
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
# What gives text back when it is given no place to write to.
TEXT_FORMS: Final = frozenset({"to_csv", "to_html", "to_json"})
PLACES: Final = frozenset({"buf", "path_or_buf"})
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
    "pathlib": frozenset({"Path", "PosixPath"}),
    "urllib": frozenset({"request", "robotparser"}),
}
# What anything says of itself; other names of this form reach into the interpreter.
ORDINARY_DUNDERS: Final = frozenset({"__class__", "__doc__", "__name__", "__version__"})
