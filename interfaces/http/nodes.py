"""Nodes: the versions of the table, their rows and profiles, and exports."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from application.ports.tables import ExportFormat
from domain.session.errors import NodeUnknown
from interfaces.http.dependencies import (
    CURRENT,
    NodeOf,
    PageLimit,
    ServiceOf,
    SessionOf,
    page_of,
)
from interfaces.http.downloads import (
    EXPORTED,
    Download,
    ExportTarget,
    export_name,
    table_download,
)
from interfaces.http.problem_kinds import (
    ARTIFACT_LOST,
    INVALID_REQUEST,
    NODE_UNKNOWN,
    SESSION_UNKNOWN,
    TOO_LARGE_FOR_FORMAT,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.row_questions import RowQuestion, row_page
from interfaces.http.schemas import NodePage, NodeResource, RowPage

NODE_KINDS = (SESSION_UNKNOWN, NODE_UNKNOWN, UNAVAILABLE)

router = APIRouter(prefix="/sessions/{session_id}/nodes", tags=["nodes"])


@router.get("", summary="List nodes", responses=documented(*NODE_KINDS, INVALID_REQUEST))
def list_nodes(
    session: SessionOf,
    service: ServiceOf,
    limit: PageLimit = 100,
    after: Annotated[
        UUID | None, Query(description="The last node of the page before: its `next`.")
    ] = None,
) -> NodePage:
    """The session tree: every version of the table, in the order in which they were made."""
    session_id, read = session.session_id, service.read_models
    if after is not None and read.node(session_id, after) is None:
        raise NodeUnknown(after)
    views, last = page_of(read.nodes(session_id, limit=limit + 1, after=after), limit)
    names = read.branch_names(session_id)
    return NodePage(
        items=[NodeResource.of(view, names) for view in views],
        next=last.node_id if last else None,
    )


@router.get("/{node}", summary="Look at a node", responses=documented(*NODE_KINDS))
def get_node(node: NodeOf, service: ServiceOf) -> NodeResource:
    """Its schema and size, where it stands in the tree, and the code that made it."""
    return NodeResource.of(node, service.read_models.branch_names(node.session_id))


@router.get(
    "/{node}/rows",
    summary="Read rows",
    response_model=RowPage,
    responses=documented(*NODE_KINDS, INVALID_REQUEST, ARTIFACT_LOST),
)
def get_rows(
    node: NodeOf,
    service: ServiceOf,
    question: Annotated[RowQuestion, Query()],
) -> Response:
    """Rows of the table, in order, or those that are asked for."""
    return row_page(service.snapshots, node.snapshot, question)


@router.get(
    "/{node}/profile",
    summary="Read a profile",
    responses={
        200: {
            "description": "Statistics of the table and of each column.",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **documented(*NODE_KINDS, ARTIFACT_LOST),
    },
)
def get_profile(node: NodeOf, service: ServiceOf) -> JSONResponse:
    """Statistics of each column, as they were taken when the node was made."""
    return JSONResponse(service.snapshots.profile(node.snapshot))


@router.get(
    "/{node}/export",
    status_code=200,
    summary="Export a node",
    response_class=Download,
    responses={
        **EXPORTED,
        **documented(*NODE_KINDS, INVALID_REQUEST, TOO_LARGE_FOR_FORMAT, ARTIFACT_LOST),
    },
)
def export_node(
    session: SessionOf,
    node: NodeOf,
    service: ServiceOf,
    request: Request,
    target: ExportTarget = ExportFormat.CSV,
) -> Download:
    """The whole table, named after the uploaded file and the node's number."""
    dataset = session.dataset.file_name if session.dataset else "table"
    name = export_name(dataset, node.number, target)
    changes = request.path_params["node"] == CURRENT
    return table_download(service, node.snapshot, target, name, changes=changes)
