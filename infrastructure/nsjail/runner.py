"""The program inside the jail: read the table, run the snippet, write the table, say how it went.

It is started with one JSON argument, sees next to nothing else of ours, and whatever it says
once the snippet runs may have been said by the snippet: the host believes none of it. Messages are
JSON lines on a pipe; the first one is sent before the snippet is read and is therefore true.
"""

import errno
import json
import math
import os
import random
import re
import resource
import sys
import traceback
import warnings
from types import ModuleType
from typing import Any, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.errors import ChainedAssignmentError  # type: ignore[attr-defined]  # not in stubs

from infrastructure.nsjail.frames import Refused, read_table, to_arrow
from infrastructure.nsjail.row_numbers import numbered, numbers_of

SNIPPET_NAME = "<snippet>"


def main(job: dict[str, Any]) -> NoReturn:
    """Do `job` (see NsjailSandbox) and end the process, with whatever threads it still has."""

    def say(**message: object) -> None:
        os.write(job["report_fd"], json.dumps(message).encode() + b"\n")

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    say(
        ready={
            "python": sys.version.split()[0],
            "pandas": pd.__version__,
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
        }
    )
    # From here on standard error belongs to the snippet, and nobody listens.
    os.dup2(1, 2)
    if not job["check"]:
        limit_resources(job)
        random.seed(job["seed"])
        np.random.seed(job["seed"] % 2**32)
        try:
            transform(job["columns"])
            say(outcome="ok")
        except Refused as refusal:
            say(outcome="error", refused=refusal.kind, names=[name[:200] for name in refusal.names])
        except BaseException as error:  # noqa: BLE001 - every end is reported, SystemExit too
            say(**describe(error))
    os._exit(0)


def limit_resources(job: dict[str, Any]) -> None:
    """Limits that start with the snippet, not with the imports. There is no way back."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # RLIMIT_CPU counts the kernel's work for the process too.
    used = math.ceil(usage.ru_utime + usage.ru_stime)
    for which, limit in (
        (resource.RLIMIT_CPU, used + job["cpu_seconds"]),
        (resource.RLIMIT_NPROC, job["threads"]),
        (resource.RLIMIT_FSIZE, job["result_bytes"]),
    ):
        resource.setrlimit(which, (limit, limit))


def transform(most_columns: int) -> None:
    """Run the snippet on the table and write what it leaves in ``df``."""
    warnings.filterwarnings("ignore")
    # pandas 3 only warns that a chained assignment changed nothing.
    warnings.filterwarnings("error", category=ChainedAssignmentError)
    frame = read_table("/job/table.parquet")
    frame.index = numbered(len(frame))
    with open("/job/snippet.py", encoding="utf-8", newline="") as file:
        code = compile(file.read(), SNIPPET_NAME, "exec", dont_inherit=True)
    names = main_program(df=frame, pd=pd, np=np)
    del frame
    exec(code, names)  # noqa: S102 - running the snippet is what this program is for
    table = to_arrow(names.get("df"), most_columns)
    pq.write_table(table, "/job/result.parquet", compression="zstd")
    rows = numbers_of(names.get("df"))
    if rows is not None:
        pq.write_table(
            rows,
            "/job/rows.parquet",
            compression="zstd",
            use_dictionary=False,
            column_encoding={"row": "DELTA_BINARY_PACKED"},
        )


def main_program(**names: object) -> dict[str, Any]:
    """The names of a new main program: ``__name__`` says so, and its classes find their module."""
    program = sys.modules["__main__"] = ModuleType("__main__")
    own = vars(program)
    own.clear()
    own.update(names, __name__="__main__")
    return own


def describe(error: BaseException) -> dict[str, Any]:
    """What the host may want to know of `error`, without its message: that may hold cells."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == SNIPPET_NAME
    ]
    outcome = outcome_of(error)
    if isinstance(error, SyntaxError) and not lines:
        outcome = "syntax"
        lines = [error.lineno]
    return {
        "outcome": outcome,
        "exception": type(error).__name__[:100],
        "line": lines[-1] if lines else None,
        "names": names_in(error),
    }


def outcome_of(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "output_too_large"
    # The system call filter and RLIMIT_NPROC refuse a process or thread with the same number.
    no_process = isinstance(error, OSError) and error.errno == errno.EAGAIN
    no_thread = isinstance(error, RuntimeError) and str(error) == "can't start new thread"
    return "processes" if no_process or no_thread else "error"


def names_in(error: BaseException) -> list[str]:
    """Names that `error` is about; the host keeps those that the snippet itself mentions."""
    if isinstance(error, AttributeError | NameError | ImportError):
        return [error.name[:200]] if isinstance(error.name, str) else []
    if isinstance(error, KeyError | ValueError) and error.args and isinstance(error.args[0], str):
        text = error.args[0][:5_000]
        return [text[:200], *(found[:200] for found in re.findall(r"'([^']+)'", text)[:10])]
    return []


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
