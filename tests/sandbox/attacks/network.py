"""Ways to a socket of this machine that would answer. ``got`` is REACHED where one was made.

$$PORT is a port of this machine, $$SOCKET the path of a socket, $$ABSTRACT one without a path.
"""

from typing import Final

from tests.sandbox.attacks.siege import REACHED

_GOT: Final = f"got = {REACHED!r}"
_IN: Final = "(b'\\x02\\x00' + int($PORT).to_bytes(2) + bytes([127, 0, 0, 1]) + bytes(8))"

CALLS: Final = {
    "a connection": "import socket; socket.create_connection(('127.0.0.1', $PORT))",
    "a connection by name": "import socket; socket.create_connection(('localhost', $PORT))",
    "a socket and connect": "import socket; socket.socket().connect(('127.0.0.1', $PORT))",
    "a connection by IPv6": (
        "import socket; socket.socket(socket.AF_INET6).connect(('::ffff:127.0.0.1', $PORT))"
    ),
    "a datagram": "import socket; socket.socket(type=2).sendto(b'x', ('127.0.0.1', $PORT))",
    "a socket's path": "import socket; socket.socket(socket.AF_UNIX).connect($SOCKET)",
    "an abstract socket": "import socket; socket.socket(socket.AF_UNIX).connect($ABSTRACT)",
    "a web page": "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$PORT/x')",
    "a web connection": (
        "import http.client; c = http.client.HTTPConnection('127.0.0.1', $PORT)\n"
        "c.request('GET', '/x'); c.getresponse()"
    ),
    "pandas.read_csv": "pd.read_csv('http://127.0.0.1:$PORT/x')",
    "pandas.read_json": "pd.read_json('http://127.0.0.1:$PORT/x')",
    "pandas.read_parquet": "pd.read_parquet('http://127.0.0.1:$PORT/x')",
    "pandas.read_pickle": "pd.read_pickle('http://127.0.0.1:$PORT/x')",
    "a file transfer": "import ftplib; ftplib.FTP().connect('127.0.0.1', $PORT, 2)",
    "a mail": "import smtplib; smtplib.SMTP('127.0.0.1', $PORT, timeout=2)",
    "asyncio": (
        "import asyncio\n"
        "asyncio.run(asyncio.wait_for(asyncio.open_connection('127.0.0.1', $PORT), 2))"
    ),
    "multiprocessing": (
        "from multiprocessing.connection import SocketClient\nSocketClient(('127.0.0.1', $PORT))"
    ),
    "logging": (
        "import logging, logging.handlers\n"
        "h = logging.handlers.SocketHandler('127.0.0.1', $PORT)\nh.makeSocket().send(b'x')"
    ),
    "a datagram by logging": (
        "import logging, logging.handlers\n"
        "h = logging.handlers.SysLogHandler(('127.0.0.1', $PORT))\nh.socket.sendto(b'x', h.address)"
    ),
    "C's functions": (f"fd = libc.socket(2, 1, 0)\nif libc.connect(fd, {_IN}, 16): raise OSError"),
    "the calls by number": (
        f"fd = libc.syscall(41, 2, 1, 0)\nif libc.syscall(42, fd, {_IN}, 16): raise OSError"
    ),
    "one call that sends and connects": (
        "fd = libc.syscall(41, 2, 1, 0)\n"
        f"if libc.syscall(44, fd, b'x', 1, 0x20000000, {_IN}, 16) < 0: raise OSError"
    ),
}
"""Each reaches something that listens, where there is no jail."""

SOCKETS: Final = {
    "a port of its own": f"import socket; socket.create_server(('', 0)); {_GOT}",
    "an abstract name of its own": f"import socket; socket.socket(1).bind('\\0mine'); {_GOT}",
    "a path of its own": f"import socket; socket.socket(1).bind('/tmp/mine'); {_GOT}",
    "a pair of sockets": f"import socket; socket.socketpair(); {_GOT}",
    "netlink": f"import socket; socket.socket(16, 3, 0); {_GOT}",
    "netlink for audit": f"import socket; socket.socket(16, 3, 9); {_GOT}",
    "raw packets": f"import socket; socket.socket(17, 3, 3); {_GOT}",
    "raw IP": f"import socket; socket.socket(2, 3, 1); {_GOT}",
    "echo requests": f"import socket; socket.socket(2, 2, 1); {_GOT}",
    "virtual machines": f"import socket; socket.socket(40, 1, 0); {_GOT}",
    "the kernel's cryptography": f"import socket; socket.socket(38, 5, 0); {_GOT}",
    "a bus of cars": f"import socket; socket.socket(29, 3, 1); {_GOT}",
    "Bluetooth": f"import socket; socket.socket(31, 3, 0); {_GOT}",
    "fast paths": f"import socket; socket.socket(44, 3, 0); {_GOT}",
    "the same by the x32 numbers": f"if libc.syscall(0x40000000 | 41, 2, 1, 0) >= 0: {_GOT}",
    "the names of interfaces": f"import socket; assert len(socket.if_nameindex()) > 0; {_GOT}",
    "a name in the network": (
        f"import socket; socket.getaddrinfo('datatrail.invalid.example', 80); {_GOT}"
    ),
    "sending open files": (
        "import array, socket\n"
        "host = socket.socket(1, 5, 0, os.dup(FD))\n"
        f"socket.send_fds(host, [b'x'], [TABLE]); {_GOT}"
    ),
    "shutting the channel": f"if libc.shutdown(FD, 2) == 0: {_GOT}",
    "the channel's options": f"if libc.setsockopt(FD, 1, 16, b'\\1\\0\\0\\0', 4) == 0: {_GOT}",
    "who is at the channel's other end": (
        "size = ctypes.c_int(12); who = (ctypes.c_int * 3)()\n"
        f"if libc.getsockopt(FD, 1, 17, who, ctypes.byref(size)) == 0: {_GOT}"
    ),
    "listening at the channel": f"if libc.listen(FD, 5) == 0: {_GOT}",
}
"""Each makes or changes a socket, or asks the network."""

OLD_NUMBERS: Final = (
    "import ctypes, mmap\n"
    # As a program for 32 bits asks for a socket: eax = 359, ebx = 2, ecx = 1, edx = 0, int 0x80.
    "code = bytes.fromhex('53b867010000bb02000000b90100000031d2cd805bc3')\n"
    "area = mmap.mmap(-1, 4096, prot=7); area.write(code)\n"
    "at = ctypes.addressof(ctypes.c_char.from_buffer(area))\n"
    f"if ctypes.CFUNCTYPE(ctypes.c_int)(at)() >= 0: {_GOT}"
)
"""The calls of another architecture, which have other numbers."""
