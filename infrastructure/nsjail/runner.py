"""The program inside the jail: wait for a job, run its snippet, hand over what it left.

It is started with one JSON argument, sees next to nothing else of ours, and whatever it says
once a snippet runs may have been said by the snippet: the host believes none of it. It speaks on a
SOCK_SEQPACKET socket. Its first message says that it is ready; no snippet is there yet, so that is
true. Each message of the host is a job, and is answered by two: that it has come, which is said
before its snippet runs, and what came of it.

A job is a line of JSON and then the snippet. With it come open files: to read, the table; to write,
the table that is left, the numbers of its rows, and the answer.
"""

import errno
import gc
import json
import math
import mmap
import os
import random
import re
import resource
import socket
import sys
import traceback
import warnings
from contextlib import suppress
from io import BytesIO
from types import ModuleType
from typing import Any, BinaryIO, Final, NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.errors import ChainedAssignmentError  # type: ignore[attr-defined]  # not in stubs

from infrastructure.nsjail.answers import write_answer
from infrastructure.nsjail.frames import Refused, read_table, to_arrow
from infrastructure.nsjail.row_numbers import numbered, write_numbers
from infrastructure.nsjail.unchanged_columns import without_unchanged

SNIPPET_NAME: Final = "<snippet>"
LONGEST_MESSAGE: Final = 192 * 1024
_FILES: Final = 4
# CPython specialises code as it is run.
_WARM_UPS: Final = 3
_DELETED: Final = "df was deleted"
_STDOUT, _STDERR = sys.stdout, sys.stderr


def main(order: dict[str, Any]) -> NoReturn:
    """Do jobs, within the limits of `order` (see Jail), until the host goes away."""
    channel = order["channel"]
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    for _ in range(_WARM_UPS):
        _warm_up(order["columns"])
    _raise_what_changes_nothing()
    # Only a job makes garbage from here on: a collection within it need not look further back.
    gc.collect()
    gc.freeze()
    _limit_resources(order)
    _say(
        channel,
        ready={
            "python": sys.version.split()[0],
            "pandas": pd.__version__,
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
        },
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, channel) as host:
        while True:
            message, files, _, _ = socket.recv_fds(host, LONGEST_MESSAGE, _FILES)
            if not message:
                os._exit(0)
            _say(channel, begun=True)
            head, _, snippet = message.partition(b"\n")
            _say(channel, **_do(json.loads(head) | order, snippet, files))


def _say(channel: int, **message: object) -> None:
    os.write(channel, json.dumps(message).encode())


def _raise_what_changes_nothing() -> None:
    """pandas 3 only warns that a chained assignment changed nothing. Much code begins with ignoring
    all warnings, so it is no matter of filters."""
    warn = warnings.warn

    def warn_or_raise(
        message: Warning | str,
        category: type[Warning] | None = None,
        stacklevel: int = 1,
        source: object = None,
        **more: tuple[str, ...],
    ) -> None:
        if category is not None and issubclass(category, ChainedAssignmentError):
            raise category(message)
        warn(message, category, stacklevel + 1, source, **more)

    warnings.warn = warn_or_raise


def _do(job: dict[str, Any], snippet: bytes, files: list[int]) -> dict[str, Any]:
    """Run one snippet; what the host may want to know of its end."""
    _limit_processor_time(job)
    random.seed(job["seed"])
    np.random.seed(job["seed"] % 2**32)
    table, result, rows, answer = (
        os.fdopen(file, "wb" if place else "rb") for place, file in enumerate(files)
    )
    said: dict[str, Any]
    try:
        with warnings.catch_warnings(), table, result, rows, answer:
            warnings.filterwarnings("ignore")
            given = _mapped(table)
            left_out = given if job["changes_only"] else None
            frame = read_table(given)
            said = _run(snippet, frame, left_out, job["columns"], result, rows, answer)
    except Refused as refusal:
        said = {"outcome": "error", **_reason(refusal)}
    except BaseException as error:  # noqa: BLE001 - every end is reported, SystemExit too
        said = describe(error)
    for stream in (_STDOUT, _STDERR):
        with suppress(OSError, ValueError):  # the snippet may have closed it
            stream.flush()
    return said


def _run(
    snippet: bytes,
    frame: pd.DataFrame,
    left_out: pa.NativeFile | None,
    most_columns: int,
    result: BinaryIO,
    rows: BinaryIO,
    answer: BinaryIO,
) -> dict[str, Any]:
    """Run the snippet on `frame`; write the table that it leaves in ``df``, without the columns
    that the file `left_out` has, and its answer.
    """
    given_rows = len(frame)
    frame.index = numbered(given_rows)
    code = compile(snippet.decode(errors="surrogatepass"), SNIPPET_NAME, "exec", dont_inherit=True)
    names = main_program(df=frame, pd=pd, np=np)
    del frame
    exec(code, names)  # noqa: S102 - running the snippet is what this program is for
    left = names.get("df", _DELETED)
    table = to_arrow(left, most_columns)
    if left_out is not None:
        table = without_unchanged(table, left_out)
    pq.write_table(table, result, compression="zstd")
    ended: dict[str, Any] = {"outcome": "ok", "in_place": write_numbers(left, given_rows, rows)}
    answered = names.get("result")
    # A name that many use on the way to df: what df became is no answer.
    if answered is left:
        return ended
    try:
        return ended | write_answer(answered, answer, most_columns)
    except Refused as refusal:
        return ended | _reason(refusal)


def _reason(refusal: Refused) -> dict[str, Any]:
    return {"refused": refusal.kind, "names": [name[:200] for name in refusal.names]}


def _mapped(file: BinaryIO) -> pa.BufferReader:
    return pa.BufferReader(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))


def _warm_up(most_columns: int) -> None:
    """Go once where every job goes, as what is taken for the first time takes long."""
    given = pa.table(
        {
            "text": pa.array(["a", None], pa.large_string()),
            "number": [1, None],
            "float": [0.5, 1.5],
            "flag": [True, None],
            "moment": pa.array([0, None], pa.timestamp("us")),
        }
    )
    stored, result, rows, answer = (BytesIO() for _ in range(4))
    pq.write_table(given, stored, compression="zstd")
    file = pa.BufferReader(stored.getvalue())
    snippet = b"df['number'] = df['number'] * 2\ndf = df[df['float'] > 1]\nresult = len(df)"
    _run(snippet, read_table(file), file, most_columns, result, rows, answer)


def _limit_resources(order: dict[str, Any]) -> None:
    """Limits that begin with the snippet, not with the imports. There is no way back."""
    for which, limit in (
        (resource.RLIMIT_NPROC, order["threads"]),
        (resource.RLIMIT_FSIZE, order["result_bytes"]),
    ):
        resource.setrlimit(which, (limit, limit))


def _limit_processor_time(job: dict[str, Any]) -> None:
    """Allow so many seconds from now on; a jail that more jobs may come to can raise it again."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    # RLIMIT_CPU counts the kernel's work for the process too.
    most = math.ceil(usage.ru_utime + usage.ru_stime) + job["cpu_seconds"]
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard if job["more"] else most))


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
    no_memory = isinstance(error, OSError) and error.errno == errno.ENOMEM
    if no_memory or isinstance(error, MemoryError):
        return "memory"
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return "output_too_large"
    # The system call filter and RLIMIT_NPROC refuse a process or thread with the same number.
    no_process = isinstance(error, OSError) and error.errno == errno.EAGAIN
    no_thread = isinstance(error, RuntimeError) and str(error) == "can't start new thread"
    return "processes" if no_process or no_thread else "error"


def names_in(error: BaseException) -> list[str]:
    """Names that `error` is about, and its message: the host lets neither pass as it is."""
    names = []
    if isinstance(error, AttributeError | NameError | ImportError) and isinstance(error.name, str):
        names.append(error.name[:200])
    told = isinstance(error, Exception)
    if isinstance(error, KeyError) and error.args and type(error.args[0]) in {list, pd.Index}:
        # An object of the snippet's own may do anything when it is asked for its text.
        names += [label[:200] for label in error.args[0][:10] if type(label) is str]
    if told and error.args and isinstance(error.args[0], str):
        text = error.args[0][:5_000]
        names.append(text[:200])
        if isinstance(error, KeyError | NameError | ValueError):
            names += [found[:200] for found in re.findall(r"'([^']+)'", text)[:10]]
    return names


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
