"""The composition root: chooses the adapters and wires the application."""

from infrastructure.nsjail.doctor import Finding
from infrastructure.telemetry import configure_logging
from interfaces.composition.archives import Archiving, archiving
from interfaces.composition.audits import joined_audit_exporter
from interfaces.composition.databases import (
    Records,
    check_embedded_database,
    embedded_database_runs,
    joined_database,
    migrate_database,
    projections,
    records,
    service_database,
)
from interfaces.composition.erasures import joined_erasure
from interfaces.composition.parts import (
    check_queue,
    jail_findings,
    language_model,
    new_signing_key,
    object_store,
    sandbox,
    signing_key,
    subject_keys,
    tables,
)
from interfaces.composition.processes import (
    Adapters,
    anchoring,
    consumer,
    opened,
    relay,
    sequencer,
    service,
    worker,
)

__all__ = [
    "Adapters",
    "Archiving",
    "Finding",
    "Records",
    "anchoring",
    "archiving",
    "check_embedded_database",
    "check_queue",
    "configure_logging",
    "consumer",
    "embedded_database_runs",
    "jail_findings",
    "joined_audit_exporter",
    "joined_database",
    "joined_erasure",
    "language_model",
    "migrate_database",
    "new_signing_key",
    "object_store",
    "opened",
    "projections",
    "records",
    "relay",
    "sandbox",
    "sequencer",
    "service",
    "service_database",
    "signing_key",
    "subject_keys",
    "tables",
    "worker",
]
