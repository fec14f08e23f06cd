"""Snippets that want more than there is for them, and how each ends."""

from typing import Final

from application.ports.sandbox import Outcome

_HOLD: Final = "import time; time.sleep(1)"

RESOURCES: Final = {
    "a bomb of processes": ("import os\nwhile True: os.fork()", Outcome.PROCESSES),
    "a bomb of processes, come what may": (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        Outcome.CPU,
    ),
    "a bomb of threads": (
        "import threading, time\nthreading.stack_size(32768)\n"
        "while True: threading.Thread(target=time.sleep, args=(60,)).start()",
        Outcome.PROCESSES,
    ),
    "a bomb of threads that stay": (
        "import threading, time\nthreading.stack_size(32768)\nevent = threading.Event()\n"
        "try:\n    while True: threading.Thread(target=event.wait, daemon=True).start()\n"
        f"except RuntimeError: pass\n{_HOLD}",
        Outcome.OK,
    ),
    "memory by lists": ("x = []\nwhile True: x.append(bytes(10**7))", Outcome.MEMORY),
    "memory by numpy": ("np.ones(10**10)", Outcome.MEMORY),
    "memory by text": ("'x' * 10**11", Outcome.MEMORY),
    "memory by a join": ("pd.merge(*[pd.DataFrame({'a': np.zeros(10**5)})] * 2)", Outcome.MEMORY),
    "memory by a pivot": (
        "n = range(10**5)\npd.DataFrame({'a': n, 'b': n, 'c': n}).pivot(index='a', columns='b')",
        (Outcome.ERROR, Outcome.MEMORY),
    ),
    "memory by mappings": (
        "import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 1 << 28))",
        Outcome.MEMORY,
    ),
    "memory by Arrow": ("import pyarrow as pa\npa.allocate_buffer(1 << 40)", Outcome.MEMORY),
    "memory by an integer": ("1 << (1 << 40)", Outcome.MEMORY),
    "memory by an archive": (
        "import io, zipfile\nfile = io.BytesIO()\n"
        "with zipfile.ZipFile(file, 'w', 8) as z: z.writestr('x', bytes(1 << 26))\n"
        "x = [zipfile.ZipFile(file).read('x') for _ in range(40)]",
        (Outcome.MEMORY, Outcome.CPU),
    ),
    "a table of ten million columns": (
        "df = pd.DataFrame(np.zeros((1, 10**7), 'u1'))",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a table of many columns": (
        "df = pd.DataFrame(np.zeros((1, 501)))",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a large table": (
        "df = pd.DataFrame({'a': np.random.rand(4 * 10**6)})",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a table that is small only as a file": (
        "df = pd.DataFrame({'a': np.zeros(30 * 10**6, 'int64')})",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a large answer": ("result = pd.DataFrame({'a': np.random.rand(10**6)})", Outcome.OK),
    "a long text as the answer": ("result = 'x' * 10**7", Outcome.OK),
    "a large chart": (
        "result = {'mark': 'bar', 'data': {'values': [{'x': n} for n in range(10**5)]}}",
        Outcome.OK,
    ),
    "a chart in itself": ("result = {'mark': 'bar'}\nresult['x'] = result", Outcome.OK),
    "a list in itself": (
        "result = []\nresult.append(result)",
        (Outcome.OK, Outcome.ERROR, Outcome.CRASHED),
    ),
    "a file without end as the result": (
        "while True: os.write(RESULT, bytes(10**6))",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a file without end as the answer": (
        "while True: os.write(ANSWER, bytes(10**6))",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a sparse file as the result": (
        "os.ftruncate(RESULT, 1 << 40)",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "room for a file as the rows": (
        "os.posix_fallocate(ROWS, 0, 1 << 40)",
        Outcome.OUTPUT_TOO_LARGE,
    ),
    "a flood of temporary bytes": (
        "f = open('/tmp/x', 'wb')\nwhile True: f.write(bytes(10**6))",
        Outcome.ERROR,
    ),
    "a flood of temporary files": (
        "import os\nn = 0\nwhile True:\n    n += 1\n    os.close(os.open(f'/tmp/{n}', 0o101))",
        Outcome.ERROR,
    ),
    "a flood of directories": (
        "import os\nwhile True:\n    os.mkdir('x'); os.chdir('x')",
        Outcome.ERROR,
    ),
    "a sparse temporary file": (
        "import os\nf = os.open('/tmp/x', 0o102)\nos.ftruncate(f, 10**7)\n"
        "while True: os.write(f, bytes(10**6))",
        Outcome.ERROR,
    ),
    "a flood of open files": (
        "f = []\nwhile True: f.append(open('/job/infrastructure/nsjail/runner.py'))",
        Outcome.ERROR,
    ),
    "a flood of pipes": ("import os\nf = []\nwhile True: f.append(os.pipe())", Outcome.ERROR),
    "a flood of timers": (
        "import select\nf = []\nwhile True: f.append(select.epoll())",
        Outcome.ERROR,
    ),
    # Which of them ends it depends on how fast the host takes it in.
    "a flood of standard output": (
        "while True: print('x' * 10**6)",
        (Outcome.CPU, Outcome.TIMEOUT),
    ),
    "a flood of standard error": (
        "import sys\nwhile True: print('x' * 10**6, file=sys.stderr)",
        (Outcome.CPU, Outcome.TIMEOUT),
    ),
    "much standard output, and then a table": (
        "for _ in range(20): print('x' * 10**6)",
        Outcome.OK,
    ),
    "a loop": ("while True: pass", Outcome.CPU),
    "a loop in C": ("sum(iter(int, 1))", Outcome.CPU),
    "a loop that catches everything": (
        "while True:\n    try: pass\n    except BaseException: pass",
        Outcome.CPU,
    ),
    "a loop that ignores signals": (
        "import signal\nfor n in (15, 2, 24): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        Outcome.CPU,
    ),
    "a loop that blocks signals": (
        "import signal\nsignal.pthread_sigmask(0, range(1, 65))\nwhile True: pass",
        Outcome.CPU,
    ),
    "a loop in many threads": (
        "import threading\n"
        "for _ in range(9): threading.Thread(target=lambda: sum(iter(int, 1))).start()",
        Outcome.CPU,
    ),
    "a regular expression": ("import re\nre.match('(a*)*b', 'a' * 60)", Outcome.CPU),
    "a large power": ("9 ** 9 ** 8", Outcome.CPU),
    "a large sum of products": (
        "x = np.ones((6000, 6000))\nwhile True: x @ x",
        (Outcome.CPU, Outcome.TIMEOUT),
    ),
    "waiting": ("import time; time.sleep(99)", Outcome.TIMEOUT),
    "waiting for itself": (
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
        Outcome.TIMEOUT,
    ),
    "a full pipe": (
        "import os\nread, write = os.pipe()\nwhile True: os.write(write, bytes(99))",
        Outcome.TIMEOUT,
    ),
    "standing still": ("import os, signal\nos.kill(0, 19)\nsignal.pause()", Outcome.TIMEOUT),
    "a thread left behind": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()",
        Outcome.OK,
    ),
    "depth in Python": ("f = lambda: f()\nf()", Outcome.ERROR),
    "depth in C": (
        "import sys; sys.setrecursionlimit(10**9)\n"
        "x, y = [], []\nfor _ in range(3 * 10**5): x, y = [x], [y]\nx == y",
        Outcome.CRASHED,
    ),
    "depth in source": ("eval('(' * 10**5 + ')' * 10**5)", (Outcome.ERROR, Outcome.MEMORY)),
    "depth in a syntax tree": (
        "import ast\neval('-' * 10**5 + '1')",
        (Outcome.ERROR, Outcome.MEMORY, Outcome.CRASHED),
    ),
    "a null pointer": ("import ctypes; ctypes.string_at(0)", Outcome.CRASHED),
    "an abort": ("import os; os.abort()", Outcome.CRASHED),
    "an exit": ("import sys; sys.exit(0)", Outcome.ERROR),
    "an exit in a thread": (
        "import os, threading\nt = threading.Thread(target=os._exit, args=(0,))\nt.start()\n"
        "t.join()",
        Outcome.CRASHED,
    ),
    "its own death": ("import os, signal\nos.kill(0, 9)\nsignal.raise_signal(11)", Outcome.OK),
    "a signal to all": ("import os\nos.kill(-1, 9)\nos._exit(1)", Outcome.ERROR),
}
