"""What a snippet says in the runner's place, and what it leaves that is not what it says.

FD is the channel to the host, RESULT, ROWS and ANSWER are the files to write.
"""

from typing import Final

_SAY_OK: Final = 'os.write(FD, b\'{"outcome": "ok"}\')\n'
_DIE: Final = "os._exit(0)"
_TABLE: Final = (
    "import io, json, pyarrow as pa, pyarrow.parquet as pq\n"
    "def parquet(table, **options):\n"
    "    file = io.BytesIO()\n    pq.write_table(table, file, **options)\n"
    "    return file.getvalue()\n"
)
_GOOD: Final = f"{_TABLE}os.write(RESULT, parquet(pa.table({{'x': [1]}})))\n"

NEVER_OK: Final = {
    "ok without a table": f"{_SAY_OK}{_DIE}",
    "ok with garbage": f"os.write(RESULT, b'PAR1' * 100)\n{_SAY_OK}{_DIE}",
    "ok with half a table": (
        f"{_TABLE}os.write(RESULT, parquet(pa.table({{'x': [1]}}))[:-9])\n{_SAY_OK}{_DIE}"
    ),
    "ok with a table that begins late": (
        f"{_TABLE}os.lseek(RESULT, 10**6, 0)\nos.write(RESULT, b'x')\n{_SAY_OK}{_DIE}"
    ),
    "an outcome that does not exist": f'os.write(FD, b\'{{"outcome": "great"}}\'); {_DIE}',
    "an outcome that is ours to give": f'os.write(FD, b\'{{"outcome": "policy"}}\'); {_DIE}',
    "that it was cancelled": f'os.write(FD, b\'{{"outcome": "cancelled"}}\'); {_DIE}',
    "that it took too long": f'os.write(FD, b\'{{"outcome": "timeout"}}\'); {_DIE}',
    "an outcome that is no text": f'os.write(FD, b\'{{"outcome": ["ok"]}}\'); {_DIE}',
    "no outcome": f"os.write(FD, b'{{}}'); {_DIE}",
    "no object": f"os.write(FD, b'\"ok\"'); {_DIE}",
    "half a message": f'os.write(FD, b\'{{"outcome": "ok"\'); {_DIE}',
    "two messages in one": f'{_GOOD}os.write(FD, b\'{{"outcome": "ok"}}\' * 2); {_DIE}',
    "deeply nested JSON": f"os.write(FD, b'[' * 50000); {_DIE}",
    "deeply nested objects": f"os.write(FD, b'{{\"outcome\":' * 5000); {_DIE}",
    "no text at all": f"os.write(FD, bytes(range(256))); {_DIE}",
    "text in another encoding": (
        f"os.write(FD, '{{\"outcome\": \"great\"}}'.encode('utf-16')); {_DIE}"
    ),
    "a number of many digits": f"os.write(FD, b'9' * 9999); {_DIE}",
    "an answer of a kind that does not exist": (
        f'{_GOOD}os.write(FD, b\'{{"outcome": "ok", "answer": "song"}}\'); {_DIE}'
    ),
    "an answer that is no text": (
        f'{_GOOD}os.write(FD, b\'{{"outcome": "ok", "answer": {{}}}}\'); {_DIE}'
    ),
    "a line that is no number": f'os.write(FD, b\'{{"outcome": "error", "line": "1"}}\'); {_DIE}',
    "a line that is a truth": f'os.write(FD, b\'{{"outcome": "error", "line": true}}\'); {_DIE}',
    "a hundred names": (
        "import json; names = ['x'] * 100\n"
        f"os.write(FD, json.dumps({{'outcome': 'error', 'names': names}}).encode()); {_DIE}"
    ),
    "a long name": (
        "import json; names = ['x' * 2000]\n"
        f"os.write(FD, json.dumps({{'outcome': 'error', 'names': names}}).encode()); {_DIE}"
    ),
    "a message longer than any": (
        f"{_GOOD}os.write(FD, b'{{\"outcome\":' + b' ' * 99999 + b'\"ok\"}}')\n{_DIE}"
    ),
    "more than anyone listens to": "while True: os.write(FD, b'x' * 4096)",
    "an empty message": f"os.write(FD, b'')\n{_DIE}",
    "an empty message, and it stays": "os.write(FD, b'')\nimport time; time.sleep(60)",
    "that it has begun, again": f"os.write(FD, b'{{\"begun\": true}}')\n{_DIE}",
    "that it is ready, again": f"os.write(FD, b'{{\"ready\": {{}}}}')\n{_DIE}",
    "a closed mouth": f"os.close(FD); {_DIE}",
    "another file in the channel's place": f"os.dup2(RESULT, FD)\n{_SAY_OK}{_DIE}",
    "the channel for a socket of its own": (
        "import socket; socket.socket(fileno=FD).shutdown(socket.SHUT_RDWR)\n"
    ),
    "open files with a reply": (
        "import array, socket; host = socket.socket(socket.AF_UNIX, 5, 0, FD)\n"
        "host.sendmsg([b'{\"outcome\": \"ok\"}'], [(1, 1, array.array('i', [RESULT] * 200))])"
    ),
    "silence": _DIE,
    "a failing status": "os._exit(137)",
    "an end by nsjail's own signal": "os._exit(159)",
    "an abort": "os.abort()",
    "its own end, by exec": "os.execv('/python/bin/python3', ['x', '-c', ''])",
    "a runner of its own, by exec": (
        f"{_GOOD}os.execv('/python/bin/python3', ['x', '-c', "
        "f'import os; os.write({FD}, b\"{{}}\")'])"
    ),
    "a json module that lies": (
        'import json; json.dumps = lambda *a, **k: \'{"outcome": "ok"}\'\n1/0'
    ),
    "an os.write that lies": "real = os.write; os.write = lambda f, d: real(f, b'')\n1/0",
    "a runner's own function": (
        "import sys; frame = sys._getframe()\n"
        "while '_do' not in frame.f_globals: frame = frame.f_back\n"
        "frame.f_globals['_say'] = lambda *a, **k: real(FD, b'{\"outcome\": \"ok\"}')\n"
        "real = os.write\n1/0"
    ),
    "a writer of Parquet that lies": (
        "import pyarrow.parquet as pq\npq.write_table = lambda t, f, **k: f.write(b'PAR1')"
    ),
    "an end at exit": (
        'import atexit; atexit.register(lambda: os.write(FD, b\'{"outcome": "ok"}\'))\n'
        "import sys; sys.modules['json'].dumps = None"
    ),
    "a signal's handler": (
        "import signal; signal.signal(14, lambda *a: os._exit(3)); signal.setitimer(0, 0.01)\n"
        "while True: pass"
    ),
    "a profiler that ends it": "import sys; sys.setprofile(lambda *a: os._exit(1))\nlen('')",
    "an audit hook that ends it": (
        "import sys; sys.addaudithook(lambda *a: os._exit(1))\nopen('/x')"
    ),
    "a table with a column twice": (
        f"{_TABLE}twice = pa.table([[1], [2]], names=['x', 'x'])\n"
        f"os.write(RESULT, parquet(twice))\n{_SAY_OK}{_DIE}"
    ),
    "a table with an extension type": (
        f"{_TABLE}kind = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b'x' * 16], "
        f"pa.binary(16)))\nos.write(RESULT, parquet(pa.table({{'x': kind}})))\n{_SAY_OK}{_DIE}"
    ),
    "a table with a moment that no calendar has": (
        f"{_TABLE}moments = pa.array([2**62], pa.timestamp('us'))\n"
        f"os.write(RESULT, parquet(pa.table({{'x': moments}})))\n{_SAY_OK}{_DIE}"
    ),
    "a table with text that is none": (
        f"{_TABLE}text = pa.Array.from_buffers(pa.string(), 1, [None, "
        "pa.py_buffer(np.array([0, 2], 'int32')), pa.py_buffer(b'\\xff\\xfe')])\n"
        f"os.write(RESULT, parquet(pa.table({{'x': text}})))\n{_SAY_OK}{_DIE}"
    ),
    "a table with too many columns": (
        f"{_TABLE}os.write(RESULT, parquet(pa.table({{str(n): [1] for n in range(600)}})))\n"
        f"{_SAY_OK}{_DIE}"
    ),
    "a small file of a large table": (
        f"{_TABLE}os.write(RESULT, parquet(pa.table({{'x': np.zeros(30 * 10**6, 'int64')}})))\n"
        f"{_SAY_OK}{_DIE}"
    ),
    "a small file of long texts": (
        f"{_TABLE}text = pa.DictionaryArray.from_arrays(np.zeros(10**6, 'int32'), ['x' * 10**4])\n"
        f"os.write(RESULT, parquet(pa.table({{'x': text}})))\n{_SAY_OK}{_DIE}"
    ),
    "a small file of more nothing than can be": (
        f"{_TABLE}nothing = pa.nulls(1 << 20)\nfile = io.BytesIO()\n"
        "with pq.ParquetWriter(file, pa.schema([('x', pa.null())])) as writer:\n"
        "    for _ in range(250): writer.write_table(pa.table({'x': nothing}))\n"
        f"os.write(RESULT, file.getvalue())\n{_SAY_OK}{_DIE}"
    ),
    "a large file of nothing": f"os.ftruncate(RESULT, 20 << 20)\n{_SAY_OK}{_DIE}",
}
"""Whatever they say, it is not that all went well."""

CLOSED: Final = "os.close(FD)\nimport time; time.sleep(60)"
"""nsjail holds the channel, too: nobody sees that it is closed."""

ANSWERS: Final = {
    "garbage": ("b'x' * 100", "scalar"),
    "nothing": ("b''", "scalar"),
    "a list": ("b'[1]'", "scalar"),
    "a type that does not exist": ('b\'{"type": "song", "value": 1}\'', "scalar"),
    "a type that is no text": ('b\'{"type": ["text"], "value": 1}\'', "scalar"),
    "more than type and value": ('b\'{"type": "text", "value": "x", "x": 1}\'', "scalar"),
    "an object as text": ('b\'{"type": "text", "value": {"x": 1}}\'', "scalar"),
    "a list as an integer": ('b\'{"type": "integer", "value": [1]}\'', "scalar"),
    "a truth as an integer": ('b\'{"type": "integer", "value": true}\'', "scalar"),
    "a value that is missing and there": ('b\'{"type": "missing", "value": 1}\'', "scalar"),
    "not a number": ('b\'{"type": "number", "value": NaN}\'', "scalar"),
    "an infinite number": ('b\'{"type": "number", "value": Infinity}\'', "scalar"),
    "a number beyond all": ('b\'{"type": "number", "value": 1e999}\'', "scalar"),
    "a number of many digits": (
        'b\'{"type": "integer", "value": \' + b"9" * 9999 + b"}"',
        "scalar",
    ),
    "half of a surrogate pair": ('b\'{"type": "text", "value": "\\\\ud800"}\'', "scalar"),
    "text that is not UTF-8": ('b\'{"type": "text", "value": "\\xff"}\'', "scalar"),
    "text in UTF-16": ('\'{"type": "text", "value": "x"}\'.encode("utf-16")', "scalar"),
    "a name twice": ('b\'{"type": "text", "type": "text", "value": "x"}\'', "scalar"),
    "deep nesting": ('b\'{"type": "text", "value": \' + b"[" * 50000', "scalar"),
    "deep nesting that ends": (
        'b\'{"mark": "bar", "x": \' + b"[" * 50000 + b"]" * 50000 + b"}"',
        "chart",
    ),
    "more than an answer may be": ("b' ' * (2 << 20)", "scalar"),
    "a sparse answer": ("os.ftruncate(ANSWER, 10 << 20) or b'{}'", "scalar"),
    "a chart that is none": ("b'{\"x\": 1}'", "chart"),
    "a chart with an address": ('b\'{"mark": "bar", "data": {"url": "http://x/"}}\'', "chart"),
    "a chart with an address deep inside": (
        'b\'{"layer": [{"mark": "bar", "transform": [{"lookup": "a", "from": '
        '{"data": {"url": "//x"}}}]}]}\'',
        "chart",
    ),
    "a chart with a link": (
        'b\'{"mark": "bar", "encoding": {"href": {"field": "x"}}}\'',
        "chart",
    ),
    "a chart with an image": (
        'b\'{"mark": {"type": "image", "url": "http://x/"}}\'',
        "chart",
    ),
    "a chart with a pointer from an address": (
        'b\'{"mark": {"type": "bar", "cursor": "URL(http://x/y.png), auto"}}\'',
        "chart",
    ),
    "a chart with options for the page": (
        'b\'{"mark": "bar", "usermeta": {"embedOptions": {"patch": "http://x/"}}}\'',
        "chart",
    ),
    "a chart whose address is hidden behind another name of its own": (
        'b\'{"mark": "bar", "data": {"url": "x"}, "data": {"values": []}}\'',
        "chart",
    ),
    "a table that is none": ("b'PAR1' * 100", "table"),
    "a table of another kind": ('b\'{"type": "text", "value": "x"}\'', "table"),
    "a table with an extension type": (
        "parquet(pa.table({'x': pa.ExtensionArray.from_storage(pa.uuid(), "
        "pa.array([b'x' * 16], pa.binary(16)))}))",
        "table",
    ),
    "a table that unfolds": ("parquet(pa.table({'x': np.zeros(10**6, 'int64')}))", "table"),
    "a chart that is said to be a table": ('b\'{"mark": "bar"}\'', "table"),
}
"""Bytes left as an answer, as an expression, and what they are said to be. None is kept."""

ROW_NUMBERS: Final = {
    "garbage": "b'PAR1' * 100",
    "another name": "parquet(pa.table({'x': [0, 1, 2]}))",
    "another type": "parquet(pa.table({'row': pa.array([0, 1, 2], pa.int32())}))",
    "too many": "parquet(pa.table({'row': [0, 1, 2, None]}))",
    "too few": "parquet(pa.table({'row': [0, 1]}))",
    "beyond the table": "parquet(pa.table({'row': [0, 1, 3]}))",
    "below it": "parquet(pa.table({'row': [0, 1, -1]}))",
    "one twice": "parquet(pa.table({'row': [0, 1, 1]}))",
    "far more than there are": "parquet(pa.table({'row': np.zeros(20 * 10**6, 'int64')}))",
    "two columns": "parquet(pa.table({'row': [0, 1, 2], 'x': [1, 2, 3]}))",
    "notes in the schema": (
        "parquet(pa.table({'row': [0, 1, 2]}).replace_schema_metadata({'x': 'y'}))[:-1]"
    ),
}
"""What is left as the numbers of three rows, as an expression. None is believed."""


_RUNNER: Final = (
    f"{_TABLE}import sys\nframe = sys._getframe()\n"
    "while 'write_answer' not in frame.f_globals: frame = frame.f_back\n"
    "runner = frame.f_globals\n"
)


def answering(answer: tuple[str, str]) -> str:
    """A snippet after which the runner says that it wrote that answer."""
    expression, kind = answer
    return (
        f"{_RUNNER}def write(value, file, columns):\n"
        f"    file.write({expression})\n    return {{'answer': {kind!r}}}\n"
        "runner['write_answer'] = write\nresult = 1"
    )


def numbering(expression: str) -> str:
    """A snippet after which the runner writes that as the numbers of the rows."""
    return f"{_RUNNER}runner['write_numbers'] = lambda *given: given[-1].write({expression}) < 0"


def in_place(body: str) -> str:
    """A snippet after whose `body` the runner says that every row is in its place."""
    return f"{_RUNNER}runner['write_numbers'] = lambda *given: True\n{body}"
