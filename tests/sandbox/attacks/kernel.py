"""Calls of the kernel that lead to other processes, other rights, or machinery of its own.

``got`` is REACHED where one did what it is for.
"""

from typing import Final

_GOT: Final = "got = 'reached'"


def _call(number: int, *arguments: object, least: int = 0) -> str:
    """The call by its number; it succeeds when it returns no less than `least`."""
    told = "".join(f", {each}" for each in arguments)
    return f"if libc.syscall({number}{told}) >= {least}: {_GOT}"


_AREA: Final = "ctypes.create_string_buffer(4096)"

PROCESSES: Final = {
    "being traced": _call(101, 0, 0, 0, 0),
    "tracing its parent": _call(101, 16, 1, 0, 0),
    "seizing a stranger": _call(101, 0x4206, 2, 0, 0),
    "reading a process's memory": (
        f"area = {_AREA}\nhere = (ctypes.c_size_t * 2)(ctypes.addressof(area), 8)\n"
        + _call(310, "os.getpid()", "here", 1, "here", 1, 0)
    ),
    "writing a process's memory": (
        f"area = {_AREA}\nhere = (ctypes.c_size_t * 2)(ctypes.addressof(area), 8)\n"
        + _call(311, "os.getpid()", "here", 1, "here", 1, 0)
    ),
    "comparing processes": _call(312, "os.getpid()", "os.getpid()", 0, 0, 1),
    "a handle for a process": _call(434, "os.getpid()", 0),
    "a signal by a handle": _call(424, 3, 0, 0, 0),
    "a descriptor of another process": _call(438, 3, 0, 0),
    "advice for another's memory": _call(440, 3, 0, 0, 0, 0),
    "releasing another's memory": _call(448, 3, 0),
    "moving another's pages": _call(279, 0, 0, 0, 0, 0, 0),
    "a child": f"import os\nif os.fork() == 0: os._exit(0)\n{_GOT}",
    "a child by vfork": _call(58),
    "a child by clone": _call(56, 17, 0, 0, 0, 0),
    "a child by clone3": ("how = (ctypes.c_uint64 * 11)(); how[4] = 17\n" + _call(435, "how", 88)),
    "a child by a library": (
        f"import multiprocessing\nmultiprocessing.Pool(1).map(len, ['x'])\n{_GOT}"
    ),
    "a child by posix_spawn": (
        f"import os\nos.posix_spawn('/python/bin/python3', ['x', '-c', ''], {{}})\n{_GOT}"
    ),
    "a pool of processes": (
        "from concurrent.futures import ProcessPoolExecutor\n"
        f"with ProcessPoolExecutor(1) as pool: pool.submit(len, 'x').result(2)\n{_GOT}"
    ),
    "its parent's number": f"import os\nif os.getppid() != 0: {_GOT}",
    "other processes by their numbers": (
        "import os\n"
        "for pid in range(2, 20000):\n"
        "    try: os.kill(pid, 0)\n"
        "    except ProcessLookupError: continue\n"
        # A thread of one's own answers, too; tgkill tells it from a stranger.
        f"    if libc.syscall(234, os.getpid(), pid, 0) != 0: {_GOT}"
    ),
    "a group of its own": f"import os\nos.setpgid(0, 0)\n{_GOT}",
    "a session of its own": f"import os\nos.setsid()\n{_GOT}",
    "a signal with data to its parent": _call(129, 0, 9, f"{_AREA}", least=1),
    "outliving its parent": f"if libc.prctl(1, 0, 0, 0, 0) == 0: {_GOT}",
    "letting others trace it": f"if libc.prctl(0x59616d61, -1, 0, 0, 0) == 0: {_GOT}",
    "adopting orphans": f"if libc.prctl(36, 1, 0, 0, 0) == 0: {_GOT}",
    "the layout of its memory": f"if libc.prctl(35, 8, 0, 0, 0) == 0: {_GOT}",
}

RIGHTS: Final = {
    "the superuser": f"import os\nos.setuid(0)\n{_GOT}",
    "the superuser's group": f"import os\nos.setgid(0)\n{_GOT}",
    "every identity at once": f"import os\nos.setresuid(0, 0, 0)\n{_GOT}",
    "more groups": f"import os\nos.setgroups([0])\n{_GOT}",
    "the file system's identity": _call(122, 0),
    "capabilities": (
        "head = (ctypes.c_uint32 * 2)(0x20080522, 0)\n"
        "data = (ctypes.c_uint32 * 6)(*[2**32 - 1] * 6)\n" + _call(126, "head", "data")
    ),
    "capabilities that are kept": f"if libc.prctl(8, 1, 0, 0, 0) == 0: {_GOT}",
    "capabilities around it": f"if libc.prctl(47, 2, 21, 0, 0) == 0: {_GOT}",
    "secure bits": f"if libc.prctl(28, 0, 0, 0, 0) == 0: {_GOT}",
    "new privileges": f"if libc.prctl(39, 0, 0, 0, 0) == 0: {_GOT}",
    "a weaker filter": f"if libc.prctl(22, 0, 0, 0, 0) == 0: {_GOT}",
    "a filter that listens": _call(317, 1, 8, 0),
    "a user namespace": _call(272, 0x10000000),
    "every namespace": _call(272, 0x7E020000),
    "a thread in another namespace": _call(56, 0x10000000 | 0x10000 | 0x100, 0, 0, 0, 0),
    "another's namespace": _call(308, "os.open('/', 0)", 0),
    "a mount": f"if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0: {_GOT}",
    "a mount that is bound": f"if libc.mount(b'/', b'/tmp', None, 4096, None) == 0: {_GOT}",
    "a mount that may be written": f"if libc.mount(None, b'/', None, 32, None) == 0: {_GOT}",
    "a mount less": f"if libc.umount2(b'/tmp', 2) == 0: {_GOT}",
    "a mount by a handle": _call(428, -100, "b'/'", 1),
    "a file system by a handle": _call(430, "b'tmpfs'", 0),
    "another root": f"import os\nos.chroot('/tmp')\n{_GOT}",
    "another root by pivoting": _call(155, "b'/tmp'", "b'/tmp'"),
    "a personality": _call(135, 0x0040000),
    "segments of its own": _call(154, 1, _AREA, 16),
    "input and output ports": _call(172, 3),
    "some ports": _call(173, 0x80, 1, 1),
    "more threads": (
        "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (9999, 9999))\n" + _GOT
    ),
    "larger files": (
        "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40))\n" + _GOT
    ),
    "more memory": f"import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\n{_GOT}",
    "more open files": (
        "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (9999, 9999))\n" + _GOT
    ),
    "a core file": f"import resource\nresource.setrlimit(resource.RLIMIT_CORE, (1, 1))\n{_GOT}",
    "a higher priority": f"import os\nos.nice(-5)\n{_GOT}",
    "the priority of others": f"import os\nos.setpriority(os.PRIO_USER, 0, 19)\n{_GOT}",
    "real time": ("import os\nos.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))\n" + _GOT),
    "the disk's priority": _call(251, 1, 0, 1 << 13),
    "memory that stays": f"if libc.mlock({_AREA}, 4096) == 0: {_GOT}",
    "all memory that stays": f"if libc.mlockall(3) == 0: {_GOT}",
}

MACHINERY: Final = {
    "io_uring": _call(425, 8, _AREA),
    "faults handled by users": _call(323, 0),
    "a program in the kernel": _call(321, 5, _AREA, 72),
    "a map in the kernel": _call(321, 0, "(ctypes.c_uint32 * 18)(2, 4, 4, 1)", 72),
    "counting events": _call(298, "(ctypes.c_uint32 * 32)(1, 128)", 0, -1, -1, 0),
    "a key": _call(248, "b'user'", "b'x'", "b'x'", 1, -3),
    "a keyring": _call(250, 1, "b'x'"),
    "a session's keys": _call(250, 0, -3, 1),
    "a key asked for": _call(249, "b'user'", "b'x'", 0, -3),
    "a module": _call(175, _AREA, 4096, "b''"),
    "a module from a file": _call(313, 3, "b''", 0),
    "another kernel": _call(246, 0, 0, 0, 0),
    "the kernel's log": _call(103, 10, 0, 0),
    "the clock": f"import time\ntime.clock_settime(0, 0)\n{_GOT}",
    "the clock's speed": _call(159, _AREA),
    "the host's name": f"import socket\nsocket.sethostname('x')\n{_GOT}",
    "the domain's name": _call(171, "b'x'", 1),
    "swapping": _call(167, "b'/tmp/x'", 0),
    "accounting": _call(163, 0),
    "quotas": _call(179, 0, 0, 0, 0),
    "watching every file": _call(300, 0, 0),
    "watching files": _call(253),
    "rules of its own": _call(444, 0, 0, 1, least=1),
    "shared memory": f"if libc.shmget(0, 4096, 0o1666) >= 0: {_GOT}",
    "semaphores": f"if libc.semget(0, 1, 0o1666) >= 0: {_GOT}",
    "messages": f"if libc.msgget(0, 0o1666) >= 0: {_GOT}",
    "a queue of messages": _call(240, "b'x'", 0o102, 0o666, 0),
    "memory's places": _call(239, 0, 0, 0, 0, 0),
    "splicing": "os.pipe()\n" + _call(276, 3, 4, 10, 0),
    "pages for a pipe": "import os\nread, write = os.pipe()\nhere = (ctypes.c_size_t * 2)(0, 0)\n"
    + _call(278, "write", "here", 1, 0),
    "a larger pipe": (
        f"import fcntl, os\nfcntl.fcntl(os.pipe()[1], fcntl.F_SETPIPE_SZ, 1 << 20)\n{_GOT}"
    ),
    "a terminal's input": f"import fcntl\nfcntl.ioctl(0, 0x5412, b'x')\n{_GOT}",
    "asking a device": f"import fcntl\nfcntl.ioctl(0, 0x5413, bytes(8))\n{_GOT}",
}

# Recent kernels let these two past every filter: outside a kernel-made trampoline uretprobe kills
# its caller and uprobe answers ENXIO.
UNFILTERED: Final = frozenset({335, 336})
FORBIDDEN: Final = {
    "sockets": [41, 42, 43, 44, 45, 46, 48, 49, 50, 51, 52, 53, 54, 55, 288, 299, 307],
    "other processes": [101, 310, 311, 312, 424, 434, 438, 440, 448],
    "mounts and roots": [155, 161, 165, 166, 428, 429, 430, 431, 432, 433, 442, 457, 458],
    "namespaces and identities": [105, 106, 113, 114, 116, 117, 119, 122, 123, 126, 272, 308],
    "shared memory and queues": [29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 240, 241, 319, 447],
    "kernel machinery": [175, 246, 248, 249, 250, 298, 313, 320, 321, 323, 425, 426, 427],
    "rights and links": [86, 88, 90, 91, 92, 93, 94, 260, 265, 266, 268, 280, 303, 304, 452],
}
"""Numbers that the policy must never come to allow, by what they would open."""

SAFE: Final = frozenset(
    {
        *("reading a process's memory", "a handle for a process", "a child", "its parent's number"),
        *("adopting orphans", "outliving its parent", "a child by a library"),
        *("watching files", "shared memory", "a larger pipe", "segments of its own"),
    }
)
"""Some that do what they are for, and no harm, where there is no jail."""
