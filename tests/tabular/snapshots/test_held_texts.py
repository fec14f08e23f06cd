"""In which columns of a node a text stands."""

import polars as pl
import pyarrow as pa

from tests.tabular.snapshots.conftest import Kept

TABLE = pa.table(
    {
        "order": [1, 2, 3],
        "state": ["open", "Cancelled", "cancelled"],
        "remark": ["not cancelled", None, "open"],
        "size": pa.array(["L", "S", None]).dictionary_encode(),
        "tags": [["open"], [], None],
        "nothing": pa.nulls(3, pa.string()),
    }
)


def test_text_columns_tell_whether_a_text_is_one_of_their_cells(kept: Kept) -> None:
    texts = ["open", "OPEN", "cancelled", "L", "not", "1"]
    assert kept.snapshots.columns_holding(kept.keep(TABLE), texts) == {
        "open": {"state": True, "remark": True},
        "OPEN": {"state": False, "remark": False},
        "cancelled": {"state": False},  # it is in another case as well
        "L": {"size": True},
        "not": {},
        "1": {},
    }


def test_the_columns_are_those_of_the_node_that_is_asked_about(kept: Kept) -> None:
    root = kept.keep(TABLE)
    renamed = kept.keep(TABLE.rename_columns(["order", "status", *TABLE.column_names[2:]]), [root])
    held = kept.snapshots.columns_holding
    assert held(renamed, ["Cancelled"]) == {"Cancelled": {"status": False}}
    assert held(kept.keep(pl.DataFrame({"n": [1]})), ["1"]) == {"1": {}}
