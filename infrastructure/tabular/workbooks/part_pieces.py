"""The pieces of a large sheet's parts, with the texts that their cells share."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pyarrow as pa

from infrastructure.tabular.workbooks.cells import Chunk
from infrastructure.tabular.workbooks.columns import Piece, piece_of
from infrastructure.tabular.workbooks.layout import Layout
from infrastructure.tabular.workbooks.parts import NotSplittable
from infrastructure.tabular.workbooks.sheets import Block, with_texts


class PartPieces:
    """Makes pieces of blocks in which marked numbers stand for `texts`."""

    def __init__(self, layout: Layout, texts: Sequence[str]) -> None:
        self._layout = layout
        self._texts = texts
        self._in_columns: Callable[[Chunk], Chunk] | None = None
        # A row of blank texts is blank, which is seen in its cells only.
        if texts and "" not in texts:
            from infrastructure.tabular.workbooks.shared_columns import (  # noqa: PLC0415 it is slow
                SharedColumns,
            )

            self._in_columns = SharedColumns(texts).in_chunk

    def piece_of(self, block: Block) -> Piece:
        """The piece of a block. Raises NotSplittable.

        Texts are looked up column by column, in a tenth of the time, where nobody looks at cells.
        """
        names = self._layout.preamble_lines + self._layout.header_rows
        if block.first or block.last or block.row < names or self._in_columns is None:
            return piece_of(with_texts(block, self._texts), self._layout)
        piece = piece_of(block, self._layout)
        try:
            return replace(piece, chunks=list(map(self._in_columns, piece.chunks)))
        except (LookupError, pa.ArrowInvalid):
            raise NotSplittable from None
