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
    held, table = kept.snapshots.columns_holding, kept.keep(TABLE)
    assert held(table, ["open"]) == {"state": True, "remark": True}
    assert held(table, ["OPEN"]) == {"state": False, "remark": False}
    assert held(table, ["cancelled"]) == {"state": False}, "it is in another case as well"
    assert held(table, ["L"]) == {"size": True}
    assert held(table, ["not"]) == held(table, ["1"]) == {}


def test_each_of_several_texts_must_be_there(kept: Kept) -> None:
    held, table = kept.snapshots.columns_holding, kept.keep(TABLE)
    assert held(table, ["open", "Cancelled"]) == {"state": False}
    assert held(table, ["not cancelled", "open"]) == {"remark": True}
    assert held(table, ["open", "shipped"]) == {}


def test_the_columns_are_those_of_the_node_that_is_asked_about(kept: Kept) -> None:
    root = kept.keep(TABLE)
    renamed = kept.keep(TABLE.rename_columns(["order", "status", *TABLE.column_names[2:]]), [root])
    assert kept.snapshots.columns_holding(renamed, ["Cancelled"]) == {"status": False}
    assert kept.snapshots.columns_holding(kept.keep(pl.DataFrame({"n": [1]})), ["1"]) == {}
