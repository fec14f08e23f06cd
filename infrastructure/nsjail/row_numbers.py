"""Which row of the table that a snippet was given each row is that it leaves. Runs in the jail.

The rows get the labels that they have anyway, 0 to n-1, from an index of a class of its own. pandas
hands that on to what it takes, sorts or filters, and not to what it numbers, joins or makes anew.
"""

from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


class RowNumbers(pd.Index):
    """The labels of rows that come from the table as it was given."""


def numbered(rows: int) -> pd.Index:
    """The labels 0 to `rows` - 1."""
    # Every public way to make an index chooses the class by the labels.
    make = RowNumbers._simple_new  # type: ignore[attr-defined]  # not in the stubs
    labels: pd.Index = make(np.arange(rows, dtype=np.int64), name=None)
    return labels


def write_numbers(frame: object, given_rows: int, file: BinaryIO) -> bool:
    """Write the number that each row had: int64 ``row``. Nothing when the frame does not tell, and
    nothing when each of the `given_rows` rows is still there in its place; whether that is so.

    Where one row became several, the first of them is that row; the others are null.
    """
    index = frame.index if isinstance(frame, pd.DataFrame) else None
    if not isinstance(index, RowNumbers) or index.dtype != np.int64:
        return False
    labels = index.to_numpy()
    if np.array_equal(labels, np.arange(given_rows)):
        return True
    # Rows that were dropped and not moved, as nearly always, need no search for others like them.
    again = None if (labels[1:] > labels[:-1]).all() else index.duplicated()
    pq.write_table(
        pa.table({"row": pa.array(labels, pa.int64(), mask=again)}),
        file,
        compression="zstd",
        use_dictionary=False,
        column_encoding={"row": "DELTA_BINARY_PACKED"},
    )
    return False
