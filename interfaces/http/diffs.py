"""What makes one node the other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from application.ports.read_models import NodeView
from domain.difference import ColumnChange, Matching
from domain.table import ColumnType
from interfaces.http.dependencies import CURRENT, NodeOf, ServiceOf, SessionOf, existing_node
from interfaces.http.problem_kinds import (
    ARTIFACT_LOST,
    INVALID_REQUEST,
    NODE_UNKNOWN,
    SESSION_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.row_questions import refused_queries
from interfaces.http.schemas import Document

MOST_ROWS = 1000
MOST_KEYS = 50

RowKey = Annotated[
    list[str] | None,
    Query(
        max_length=MOST_KEYS,
        description="A column that tells which row is which; give it again for a key of "
        "several. Without one, rows are matched by the row that they come from, which steps "
        "hand on unless they make the table anew; then by their place where columns show "
        "that they stayed, else by being the same in every cell.",
        examples=[["order_id"]],
    ),
]

router = APIRouter(prefix="/sessions/{session_id}/nodes", tags=["nodes"])


class ColumnFactsResource(Document):
    """A column's cells in a few numbers."""

    type: ColumnType
    nulls: int = Field(description="How many cells are missing.")
    distinct: int = Field(description="How many distinct values there are.")
    min: Any = Field(description="The smallest number or earliest moment, where it matters.")
    max: Any
    mean: Any


class ColumnDifferenceResource(Document):
    """A column of one node or of both."""

    name: str
    was: str | None = Field(description="Its name in the first node; null for a new column.")
    change: ColumnChange
    changed_cells: int | None = Field(
        description="How many cells of matched rows differ; where the type changed, cells are "
        "compared as text. Null for a column that is in one node only."
    )
    before: ColumnFactsResource | None
    after: ColumnFactsResource | None


class RowDifferenceResource(Document):
    """What became of the rows. Their numbers count from 0."""

    before: int = Field(description="How many rows the first node has.")
    after: int = Field(description="How many rows the other node has.")
    matching: Matching = Field(description="How rows were found again.")
    note: str = Field(description="The same in words, and how sure it is.")
    matched: int = Field(description="How many rows are in both.")
    changed: int = Field(description="How many of those have another cell.")
    only_before: int = Field(description="How many rows of the first are matched with none.")
    only_after: int = Field(description="How many rows of the other are matched with none.")
    first_only_before: Sequence[int] = Field(description="The first of those, by number.")
    first_only_after: Sequence[int] = Field(description="The first of those, by number.")


class ChangedRowResource(Document):
    """A matched row with other cells."""

    row_before: int
    row_after: int
    key: Mapping[str, Any] = Field(description="Its cells of the key, if one was given.")
    cells: Mapping[str, Sequence[Any]] = Field(
        description="Of each column that differs in this row, the cell before and after.",
        examples=[{"price": [10, 12.5]}],
    )


class TableDifference(Document):
    """What makes one table the other."""

    same: bool = Field(description="Whether the tables are the same in every respect.")
    columns_reordered: bool
    columns: Sequence[ColumnDifferenceResource] = Field(
        description="The columns of the other table in its order, then those that are gone."
    )
    rows: RowDifferenceResource
    sample: Sequence[ChangedRowResource] = Field(description="The first rows that changed.")


class DifferenceResource(TableDifference):
    """What makes one node's table the other's."""

    before: UUID
    after: UUID


def other_node(
    session: SessionOf,
    other: Annotated[
        str,
        Path(
            description=f"The id of the node to compare with, or `{CURRENT}`.", examples=[CURRENT]
        ),
    ],
    service: ServiceOf,
) -> NodeView:
    """The node to compare with. Raises SessionUnknown, NodeUnknown."""
    return existing_node(session, other, service)


@router.get(
    "/{node}/diff/{other}",
    summary="Compare two nodes",
    response_model=DifferenceResource,
    responses=documented(
        SESSION_UNKNOWN, NODE_UNKNOWN, UNAVAILABLE, INVALID_REQUEST, ARTIFACT_LOST
    ),
)
def compare_nodes(
    node: NodeOf,
    other: Annotated[NodeView, Depends(other_node)],
    service: ServiceOf,
    key: RowKey = None,
    sample: Annotated[
        int, Query(ge=0, le=MOST_ROWS, description="The most changed rows to show.")
    ] = 20,
) -> JSONResponse:
    """Columns, rows and cells that differ between a node and another one of its session.

    Only columns that differ are read.
    """
    with refused_queries():
        found = service.snapshots.diff(node.snapshot, other.snapshot, key=key or (), sample=sample)
    facts = asdict(found)
    return JSONResponse({"before": str(node.node_id), "after": str(other.node_id), **facts})
