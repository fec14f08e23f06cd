"""Exporting audit bundles, in the service and beside it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine

from application.artifacts import Artifacts
from application.audit import AuditExporter
from infrastructure.keys.session_keys import DerivedSessionKeys
from infrastructure.postgres.archived_bytes import ArchivedBytes
from infrastructure.postgres.errors import LeadershipLost
from infrastructure.postgres.raw_events import PostgresRawEvents
from infrastructure.postgres.sequencer import sequence_settled
from infrastructure.postgres.signed_checkpoints import SignedCheckpoints
from infrastructure.transparency.errors import SigningKeyUnusable
from infrastructure.transparency.keys import SigningKey
from infrastructure.transparency.statements import StatementSigner
from interfaces.composition.databases import joined_engine
from interfaces.composition.parts import object_store, signing_key, subject_keys
from interfaces.settings import Settings

logger = logging.getLogger(__name__)


def audit_exporter(
    settings: Settings, engine: Engine, artifacts: Artifacts
) -> AuditExporter | None:
    """What makes audit bundles; None in a process without a key to sign with.

    Only the relay must have one: whoever serves the public may do without.
    """
    try:
        key = signing_key(settings)
    except SigningKeyUnusable as error:
        logger.info("this process exports no audit bundles", extra={"reason": str(error)})
        return None
    return _exporter(settings, engine, artifacts, key)


@contextmanager
def joined_audit_exporter(settings: Settings) -> Iterator[AuditExporter]:
    """What makes audit bundles beside a service that may be running.

    Raises NothingRecorded when the embedded database was never made, and SigningKeyUnusable.
    """
    with joined_engine(settings) as engine:
        key = signing_key(settings)
        # If nobody does so now. What was appended last would never have a place otherwise.
        with suppress(LeadershipLost):
            sequence_settled(engine)
        yield _exporter(settings, engine, Artifacts(object_store(settings)), key)


def _exporter(
    settings: Settings, engine: Engine, artifacts: Artifacts, key: SigningKey
) -> AuditExporter:
    return AuditExporter(
        PostgresRawEvents(engine, ArchivedBytes(engine, artifacts)),
        SignedCheckpoints(engine, object_store(settings), key),
        StatementSigner(key),
        DerivedSessionKeys(subject_keys(settings)),
        artifacts,
    )
