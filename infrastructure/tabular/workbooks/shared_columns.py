"""Columns of a part with the texts that its cells share, looked up for all rows at once.

Takes as long to import as Arrow itself, whose functions it needs.
"""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from infrastructure.tabular.workbooks.cells import Chunk
from infrastructure.tabular.workbooks.shared_texts import MARK, text_of

_NO_TEXT = pa.scalar(None, pa.large_string())


class SharedColumns:
    """Puts `texts`, none of which is blank, in place of their marked numbers."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._in_order = pa.array(texts, pa.large_string())

    def in_chunk(self, chunk: Chunk) -> Chunk:
        """The chunk with texts. Raises LookupError, or ArrowInvalid, for an unknown number."""
        if not isinstance(chunk, pa.Array):
            return [
                text_of(cell, self._texts)
                if isinstance(cell, str) and cell.startswith(MARK)
                else cell
                for cell in chunk
            ]
        if not pa.types.is_large_string(chunk.type):
            return chunk
        marked = pc.starts_with(chunk, MARK)
        if not pc.any(marked).as_py():
            return chunk
        numbers = pc.utf8_slice_codeunits(pc.if_else(marked, chunk, _NO_TEXT), len(MARK))
        return pc.if_else(marked, self._in_order.take(numbers.cast(pa.uint32())), chunk)
