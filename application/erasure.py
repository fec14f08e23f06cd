"""Erasing what the log says of a person: their key is destroyed, and every proof stays valid."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from application.handle import Origin, SessionHandler
from application.ports.read_models import ReadModels
from application.ports.subject_keys import SubjectKeyMissing, SubjectKeys
from domain.session import Session
from domain.session.commands import ErasePersonalData, StartSession


class SubjectUnknown(Exception):
    """Nothing was ever recorded of the subject."""

    def __init__(self, subject_id: UUID) -> None:
        super().__init__(
            f"No session is about a subject {subject_id}. Each session says whom it is about: "
            "look at its subject_id."
        )


class SubjectWasErased(Exception):
    """A session cannot be about a subject whose key was destroyed."""

    def __init__(self, subject_id: UUID) -> None:
        super().__init__(
            f"The personal data of subject {subject_id} was erased, and no new text about them can "
            "be kept. Open the session about another subject, or name none: then it is a subject "
            "of its own."
        )


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """Destroys keys, and says so in the sessions."""

    keys: SubjectKeys
    handler: SessionHandler
    read_models: ReadModels

    def concerned(self, subject_id: UUID) -> Sequence[UUID]:
        """The sessions that are about the subject. Raises SubjectUnknown."""
        sessions = self.read_models.sessions_of(subject_id)
        if not sessions:
            self._require_known(subject_id)
        return sessions

    def erase(self, subject_id: UUID, origin: Origin) -> Sequence[UUID]:
        """Erase the subject's personal data for ever; the sessions that were about them.

        The texts are gone when the key is: what comes after only says so in each session. Asked
        again, it finishes what a crash left. Raises SubjectUnknown, SubjectKeysUnavailable,
        LogUnavailable, SessionBusy.
        """
        self.concerned(subject_id)
        self.keys.destroy(subject_id)
        # Asked again: until their key was gone, a session about them could be opened.
        sessions = self.read_models.sessions_of(subject_id)
        for session_id in sessions:
            self.handler.handle(session_id, ErasePersonalData(), origin)
        return sessions

    def erase_again(self) -> Sequence[UUID]:
        """Destroy the key of every subject who was erased; those who had one.

        A backup of the key store brings keys back that were destroyed after it was made.
        """
        returned = [
            subject_id
            for subject_id in self.read_models.erased_subjects()
            if not self.keys.is_destroyed(subject_id)
        ]
        for subject_id in returned:
            self.keys.destroy(subject_id)
        return returned

    def open_session(self, session: StartSession, origin: Origin) -> None:
        """Open a session about a subject who was not erased. Raises SubjectWasErased."""
        subject_id = session.subject_id
        if subject_id is not None:
            self._require_not_erased(subject_id)
        self.handler.handle(session.session_id, session, origin)
        # An erasure that came in between did not find the session, and has not told it.
        if subject_id is not None and self.keys.is_destroyed(subject_id):
            self.handler.handle(session.session_id, ErasePersonalData(), origin)
            raise SubjectWasErased(subject_id)

    def is_due(self, session: Session) -> bool:
        """Whether the session's key is destroyed already, but the session does not say so yet."""
        return (
            session.subject_id is not None
            and not session.erased
            and self.keys.is_destroyed(session.subject_id)
        )

    def _require_not_erased(self, subject_id: UUID) -> None:
        if self.keys.is_destroyed(subject_id):
            raise SubjectWasErased(subject_id)

    def _require_known(self, subject_id: UUID) -> None:
        try:
            self.keys.find(subject_id)
        except SubjectKeyMissing:
            raise SubjectUnknown(subject_id) from None
