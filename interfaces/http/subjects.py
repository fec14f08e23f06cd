"""Subjects: erasing what the log says of a person."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

from interfaces.http.dependencies import OriginOf, ServiceOf
from interfaces.http.problem_kinds import SESSION_BUSY, SUBJECT_UNKNOWN, UNAVAILABLE
from interfaces.http.problem_responses import documented
from interfaces.http.schemas import Document

router = APIRouter(prefix="/subjects", tags=["subjects"])


class ErasedSubject(Document):
    """A subject whose personal data is gone."""

    subject_id: UUID
    sessions: Sequence[UUID] = Field(description="The sessions that were about them.")


@router.delete(
    "/{subject_id}",
    summary="Erase a subject's personal data",
    responses=documented(SUBJECT_UNKNOWN, SESSION_BUSY, UNAVAILABLE),
)
def erase_subject(
    subject_id: Annotated[UUID, Path(description="The `subject_id` of their sessions.")],
    service: ServiceOf,
    origin: OriginOf,
) -> ErasedSubject:
    """Destroys the subject's key, and with it every text in their sessions: titles, file names,
    messages, plans, code and answers read as `erased` from now on. It cannot be taken back.

    Work that is not finished ends. The versions of their tables stay, and can be looked at, rolled
    back to and exported; the proofs of the log stay valid. Repeating it does no harm, and finishes
    what a failure left undone.
    """
    return ErasedSubject(subject_id=subject_id, sessions=service.erasure.erase(subject_id, origin))
