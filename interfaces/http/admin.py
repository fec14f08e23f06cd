"""Administration: projections and the sequencer, for who runs the service and holds its token."""

from secrets import compare_digest
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from application.ports.projections import UnknownProjection
from application.projection_work import WorkKind
from interfaces.http.admin_schemas import ProjectionList, ProjectionResource, SequencerResource
from interfaces.http.dependencies import ServiceOf
from interfaces.http.problem_kinds import (
    ADMINISTRATION_OFF,
    ADMINISTRATOR_UNKNOWN,
    NOTHING_TO_ROLL_BACK_TO,
    PROJECTION_BUSY,
    PROJECTION_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal
from interfaces.service import Administration

POLL_SECONDS = 1
PATH = "/v1/admin/projections"

_bearer = HTTPBearer(auto_error=False, description="The service's DATATRAIL_ADMIN_TOKEN.")


def administration(
    service: ServiceOf,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Administration:
    """What the operator may use. Refuses anybody else."""
    if service.administration is None:
        raise Refusal(
            ADMINISTRATION_OFF,
            "Nobody may administer this service over HTTP. To allow it, start it with the setting "
            "DATATRAIL_ADMIN_TOKEN and send that as a bearer token.",
        )
    given = "" if credentials is None else credentials.credentials
    # Headers are read as Latin-1. Some clients write them so, others in UTF-8.
    known = service.administration.token.encode()
    if not any(compare_digest(given.encode(each), known) for each in ("latin-1", "utf-8")):
        raise Refusal(
            ADMINISTRATOR_UNKNOWN,
            "Send the header 'Authorization: Bearer' with the service's DATATRAIL_ADMIN_TOKEN.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return service.administration


AdministrationOf = Annotated[Administration, Depends(administration)]
Name = Annotated[str, Path(description="The projection's name.", examples=["session_tree"])]

GUARD_KINDS = (ADMINISTRATION_OFF, ADMINISTRATOR_UNKNOWN, UNAVAILABLE)
WORK_KINDS = (*GUARD_KINDS, PROJECTION_UNKNOWN, PROJECTION_BUSY)

router = APIRouter(prefix="/admin", tags=["administration"])


@router.get("/projections", summary="List projections", responses=documented(*GUARD_KINDS))
def list_projections(administration: AdministrationOf) -> ProjectionList:
    """Every projection with its builds: the live one, the one that is kept, an unfinished one."""
    projections, now = administration.work.projections, administration.clock.now()
    builds = projections.builds()
    return ProjectionList(
        items=[
            ProjectionResource.of(name, builds, administration.work.last(name), now)
            for name in projections.names()
        ]
    )


@router.get(
    "/projections/{name}",
    summary="Look at a projection",
    responses=documented(*GUARD_KINDS, PROJECTION_UNKNOWN),
)
def get_projection(
    name: Name, administration: AdministrationOf, response: Response
) -> ProjectionResource:
    """Its builds, and the work that this process does or last did on it, with pace and time left.

    `Retry-After` says when to ask again while it is being worked on.
    """
    return _told(administration, name, response)


@router.post(
    "/projections/{name}/rebuild",
    status_code=202,
    summary="Rebuild a projection",
    responses=documented(*WORK_KINDS),
)
def rebuild(name: Name, administration: AdministrationOf, response: Response) -> ProjectionResource:
    """Folds the whole log anew beside the live build, compares the two, and swaps the new one in.

    An unfinished build is gone on with. What was live is kept for `rollback`.
    """
    return _started(administration, name, WorkKind.REBUILD, response)


@router.post(
    "/projections/{name}/verify",
    status_code=202,
    summary="Verify a projection",
    responses=documented(*WORK_KINDS),
)
def verify(name: Name, administration: AdministrationOf, response: Response) -> ProjectionResource:
    """Folds the whole log anew beside the live build and compares the two; changes nothing."""
    return _started(administration, name, WorkKind.VERIFY, response)


@router.post(
    "/projections/{name}/rollback",
    status_code=202,
    summary="Roll a projection back",
    responses=documented(*WORK_KINDS, NOTHING_TO_ROLL_BACK_TO),
)
def rollback(
    name: Name, administration: AdministrationOf, response: Response
) -> ProjectionResource:
    """Lets the kept build catch up with the log and exchanges it with the live one."""
    return _started(administration, name, WorkKind.ROLLBACK, response)


@router.get("/sequencer", summary="Look at the log's order", responses=documented(*GUARD_KINDS))
def get_sequencer(administration: AdministrationOf) -> SequencerResource:
    """How many events have their final position, how many wait for one, and for what."""
    return SequencerResource.model_validate(administration.sequencing.report())


def _started(
    administration: Administration, name: str, kind: WorkKind, response: Response
) -> ProjectionResource:
    administration.work.start(name, kind)
    response.headers["Location"] = f"{PATH}/{name}"
    return _told(administration, name, response)


def _told(administration: Administration, name: str, response: Response) -> ProjectionResource:
    projections = administration.work.projections
    known = projections.names()
    if name not in known:
        raise UnknownProjection(name, known)
    resource = ProjectionResource.of(
        name, projections.builds(), administration.work.last(name), administration.clock.now()
    )
    if resource.is_running:
        response.headers["Retry-After"] = str(POLL_SECONDS)
    return resource
