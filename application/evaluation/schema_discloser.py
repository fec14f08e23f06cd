"""What a model is told while it is scored: as much as in a session without consent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from application.disclosure.sent_questions import Purpose
from application.disclosure.visible_table import visible_table
from application.disclosure.withheld_names import stand_ins_for
from application.ports.language_model import Disclosing, Question, VisibleTable
from application.ports.snapshots import Snapshots
from domain.session import Session
from domain.session.events import Snapshot

Heard = Callable[[Purpose, Question], None]
"""Who hears of each question before it is sent."""


@dataclass(frozen=True, kw_only=True)
class SchemaDiscloser:
    """Tells names, types and statistics of columns, and no cell; implements ``Discloses``."""

    snapshots: Snapshots
    heard: Heard

    def disclosing(
        self,
        session: Session,
        task_id: UUID,  # noqa: ARG002
        purpose: Purpose,
        table: Snapshot,
        about: str,
    ) -> Disclosing:
        """See ``Discloses``."""
        return Disclosing(
            table=partial(self._visible, session, table, about),
            on_asking=partial(self.heard, purpose),
        )

    def _visible(self, session: Session, table: Snapshot, about: str) -> VisibleTable:
        names = stand_ins_for(session, table.shape)
        return visible_table(self.snapshots, table, about=about, sample_rows=0, stand_ins=names)
