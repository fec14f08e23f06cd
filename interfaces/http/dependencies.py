"""What endpoints ask for: the service, the caller, and parameters that many of them share."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Path, Query, Request
from pydantic import BeforeValidator, Field

from application.handle import Origin
from application.ports.read_models import NodeView, SessionView
from domain.session.errors import NodeUnknown, SessionUnknown
from interfaces.http.connected import service_of, watch_of
from interfaces.http.context import origin_of
from interfaces.http.media_types import preferred
from interfaces.http.problem_kinds import NODE_UNKNOWN, NOT_ACCEPTABLE
from interfaces.http.problems import Refusal
from interfaces.http.session_watch import SessionWatch
from interfaces.service import Service

CURRENT = "current"

View = TypeVar("View")


def accepted_type(*offered: str) -> Callable[[Request], str]:
    """A dependency: the media type to answer with. It refuses a client that takes none."""

    def choose(request: Request) -> str:
        chosen = preferred(",".join(request.headers.getlist("accept")), offered)
        if chosen is None:
            raise Refusal(
                NOT_ACCEPTABLE,
                f"This is given as {', '.join(offered[:-1])} or {offered[-1]}; the header Accept "
                "allows none of these.",
                offered=list(offered),
            )
        return chosen

    return choose


WatchOf = Annotated[SessionWatch, Depends(watch_of)]
ServiceOf = Annotated[Service, Depends(service_of)]
OriginOf = Annotated[Origin, Depends(origin_of)]
SessionId = Annotated[UUID, Path(description="The session's id.")]
TaskId = Annotated[UUID, Path(description="The task's id.")]
IdempotencyKey = Annotated[
    UUID | None,
    Header(
        description="A fresh UUID of yours. It becomes the task's id; the same request sent again "
        "with it returns the same task and does nothing twice.",
        examples=["0197a3f2-3f57-7cc4-8f0e-6d0f9f6f2b55"],
    ),
]
PageLimit = Annotated[int, Query(ge=1, le=500, description="The most items to return.")]
AfterVersion = Annotated[
    int, Query(ge=0, le=2**53 - 1, description="Return what comes after this version.")
]

LastEventId = Annotated[
    Annotated[int, Field(ge=0, le=2**53 - 1)] | None,
    # A client that has seen none yet may send it empty, which says nothing.
    BeforeValidator(lambda given: given or None),
    Header(
        description="Of a stream of server-sent events that goes on after a break: the `id` "
        "that came last. It wins over `after`; browsers send it by themselves. If the session "
        "has no such event, its log was restored from an older copy, and that is a problem.",
    ),
]


def page_of(found: Sequence[View], limit: int) -> tuple[Sequence[View], View | None]:
    """At most `limit` of what was found, and the last of them if there is more."""
    return found[:limit], found[limit - 1] if len(found) > limit else None


def existing_session(session_id: SessionId, service: ServiceOf) -> SessionView:
    """The session in the path. Raises SessionUnknown."""
    session = service.read_models.session(session_id)
    if session is None:
        raise SessionUnknown(session_id)
    return session


SessionOf = Annotated[SessionView, Depends(existing_session)]


def existing_node(
    session: SessionOf,
    node: Annotated[
        str,
        Path(
            description=f"The node's id, or `{CURRENT}` for the one that the pointer stands on.",
            examples=[CURRENT],
        ),
    ],
    service: ServiceOf,
) -> NodeView:
    """The node in the path, of the session in the path. Raises SessionUnknown, NodeUnknown."""
    node_id = session.pointer if node == CURRENT else _uuid(node)
    if node_id is None:
        raise Refusal(
            NODE_UNKNOWN,
            "This session has no node yet. Upload a file, and wait until its task has succeeded.",
        )
    found = service.read_models.node(session.session_id, node_id)
    if found is None:
        raise NodeUnknown(node_id)
    return found


NodeOf = Annotated[NodeView, Depends(existing_node)]


def _uuid(node: str) -> UUID:
    try:
        return UUID(node)
    except ValueError:
        raise Refusal(
            NODE_UNKNOWN,
            f"A node is named by its UUID or by '{CURRENT}'. "
            "List the session's nodes to see those there are.",
        ) from None
