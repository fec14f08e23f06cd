"""Every question to a model outside, word for word, kept sealed before it is sent.

They may hold what people wrote and, with consent, cells: they are no part of the log, and cannot be
read any more once their subject is erased.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from application.artifacts import Artifacts
from application.ports.clock import Clock, Ids
from application.ports.language_model import Question
from application.ports.object_store import ObjectStore
from application.ports.sealing import SealBroken, Sealing

FOLDER = "disclosures"


class Purpose(StrEnum):
    """What a model is asked for."""

    PLAN = "plan"
    WRITE = "write"
    REVIEW = "review"


class SubjectIsErased(Exception):
    """The subject's key was destroyed, so nothing about them can be kept, nor be sent."""


@dataclass(frozen=True, kw_only=True)
class About:
    """Whose question it is: the turn, its session, and whom that is about."""

    subject_id: UUID
    session_id: UUID
    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class SentQuestion:
    """A question as it was kept. `question` is None where it cannot be read: `unreadable` says
    whether it was ``erased`` or is ``damaged``."""

    question_id: UUID
    sent_at: datetime | None = None
    purpose: Purpose | None = None
    question: Question | None = None
    unreadable: str | None = None


@dataclass(frozen=True, kw_only=True)
class SentQuestions:
    """Keeps questions in object storage, those of a turn in the order of their ids."""

    artifacts: Artifacts
    store: ObjectStore
    sealing: Sealing
    ids: Ids
    clock: Clock

    def keep(self, about: About, purpose: Purpose, question: Question) -> None:
        """Store the question durably. Raises SubjectIsErased; then it must not be sent."""
        question_id = self.ids.new()
        document = {
            "sent_at": self.clock.now().isoformat(),
            "purpose": purpose.value,
            "question": asdict(question),
        }
        sealed = self.sealing.seal(
            # ASCII, so that half a surrogate pair has bytes as well.
            json.dumps(document, ensure_ascii=True).encode(),
            subject_id=about.subject_id,
            session_id=about.session_id,
            of=question_id,
        )
        if sealed is None:
            raise SubjectIsErased
        with self.artifacts.workspace() as directory:
            path = directory / "question"
            path.write_bytes(sealed)
            self.store.put(f"{FOLDER}/{about.task_id}/{question_id}", path)

    def of(self, about: About) -> Sequence[SentQuestion]:
        """The turn's questions in the order in which they were sent."""
        folder = f"{FOLDER}/{about.task_id}"
        return [self._read(about, key) for key in sorted(self.store.keys(folder))]

    def _read(self, about: About, key: str) -> SentQuestion:
        question_id = UUID(key.rpartition("/")[2])
        with self.store.open(key) as stream:
            sealed = stream.read()
        try:
            plain = self.sealing.unseal(
                sealed,
                subject_id=about.subject_id,
                session_id=about.session_id,
                of=question_id,
            )
        except SealBroken:
            return SentQuestion(question_id=question_id, unreadable="damaged")
        if plain is None:
            return SentQuestion(question_id=question_id, unreadable="erased")
        document: Mapping[str, Any] = json.loads(plain)
        return SentQuestion(
            question_id=question_id,
            sent_at=datetime.fromisoformat(document["sent_at"]),
            purpose=Purpose(document["purpose"]),
            question=_question(document["question"]),
        )


def _question(document: Mapping[str, Any]) -> Question:
    return Question(
        model=document["model"],
        messages=tuple(document["messages"]),
        digest=document["digest"],
        disclosed_columns=tuple(document["disclosed_columns"]),
        sample_rows=document["sample_rows"],
        again=document["again"],
    )
