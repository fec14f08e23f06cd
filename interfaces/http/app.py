"""The HTTP application over a wired service."""

from importlib.metadata import version

import anyio
from fastapi import APIRouter, Depends, FastAPI
from fastapi_offline import FastAPIOffline

from interfaces.http import (
    actions,
    admin,
    audit,
    branches,
    consent,
    diffs,
    disclosures,
    events,
    executions,
    health,
    messages,
    nodes,
    parsing,
    posted_actions,
    proposals,
    refusals,
    replays,
    sessions,
    subjects,
    suggestions,
    task_events,
    tasks,
    uploads,
)
from interfaces.http.body_limit import BodyLimit
from interfaces.http.context import RequestContext
from interfaces.http.heads import HeadAsGet
from interfaces.http.json_members import members_once
from interfaces.http.openapi import described
from interfaces.http.query_parameters import known_parameters
from interfaces.http.session_watch import SessionWatch
from interfaces.service import Service

DESCRIPTION = """
Clean and analyse a table by talking about it; every step is kept in an immutable log.

1. `POST /v1/sessions`, then `POST /v1/sessions/{session_id}/uploads` with a file.
2. `POST /v1/sessions/{session_id}/messages` with a sentence such as
   *drop rows with missing values in sex*, or to `…/actions` with typed actions.
3. All of them answer 202 with a task: ask `GET /v1/tasks/{task_id}` until it has `succeeded` or
   `failed`, or was `cancelled`, or let `GET /v1/tasks/{task_id}/events` tell you.
   With `"mode": "propose"` nothing changes before you have looked at the proposal and approved
   it; with `"mode": "ask"` nothing changes at all.
4. Look at the result under `/v1/sessions/{session_id}/nodes/current`, go back with `rollback`,
   `undo` and `redo`, begin a `branch`, and take the table home with `export`.

Every error is an [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem with a stable `type`;
`GET /v1/problems` lists them. A query parameter that an address does not have is one, too, and so
is one of a single value, or a member of a document, that is given again. `HEAD` is answered
wherever `GET` is, and `OPTIONS` with the methods that an address takes. Send `X-Request-ID` (a
UUID) to find your request in the log again, and `Idempotency-Key` (a UUID) to repeat a message or
an upload without doing it twice.
"""

TAGS = [
    {"name": "sessions", "description": "Conversations over the versions of a dataset."},
    {"name": "uploads", "description": "Giving a session its dataset."},
    {"name": "messages", "description": "Saying what should happen to the table."},
    {"name": "actions", "description": "Saying it without words, in typed actions."},
    {"name": "proposals", "description": "What a message would do, to approve or to reject."},
    {"name": "suggestions", "description": "What is wrong with the table, and what mends it."},
    {"name": "tasks", "description": "Work that goes on after the answer."},
    {"name": "nodes", "description": "The versions of the table, and the branches of their tree."},
    {"name": "replays", "description": "Showing that a session's code makes its tables."},
    {"name": "events", "description": "The audit trail, straight from the log."},
    {"name": "administration", "description": "For who runs it and holds its token."},
    {"name": "subjects", "description": "Whom sessions are about: erasing what names a person."},
    {"name": "about", "description": "What this service is and what it can answer."},
    {"name": "health", "description": "For whoever runs it."},
]


_RESOURCES = (
    *(sessions, consent, uploads, parsing, messages, posted_actions, proposals, suggestions),
    *(tasks, task_events, executions, disclosures, nodes, branches, diffs, replays, subjects),
    *(events, audit, admin),
)


def create_app(service: Service) -> FastAPI:
    """The API over `service`. Closing the service's parts is the caller's."""
    app = unconnected_app()
    connect(app, service)
    return app


def connect(app: FastAPI, service: Service) -> None:
    """Have `app` answer from `service`, and from no other any more."""
    app.state.service = service
    app.state.uploads_at_once = anyio.Semaphore(uploads.AT_ONCE)
    app.state.watch = SessionWatch(service.heads, service.notifications)


def unconnected_app() -> FastAPI:
    """The API, which can answer once it is connected; to make its routes takes a while."""
    # Its pages under /docs come from here and not from a public network.
    app = FastAPIOffline(
        title="Datatrail",
        summary="Conversational data cleaning with an immutable transformation log.",
        description=DESCRIPTION,
        version=version("datatrail"),
        openapi_tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        redirect_slashes=False,
        dependencies=[Depends(known_parameters), Depends(members_once)],
    )
    v1 = APIRouter(prefix="/v1")
    for resource in _RESOURCES:
        v1.include_router(resource.router)
    v1.include_router(actions.router)
    v1.include_router(health.about_router)
    app.include_router(v1)
    app.include_router(health.health_router)
    refusals.install(app)
    # The one added last is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestContext)
    app.openapi = described(app)  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app
