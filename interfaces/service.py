"""What an entry point can use: the wired application, without knowing its adapters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from application.artifacts import Artifacts
from application.audit import AuditExporter
from application.disclosure.sent_questions import SentQuestions
from application.erasure import Erasure
from application.handle import SessionHandler
from application.ports.clock import Clock, Ids
from application.ports.event_log import EventLog
from application.ports.notifications import Notifications
from application.ports.read_models import ReadModels
from application.ports.sequencing import Sequencing
from application.ports.snapshots import Snapshots
from application.ports.stream_heads import StreamHeads
from application.ports.tables import Tables
from application.projection_work import ProjectionWork
from application.suggestions.suggest import Suggestions
from application.uploads import Uploads


@dataclass(frozen=True, kw_only=True)
class Administration:
    """What only the operator may use, who proves to be that by `token`."""

    token: str
    work: ProjectionWork
    sequencing: Sequencing
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Service:
    """Everything that answers requests.

    `exporter` is None in a process that has no key to sign audit bundles with, `administration`
    where nobody may administer it.
    `checks` are what readiness depends on, by name: each raises with a sentence when its part
    does not answer. `broker` is ``rabbitmq`` or ``in-process``, `storage` ``local`` or ``s3``.
    """

    handler: SessionHandler
    uploads: Uploads
    artifacts: Artifacts
    tables: Tables
    snapshots: Snapshots
    suggestions: Suggestions
    log: EventLog
    heads: StreamHeads
    notifications: Notifications
    read_models: ReadModels
    clock: Clock
    ids: Ids
    erasure: Erasure
    sent_questions: SentQuestions
    checks: Mapping[str, Callable[[], None]]
    model: str
    broker: str
    storage: str
    max_upload_bytes: int
    exporter: AuditExporter | None = None
    administration: Administration | None = None
