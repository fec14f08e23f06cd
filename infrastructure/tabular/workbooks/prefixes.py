"""XML whose elements have a prefix, as programs on Microsoft's Open XML SDK write it: <x:row>."""

import re
from collections.abc import Iterable, Iterator

_ROOT = re.compile(rb"<(\w+):(?:worksheet|sst)\b")
_HEAD = 64 * 1024


def without_prefix(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks of a sheet, or of the texts that cells share, with bare names of elements."""
    blocks = iter(blocks)
    block = next(blocks, b"")
    root = _ROOT.search(block[:_HEAD])
    if root is None:
        yield block
        yield from blocks
        return
    opening, closing = b"<" + root[1] + b":", b"</" + root[1] + b":"
    rest = b""
    while block:
        text = rest + block
        # A tag may be cut within its prefix.
        begun = text.rfind(b"<", max(0, len(text) - len(closing)))
        cut = len(text) if begun < 0 else begun
        yield text[:cut].replace(opening, b"<").replace(closing, b"</")
        rest = text[cut:]
        block = next(blocks, b"")
    yield rest.replace(opening, b"<").replace(closing, b"</")
