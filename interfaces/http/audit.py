"""Audit bundles: a session's history with its proof, to be checked by somebody else."""

from typing import Annotated

from fastapi import APIRouter, Query

from application.audit import BundleOptions
from interfaces.http.dependencies import ServiceOf, SessionId
from interfaces.http.downloads import IN_PARTS, Download, open_unlinked
from interfaces.http.problem_kinds import (
    ARTIFACT_LOST,
    CHECKPOINT_UNKNOWN,
    INVALID_REQUEST,
    LOG_DAMAGED,
    NO_SIGNING_KEY,
    NOT_SETTLED,
    SESSION_UNKNOWN,
    UNAVAILABLE,
)
from interfaces.http.problem_responses import documented
from interfaces.http.problems import Refusal

MEDIA_TYPE = "application/zip"
MOST_SIZES = 20

router = APIRouter(prefix="/sessions/{session_id}", tags=["events"])


@router.get(
    "/audit",
    status_code=200,
    summary="Export an audit bundle",
    response_class=Download,
    responses={
        **IN_PARTS,
        200: {
            "description": "The bundle; `datatrail audit verify` proves it offline.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(
            SESSION_UNKNOWN,
            INVALID_REQUEST,
            CHECKPOINT_UNKNOWN,
            ARTIFACT_LOST,
            LOG_DAMAGED,
            NOT_SETTLED,
            NO_SIGNING_KEY,
            UNAVAILABLE,
        ),
    },
)
def export_audit_bundle(
    session_id: SessionId,
    service: ServiceOf,
    *,
    snapshots: Annotated[
        bool, Query(description="Put the tables' files in, not only their digests.")
    ] = False,
    uploads: Annotated[
        bool, Query(description="Put the uploaded files in, to replay from them.")
    ] = False,
    since: Annotated[
        list[int] | None,
        Query(
            max_length=MOST_SIZES,
            description="Prove that the log only grew since its checkpoints of these sizes.",
        ),
    ] = None,
) -> Download:
    """Every event as its recorded bytes, and the proof that they are in the signed log.

    What people wrote stays sealed. Whoever runs the service can add the key to it with
    `datatrail audit export --reveal`.
    """
    if service.exporter is None:
        raise Refusal(
            NO_SIGNING_KEY,
            "This process has no key to sign with. Export where the relay runs, with "
            "'datatrail audit export', or set DATATRAIL_SIGNING_KEY here too.",
        )
    options = BundleOptions(snapshots=snapshots, uploads=uploads, since=since or ())
    with service.artifacts.workspace() as directory:
        bundle = directory / "bundle.zip"
        service.exporter.export(session_id, bundle, options)
        file = open_unlinked(bundle)
    name = f"audit-{session_id}.zip"
    return Download(file, media_type=MEDIA_TYPE, file_name=name, changes=True)
