"""Branches: the lines of the session tree, and what people call them."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import ConfigDict, Field

from application.ports.read_models import BranchView, SessionView
from domain.session.commands import NameBranch
from domain.session.errors import BranchUnknown
from interfaces.http.dependencies import OriginOf, PageLimit, ServiceOf, SessionOf, page_of
from interfaces.http.problem_kinds import (
    BODY_TOO_LARGE,
    BRANCH_NAME_TAKEN,
    BRANCH_UNKNOWN,
    INVALID_REQUEST,
    MALFORMED_JSON,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
    UNSUPPORTED_MEDIA_TYPE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Document, Request
from interfaces.http.text import OneLine
from interfaces.service import Service

NAME_CHARACTERS = 100

router = APIRouter(prefix="/sessions/{session_id}/branches", tags=["nodes"])


class BranchName(Request):
    """What a branch is to be called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "without outliers"}]})

    name: OneLine = Field(
        max_length=NAME_CHARACTERS, pattern=r"\S", description="One line that is not blank."
    )


class BranchResource(Document):
    """A line of the session tree."""

    branch: str = Field(description="Stays the same for ever.", examples=["branch-2"])
    name: str | None = Field(description="What a person called it.", examples=["without outliers"])
    nodes: int = Field(description="How many versions were made on it.")
    newest_node_id: UUID
    is_pointer: bool = Field(description="Whether the pointer is on one of them.")


class BranchPage(Document):
    """The session's branches, in the order in which they were begun."""

    items: Sequence[BranchResource]
    next: str | None = Field(description="Pass it as `after` for the next page; null at the end.")


@router.get(
    "",
    summary="List branches",
    responses=documented(SESSION_UNKNOWN, BRANCH_UNKNOWN, INVALID_REQUEST, UNAVAILABLE),
)
def list_branches(
    session: SessionOf,
    service: ServiceOf,
    limit: PageLimit = 100,
    after: Annotated[
        str | None,
        Query(
            pattern="^[a-z0-9-]+$", description="The last branch of the page before: its `next`."
        ),
    ] = None,
) -> BranchPage:
    """Every line of the session tree, with its name and its newest version."""
    if after is not None:
        _existing_branch(session, after, service)
    found = service.read_models.branches(session.session_id, limit=limit + 1, after=after)
    views, last = page_of(found, limit)
    return BranchPage(
        items=[BranchResource.model_validate(view) for view in views],
        next=last.branch if last else None,
    )


@router.put(
    "/{branch}",
    summary="Name a branch",
    responses=documented(
        MALFORMED_JSON,
        SESSION_UNKNOWN,
        BRANCH_UNKNOWN,
        SESSION_CLOSED,
        SESSION_ERASED,
        BRANCH_NAME_TAKEN,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        SESSION_BUSY,
        UNAVAILABLE,
    ),
)
def name_branch(
    session: SessionOf,
    branch: Annotated[str, Path(description="As nodes tell it.", examples=["branch-2"])],
    body: BranchName,
    service: ServiceOf,
    origin: OriginOf,
) -> BranchResource:
    """Calls the branch so from now on. The log keeps the names that it had before."""
    service.handler.handle(session.session_id, NameBranch(branch=branch, name=body.name), origin)
    return BranchResource.model_validate(_existing_branch(session, branch, service))


def _existing_branch(session: SessionView, branch: str, service: Service) -> BranchView:
    found = service.read_models.branch(session.session_id, branch)
    if found is None:
        raise BranchUnknown
    return found
