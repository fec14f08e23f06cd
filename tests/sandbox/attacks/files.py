"""Ways to the host's files, and to files of the jail that are not the snippet's to change.

``got`` is what each got, or REACHED. $$SECRET is the path of a file with the secret.
"""

from typing import Final

from tests.sandbox.attacks.siege import REACHED

_GOT: Final = f"got = {REACHED!r}"

READERS: Final = {
    "open": "got = open($SECRET).read()",
    "open by descent": "got = open('../' * 30 + $SECRET).read()",
    "open from another directory": "import os; os.chdir('/'); got = open('.' + $SECRET).read()",
    "os.open": "import os; got = os.read(os.open($SECRET, 0), 99)",
    "a directory's descriptor": (
        "import os; at = os.open('/', os.O_PATH)\n"
        "got = os.read(os.open('..' + $SECRET, 0, dir_fd=at), 99)"
    ),
    "io.FileIO": "import io; got = io.FileIO($SECRET).readall()",
    "io.open_code": "import io; got = io.open_code($SECRET).read()",
    "codecs.open": "import codecs; got = codecs.open($SECRET).read()",
    "tokenize.open": "import tokenize; got = tokenize.open($SECRET).read()",
    "pathlib": "import pathlib; got = pathlib.Path($SECRET).read_text()",
    "linecache": "import linecache; got = linecache.getlines($SECRET)",
    "fileinput": "import fileinput; got = list(fileinput.input($SECRET))",
    "a copy by shutil": (
        "import shutil; shutil.copyfile($SECRET, '/tmp/copy'); got = open('/tmp/copy').read()"
    ),
    "an archive": (
        "import io, tarfile; file = io.BytesIO()\n"
        "tarfile.open(fileobj=file, mode='w').add($SECRET)\ngot = file.getvalue()"
    ),
    "a mapping": (
        "import mmap, os; got = mmap.mmap(os.open($SECRET, 0), 0, prot=mmap.PROT_READ)[:]"
    ),
    "C's open": (
        "area = ctypes.create_string_buffer(99)\n"
        "libc.read(libc.open($SECRET.encode(), 0), area, 99)\n"
        "got = area.raw"
    ),
    "C's fopen": (
        "libc.fopen.restype = ctypes.c_void_p\narea = ctypes.create_string_buffer(99)\n"
        "file = libc.fopen($SECRET.encode(), b'r')\n"
        "assert file\nlibc.fgets(area, 99, ctypes.c_void_p(file))\ngot = area.raw"
    ),
    "the open call by number": (
        "fd = libc.syscall(2, $SECRET.encode(), 0)\narea = ctypes.create_string_buffer(99)\n"
        "libc.syscall(0, fd, area, 99)\ngot = area.raw"
    ),
    "openat2": (
        "how = (ctypes.c_uint64 * 3)(0, 0, 0)\n"
        "fd = libc.syscall(437, -100, $SECRET.encode(), how, 24)\n"
        "area = ctypes.create_string_buffer(99)\nassert fd >= 0\nlibc.read(fd, area, 99)\n"
        "got = area.raw"
    ),
    "a handle": (
        "handle = ctypes.create_string_buffer(bytes([120, 0, 0, 0]) + bytes(124))\n"
        "mount = ctypes.c_int()\n"
        "assert libc.syscall(303, -100, $SECRET.encode(), handle, ctypes.byref(mount), 0) == 0\n"
        f"{_GOT}"
    ),
    "numpy.fromfile": "got = np.fromfile($SECRET, 'u1').tobytes()",
    "numpy.memmap": "got = np.memmap($SECRET, 'u1', 'r').tobytes()",
    "numpy.loadtxt": "got = np.loadtxt($SECRET, dtype=str)",
    "numpy.genfromtxt": "got = np.genfromtxt($SECRET, dtype=str)",
    "numpy.fromregex": "got = np.fromregex($SECRET, '(.+)', [('x', 'S99')])",
    "numpy's data source": "got = np.lib.npyio.DataSource('/tmp').open($SECRET).read()",
    "pandas.read_csv": "got = pd.read_csv($SECRET, header=None)[0][0]",
    "pandas.read_csv by address": "got = pd.read_csv('file://' + $SECRET, header=None)[0][0]",
    "pandas.read_table": "got = pd.read_table($SECRET, header=None)[0][0]",
    "pandas.read_fwf": "got = pd.read_fwf($SECRET, header=None, widths=[99])[0][0]",
    "pandas.read_json": (
        f"try: pd.read_json($SECRET)\nexcept FileNotFoundError: raise\nexcept ValueError: {_GOT}"
    ),
    "pandas' own way to a file": ("got = pd.io.common.get_handle($SECRET, 'r').handle.read()"),
    "pyarrow's file": "import pyarrow as pa; got = pa.OSFile($SECRET).read()",
    "pyarrow's mapping": "import pyarrow as pa; got = pa.memory_map($SECRET).read()",
    "pyarrow's file system": (
        "import pyarrow.fs as fs\ngot = fs.LocalFileSystem().open_input_stream($SECRET).readall()"
    ),
    "pyarrow's file system by address": (
        "import pyarrow.fs as fs; place, path = fs.FileSystem.from_uri('file://' + $SECRET)\n"
        "got = place.open_input_stream(path).readall()"
    ),
    "pyarrow.csv": (
        "import pyarrow.csv as csv\n"
        "options = csv.ReadOptions(column_names=['x'])\n"
        "got = csv.read_csv($SECRET, read_options=options).to_pydict()"
    ),
    "pyarrow.dataset": (
        "import pyarrow.dataset as ds; got = ds.dataset($SECRET, format='csv').head(1).to_pydict()"
    ),
    "a symbolic link": (
        "import os, tempfile; link = tempfile.mktemp()\n"
        "os.symlink($SECRET, link); got = open(link).read()"
    ),
    "a hard link": (
        "import os, tempfile; link = tempfile.mktemp()\n"
        "os.link($SECRET, link); got = open(link).read()"
    ),
    "an inherited descriptor": (
        "import os; got = ''\n"
        "for fd in range(64):\n"
        "    try: got += str(os.pread(fd, 100, 0))\n"
        "    except OSError: pass"
    ),
    "the environment": "import os; got = str(os.environb)",
    "its environment through proc": "got = open('/proc/self/environ').read()",
    "its memory through proc": (
        "import ctypes\n"
        "environ = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "file = open('/proc/self/mem', 'rb'); file.seek(environ[0]); got = file.read(100)"
    ),
    "its descriptors through proc": (
        "import os; got = ''\n"
        "for fd in os.listdir('/proc/self/fd'):\n"
        "    path = '/proc/self/fd/' + fd\n"
        "    try: got += open(path).read(100) if os.path.isfile(path) else ''\n"
        "    except (OSError, UnicodeDecodeError): pass"
    ),
    "its root through proc": "got = open('/proc/self/root' + $SECRET).read()",
    "its directory through proc": "got = open('/proc/self/cwd/' + '../' * 30 + $SECRET).read()",
    "a thread's view of proc": "got = open('/proc/thread-self/environ').read()",
    "proc by another name": (
        "import os; got = os.listdir('/dev/fd') and open('/dev/../proc/self/environ').read()"
    ),
}
"""The secret is what they got. Each works where there is no jail."""

PLACES: Final = {
    "the environment of the first process": f"open('/proc/1/environ'); {_GOT}",
    "the list of users": f"open('/etc/passwd'); {_GOT}",
    "the list of mounts": f"open('/proc/self/mountinfo'); {_GOT}",
    "the kernel's settings": f"open('/proc/sys/kernel/hostname'); {_GOT}",
    "the kernel's view of devices": f"import os; os.listdir('/sys'); {_GOT}",
    "the cgroups": f"import os; os.listdir('/sys/fs/cgroup'); {_GOT}",
    "the machine's memory": f"open('/dev/mem', 'rb').read(1); {_GOT}",
    "the null device": f"open('/dev/null'); {_GOT}",
    "the terminal": f"open('/dev/tty'); {_GOT}",
    "shared memory": f"open('/dev/shm/x', 'w'); {_GOT}",
    "the processes' pseudo terminals": f"import os; os.openpty(); {_GOT}",
    "a device made by oneself": (
        f"import os, stat; os.mknod('/tmp/zero', 0o666 | stat.S_IFCHR, os.makedev(1, 5)); {_GOT}"
    ),
    "a pipe with a name": f"import os; os.mkfifo('/tmp/pipe'); {_GOT}",
    "our modules": f"import domain.snippet_policy; {_GOT}",
    "the packages of the service": f"import sqlalchemy; {_GOT}",
    "a module of ours that runs jails": f"import infrastructure.nsjail.jail; {_GOT}",
    "a shell": f"import subprocess; subprocess.run(['/bin/sh', '-c', 'true']); {_GOT}",
    "another program": f"import os; os.execv('/bin/sh', ['sh']); {_GOT}",
    "a program of one's own": (
        "import os, shutil\n"
        "shutil.copyfile('/python/bin/python3', '/tmp/own') or os.open('/tmp/own', 0)\n"
        f"os.chmod('/tmp/own', 0o755); os.execv('/tmp/own', ['own', '-c', '']); {_GOT}"
    ),
    "code of one's own from /tmp": (
        "import ctypes, mmap, os\n"
        "open('/tmp/code', 'wb').write(bytes(4096))\n"
        f"mmap.mmap(os.open('/tmp/code', 0), 4096, prot=mmap.PROT_EXEC); {_GOT}"
    ),
    "a file in the interpreter": f"open('/python/lib/x', 'w'); {_GOT}",
    "the interpreter itself": f"open('/python/bin/python3', 'r+b'); {_GOT}",
    "a library": f"open('/site/pandas/__init__.py', 'a'); {_GOT}",
    "a library's name": f"import os; os.rename('/site/pandas', '/site/x'); {_GOT}",
    "a library's absence": f"import os; os.unlink('/site/pandas/__init__.py'); {_GOT}",
    "the C library": f"import os; os.truncate('/lib/x86_64-linux-gnu/libc.so.6', 0); {_GOT}",
    "the runner": f"open('/job/infrastructure/nsjail/runner.py', 'a'); {_GOT}",
    "a package in a hidden place": (
        f"import glob\nopen(glob.glob('/python/lib/python3*/site-packages')[0] + '/x', 'w'); {_GOT}"
    ),
    "the root": f"open('/x', 'w'); {_GOT}",
    "a directory at the root": f"import os; os.mkdir('/x'); {_GOT}",
    "rights by set-uid": f"os.fchmod(RESULT, 0o4777); {_GOT}",
    "another owner": f"os.fchown(RESULT, 0, 0); {_GOT}",
    "another time": f"os.utime(TABLE); {_GOT}",
    "attributes": f"os.setxattr(TABLE, 'user.x', b'x'); {_GOT}",
    "a change of the input": f"os.write(TABLE, b'x'); {_GOT}",
    "a change at the input's start": f"os.pwrite(TABLE, b'x', 0); {_GOT}",
    "a shorter input": f"os.ftruncate(TABLE, 0); {_GOT}",
    "a longer input": f"os.posix_fallocate(TABLE, 0, 10**6); {_GOT}",
    "the input by a way of its own": f"open(f'/proc/self/fd/{{TABLE}}', 'r+b'); {_GOT}",
    "the input by its own descriptor": f"open(f'/dev/fd/{{TABLE}}', 'r+b'); {_GOT}",
    "the input's memory": f"import mmap; mmap.mmap(TABLE, 0)[0] = 0; {_GOT}",
    "the input's memory by mprotect": (
        "import mmap; area = mmap.mmap(TABLE, 0, prot=mmap.PROT_READ, flags=mmap.MAP_SHARED)\n"
        "at = np.frombuffer(area, 'u1').ctypes.data\n"
        f"if libc.mprotect(ctypes.c_void_p(at), 4096, 3) == 0: {_GOT}"
    ),
    "the input by copying into it": (f"os.copy_file_range(TABLE, TABLE, 3, 0, 100); {_GOT}"),
    "the input by sending into it": f"os.sendfile(TABLE, TABLE, 0, 10); {_GOT}",
    "a lock on the input": f"import fcntl; fcntl.flock(TABLE, fcntl.LOCK_SH); {_GOT}",
    "a lease on the input": f"import fcntl; fcntl.fcntl(TABLE, 1024, 0); {_GOT}",
    "a record lock on the input": f"import fcntl; fcntl.lockf(TABLE, fcntl.LOCK_SH); {_GOT}",
    "a seal on the input": f"import fcntl; fcntl.fcntl(TABLE, 1033, 15); {_GOT}",
    "flags of the input's file": (
        f"import fcntl, array\nfcntl.ioctl(TABLE, 0x40086602, array.array('l', [0x10])); {_GOT}"
    ),
    "a signal for the input's changes": f"import fcntl; fcntl.fcntl(TABLE, 8, 1); {_GOT}",
    "the directory of the result": f"os.open('..', 0, dir_fd=RESULT); {_GOT}",
    "a name for the result": (f"if libc.linkat(RESULT, b'', -100, b'/tmp/l', 0x1000) == 0: {_GOT}"),
    "a name for the result by proc": (
        f"os.link(f'/proc/self/fd/{{RESULT}}', '/tmp/l', follow_symlinks=True); {_GOT}"
    ),
    "a name for a file without one": (
        "import os; file = os.open('/tmp', os.O_TMPFILE | os.O_RDWR)\n"
        f"if libc.linkat(file, b'', -100, b'/tmp/l', 0x1000) == 0: {_GOT}"
    ),
    "anonymous files": f"import os; os.memfd_create('x'); {_GOT}",
    "secret memory": f"if libc.syscall(447, 0) >= 0: {_GOT}",
}
"""They get to where a snippet has nothing to do."""

SHARED: Final = frozenset({"anonymous files", "the list of users", "the null device"})
"""Those of PLACES that anybody reaches where there is no jail."""
