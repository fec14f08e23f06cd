"""What one snippet leaves running may lie about its own session, and harms no other."""

import time
from collections.abc import Iterator

import pytest

from application.ports.sandbox import Outcome, Sandbox
from infrastructure.nsjail import NsjailSandbox
from tests.sandbox.attacks.siege import Siege, prepared

_TABLE = (
    "import io, pyarrow as pa, pyarrow.parquet as pq\n"
    "def parquet(table):\n"
    "    file = io.BytesIO()\n    pq.write_table(table, file)\n"
    "    return file.getvalue()\n"
)
_FOREVER = (
    "import threading\ndef forever(f):\n    threading.Thread(target=f, daemon=True).start()\n"
)

LEFT_RUNNING = {
    "a forged reply, before the next job": (
        f"{_FOREVER}import time\n"
        'def lie():\n    time.sleep(0.02)\n    os.write(FD, b\'{"outcome": "ok"}\')\n'
        "forever(lie)"
    ),
    "an empty message, before the next job": (
        f"{_FOREVER}import time\n"
        "def lie():\n    time.sleep(0.02)\n    os.write(FD, b'')\n"
        "forever(lie)"
    ),
    "forged replies without end": (
        f'{_FOREVER}def lie():\n    while True: os.write(FD, b\'{{"outcome": "memory"}}\')\n'
        "forever(lie)"
    ),
    "a closed channel": (
        f"{_FOREVER}import time\n"
        "def close():\n    time.sleep(0.05)\n    os.close(FD)\n"
        "forever(close)"
    ),
    "another file in the channel's place": (
        f"{_FOREVER}import time\n"
        "def close():\n    time.sleep(0.05)\n    os.dup2(0, FD)\n"
        "forever(close)"
    ),
    "an end a little later": (
        f"{_FOREVER}import time\ndef end():\n    time.sleep(0.03)\n    os._exit(0)\nforever(end)"
    ),
    "an end at the next job": (
        "import json, sys\nreal = json.loads\njson.loads = lambda *a: os._exit(0)"
    ),
    "no more open files": (
        "kept = []\ntry:\n    while True: kept.append(os.dup(0))\nexcept OSError: pass\n"
        "import builtins; builtins.kept = kept"
    ),
    "a full standard output": (
        f"{_FOREVER}def shout():\n    while True: os.write(1, b'x' * 65536)\nforever(shout)"
    ),
    "no processor time": (
        "import resource\nhard = resource.getrlimit(resource.RLIMIT_CPU)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))"
    ),
    "no memory": ("import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))"),
    "other libraries": (
        "pd.DataFrame = None\nimport pyarrow.parquet as pq\npq.read_table = pq.write_table = None"
    ),
    "other functions of the system": ("os.write = os.fdopen = os._exit = lambda *a, **k: 0"),
    "a hook for all that happens": (
        "import sys\nsys.addaudithook(lambda name, a: 1 / 0 if name == 'compile' else 0)"
    ),
}

THIEF = (
    f"{_FOREVER}class Message(ctypes.Structure):\n"
    "    _fields_ = [('name', ctypes.c_void_p), ('namelen', ctypes.c_uint),\n"
    "        ('iov', ctypes.c_void_p), ('iovlen', ctypes.c_size_t),\n"
    "        ('control', ctypes.c_void_p), ('controllen', ctypes.c_size_t),\n"
    "        ('flags', ctypes.c_int)]\n"
    "area = ctypes.create_string_buffer(200000)\n"
    "iov = (ctypes.c_size_t * 2)(ctypes.addressof(area), 200000)\n"
    "def take():\n"
    "    message = Message(None, 0, ctypes.addressof(iov), 1, None, 0, 0)\n"
    "    libc.recvmsg(FD, ctypes.byref(message), 0)\n"
    "    import time; time.sleep(100)\n"
    "import time\nforever(take)\nreal = os.write\n"
    # The runner comes second to its own channel.
    "os.write = lambda f, d: (real(f, d), b'outcome' in d and time.sleep(0.2))[0]"
)
FULL_CHANNEL = (
    f"{_TABLE}import select, time\n"
    "edge = select.epoll(); edge.register(FD, select.EPOLLIN | select.EPOLLET)\n"
    "os.write(RESULT, parquet(pa.table({'x': [1]})))\n"
    'os.write(FD, b\'{"outcome": "ok"}\')\n'
    "until = time.time() + 100\n"
    "while time.time() < until:\n"
    "    if edge.poll(1):\n"
    "        os.write(FD, b'{\"begun\": true}'); time.sleep(0.02)\n"
    '        os.write(FD, b\'{"outcome": "memory"}\')'
)


@pytest.fixture
def hasty(besieged: Siege) -> Iterator[Sandbox]:
    """A session of the besieged sandbox."""
    with besieged.sandbox.one_jail() as session:
        yield session


@pytest.mark.parametrize("name", LEFT_RUNNING)
def test_a_session_hurts_nobody_by(name: str, siege: Siege, hasty: Sandbox) -> None:
    siege.attack(prepared(LEFT_RUNNING[name]), hasty)
    for _ in range(2):
        attacked = siege.attack("df['said'] = 1", hasty)
        assert attacked.execution.outcome is not Outcome.TIMEOUT
        time.sleep(0.01)


def test_jobs_that_nobody_takes_do_not_stop_the_host(siege: Siege, hasty: Sandbox) -> None:
    begun = time.monotonic()
    siege.attack(prepared(FULL_CHANNEL), hasty)
    for _ in range(5):
        siege.attack(f"#{'x' * 60_000}\ndf['said'] = 1", hasty)
    assert time.monotonic() - begun < 50


def test_a_job_that_was_taken_away_is_done_in_another_jail(
    siege: Siege, impatient: NsjailSandbox
) -> None:
    with impatient.one_jail() as session:
        siege.attack(prepared(THIEF), session)
        assert siege.asked(session, "df['said'] = 'done'") == "done"
