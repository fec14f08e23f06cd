"""Questions about the rows of nodes, as a request asks them."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from application.ports.snapshots import QueryRefused, RowQuery, Snapshots
from domain.session.events import Snapshot
from interfaces.http.problem_kinds import INVALID_REQUEST
from interfaces.http.problems import Refusal

ROWS_PER_PAGE = 1000
LAST_OFFSET = 10**12
MOST_PARTS = 50


class RowQuestion(BaseModel):
    """Which rows, in which order, and which columns of them."""

    offset: int = Field(0, ge=0, le=LAST_OFFSET, description="How many rows to leave out.")
    limit: int = Field(100, ge=1, le=ROWS_PER_PAGE, description="The most rows to return.")
    columns: list[str] = Field(
        default=[],
        max_length=MOST_PARTS,
        description="The columns to return: names with commas between; all of them without. A name "
        "that has a comma is given alone, and the parameter again for others.",
        examples=[["name,price"]],
    )
    sort: list[str] = Field(
        default=[],
        max_length=MOST_PARTS,
        description="What to sort by: names with commas between, as for `columns`, and a `-` "
        "before a name to begin with the largest. Missing cells come last in either direction; "
        "rows that are alike stay in the table's order.",
        examples=[["-price,name"]],
    )
    where: list[str] = Field(
        default=[],
        max_length=MOST_PARTS,
        description="A condition `column:operator:value`; give the parameter again for more, all "
        "of which must hold. Operators are `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `contains` (text, "
        "as it is written), and, without a value, `isnull` and `notnull`. The value is read as "
        "the column's type: numbers, `true` or `false`, dates in ISO 8601 (of columns with a time "
        "zone in UTC, unless an offset says otherwise). A missing cell fulfils none but `isnull`; "
        "NaN is a missing cell.",
        examples=[["price:ge:10", "name:contains:Ann"]],
    )

    def query(self) -> RowQuery:
        """The same for the application."""
        return RowQuery(
            offset=self.offset,
            limit=self.limit,
            columns=self.columns,
            sort=self.sort,
            where=self.where,
        )


def row_page(snapshots: Snapshots, table: Snapshot, question: RowQuestion) -> JSONResponse:
    """The rows of the table that are asked for."""
    with refused_queries():
        page = snapshots.page(table, question.query())
    return JSONResponse(
        {"columns": page.columns, "rows": page.rows, "offset": page.offset, "total": page.total}
    )


@contextmanager
def refused_queries() -> Iterator[None]:
    """Tell a client of a question that its table cannot answer."""
    try:
        yield
    except QueryRefused as refused:
        told = {"in": "query", "field": refused.parameter, "detail": str(refused)}
        raise Refusal(
            INVALID_REQUEST, f"{refused.parameter}: {refused}", errors=[told]
        ) from refused
