"""Deciding, at each question, what a model outside of Datatrail is told."""

from dataclasses import dataclass
from functools import partial
from typing import Protocol
from uuid import UUID

from application.disclosure.sent_questions import About, Purpose, SentQuestions, SubjectIsErased
from application.disclosure.visible_table import visible_table
from application.disclosure.withheld_names import stand_ins_for
from application.handle import SessionHandler
from application.ports.language_model import Disclosing, Question, VisibleTable
from application.ports.snapshots import Snapshots
from domain.session import Session
from domain.session.events import Snapshot


class NotToBeTold(Exception):
    """A question must not be sent any more; the message says why, and what to do."""


class Discloses(Protocol):
    """Whoever decides what a model outside of Datatrail is told."""

    def disclosing(
        self, session: Session, task_id: UUID, purpose: Purpose, table: Snapshot, about: str
    ) -> Disclosing:
        """What may be told of the table; the columns that `about` names, of very many, at first."""


@dataclass(frozen=True, kw_only=True)
class Discloser:
    """Lets a model see what the session's consent allows, and keeps every question before it is
    sent. The consent is looked at again then: it may have been withdrawn meanwhile."""

    snapshots: Snapshots
    handler: SessionHandler
    sent: SentQuestions

    def disclosing(
        self, session: Session, task_id: UUID, purpose: Purpose, table: Snapshot, about: str
    ) -> Disclosing:
        """What may be told of the table; the columns that `about` names, of very many, at first.

        Its `table` raises as `Snapshots` does, its `on_asking` NotToBeTold.
        """
        if session.session_id is None or session.subject_id is None:
            raise ValueError("a session that was not started has no turns")
        whose = About(subject_id=session.subject_id, session_id=session.session_id, task_id=task_id)
        return Disclosing(
            table=partial(self._visible, session, table, about),
            on_asking=partial(self._on_asking, whose, purpose),
        )

    def _visible(self, session: Session, table: Snapshot, about: str) -> VisibleTable:
        return visible_table(
            self.snapshots,
            table,
            about=about,
            sample_rows=session.sample_rows,
            stand_ins=stand_ins_for(session, table.shape),
        )

    def _on_asking(self, whose: About, purpose: Purpose, question: Question) -> None:
        session = self.handler.load(whose.session_id).state
        shown = session.cells_shown and any(
            turn.cells_shown or turn.approves is not None
            for turn in session.turns
            if turn.task_id == whose.task_id
        )
        if question.sample_rows > session.sample_rows or (shown and not session.sample_rows):
            raise NotToBeTold(
                "The consent that a model may see rows of the table was withdrawn while this was "
                "worked on, so the model is asked no more about it. The table is unchanged; send "
                "the message again, and it is worked on without them."
            )
        try:
            self.sent.keep(whose, purpose, question)
        except SubjectIsErased:
            raise NotToBeTold(
                "The personal data of this session was erased, so no model is asked about it."
            ) from None
