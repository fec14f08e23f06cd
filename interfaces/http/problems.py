"""The problems a client can meet, and the one map from our errors to them (RFC 9457).

Errors of the domain and of the ports know no HTTP; what each becomes is said here and only here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException

from application.artifacts import ArtifactCorrupt
from application.audit import CheckpointUnknown, NotSettledYet, PlaceLost, PlaceVacated
from application.erasure import SubjectUnknown, SubjectWasErased
from application.handle import SessionBusy
from application.ports.archive import ArchiveDamaged
from application.ports.event_log import EventUnreadable, LogUnavailable
from application.ports.job_queue import QueueUnavailable
from application.ports.object_store import ObjectMissing, ObjectStoreUnavailable
from application.ports.projections import (
    NothingToRollBackTo,
    RebuildInProgress,
    UnknownProjection,
)
from application.ports.subject_keys import SubjectKeysUnavailable
from application.ports.tables import TooLargeForFormat, UnreadableTable
from application.ports.transparency import NotSequencedYet, TreeDamaged
from application.suggestions.suggest import SuggestionsUnfit, SuggestionUnknown
from domain.session import errors
from interfaces.http.problem_kinds import (
    ACTION_UNFIT,
    ARTIFACT_LOST,
    BRANCH_NAME_TAKEN,
    BRANCH_UNKNOWN,
    CHECKPOINT_UNKNOWN,
    DATASET_MISSING,
    DATASET_PRESENT,
    EDIT_REFUSED,
    FILE_EMPTY,
    FILE_ENCRYPTED,
    FILE_MALFORMED,
    FILE_NOT_A_TABLE,
    FILE_UNREADABLE,
    FILE_WRONG_EXTENSION,
    INVALID_REQUEST,
    LOG_DAMAGED,
    LOG_UNREADABLE,
    MESSAGE_EMPTY,
    MESSAGE_TOO_LONG,
    NODE_UNKNOWN,
    NOT_SETTLED,
    NOTHING_TO_REDO,
    NOTHING_TO_ROLL_BACK_TO,
    NOTHING_TO_UNDO,
    PROJECTION_BUSY,
    PROJECTION_UNKNOWN,
    PROPOSAL_DECIDED,
    PROPOSAL_STALE,
    PROPOSAL_UNKNOWN,
    QUEUE_FULL,
    REPLAY_UNFINISHED,
    SESSION_BUSY,
    SESSION_CLOSED,
    SESSION_ERASED,
    SESSION_EXISTS,
    SESSION_UNKNOWN,
    SUBJECT_ERASED,
    SUBJECT_UNKNOWN,
    SUGGESTION_UNKNOWN,
    SUGGESTIONS_UNFIT,
    TASK_DONE,
    TASK_UNKNOWN,
    TOO_LARGE_FOR_FORMAT,
    UNAVAILABLE,
    WORK_UNFINISHED,
    ProblemKind,
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One occurrence. `extensions` are further members of the body, `headers` of the response."""

    kind: ProblemKind
    detail: str
    extensions: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(HTTPException):
    """A request that this edge itself refuses.

    An HTTPException, because FastAPI takes any other exception while it reads a body for malformed
    JSON.
    """

    def __init__(
        self,
        kind: ProblemKind,
        detail: str,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(status_code=kind.status, detail=detail)
        self.problem = Problem(
            kind=kind, detail=detail, extensions=extensions, headers=headers or {}
        )


# In the order of asking: an error is of the first class here that it is an instance of.
KINDS: Mapping[type[Exception], ProblemKind] = {
    errors.SessionUnknown: SESSION_UNKNOWN,
    errors.SessionExists: SESSION_EXISTS,
    errors.SessionIsClosed: SESSION_CLOSED,
    errors.WorkUnfinished: WORK_UNFINISHED,
    errors.SubjectErased: SESSION_ERASED,
    SubjectUnknown: SUBJECT_UNKNOWN,
    SubjectWasErased: SUBJECT_ERASED,
    errors.DatasetPresent: DATASET_PRESENT,
    errors.DatasetMissing: DATASET_MISSING,
    errors.SampleRowsRefused: INVALID_REQUEST,
    errors.MessageEmpty: MESSAGE_EMPTY,
    errors.MessageTooLong: MESSAGE_TOO_LONG,
    errors.QueueFull: QUEUE_FULL,
    errors.NodeUnknown: NODE_UNKNOWN,
    errors.BranchUnknown: BRANCH_UNKNOWN,
    errors.BranchNameTaken: BRANCH_NAME_TAKEN,
    errors.NothingToUndo: NOTHING_TO_UNDO,
    errors.NothingToRedo: NOTHING_TO_REDO,
    errors.ProposalUnknown: PROPOSAL_UNKNOWN,
    errors.ProposalDecided: PROPOSAL_DECIDED,
    errors.ProposalStale: PROPOSAL_STALE,
    errors.EditRefused: EDIT_REFUSED,
    errors.ActionUnfit: ACTION_UNFIT,
    errors.SuggestionsStale: SUGGESTION_UNKNOWN,
    SuggestionUnknown: SUGGESTION_UNKNOWN,
    SuggestionsUnfit: SUGGESTIONS_UNFIT,
    errors.ReplayUnfinished: REPLAY_UNFINISHED,
    errors.TaskIsDone: TASK_DONE,
    errors.TaskUnknown: TASK_UNKNOWN,
    SessionBusy: SESSION_BUSY,
    UnknownProjection: PROJECTION_UNKNOWN,
    RebuildInProgress: PROJECTION_BUSY,
    NothingToRollBackTo: NOTHING_TO_ROLL_BACK_TO,
    UnreadableTable: FILE_UNREADABLE,
    TooLargeForFormat: TOO_LARGE_FOR_FORMAT,
    CheckpointUnknown: CHECKPOINT_UNKNOWN,
    PlaceLost: LOG_DAMAGED,
    PlaceVacated: LOG_DAMAGED,
    TreeDamaged: LOG_DAMAGED,
    EventUnreadable: LOG_UNREADABLE,
    NotSettledYet: NOT_SETTLED,
    NotSequencedYet: NOT_SETTLED,
    ObjectMissing: ARTIFACT_LOST,
    ArtifactCorrupt: ARTIFACT_LOST,
    ArchiveDamaged: ARTIFACT_LOST,
    LogUnavailable: UNAVAILABLE,
    ObjectStoreUnavailable: UNAVAILABLE,
    QueueUnavailable: UNAVAILABLE,
    SubjectKeysUnavailable: UNAVAILABLE,
}

OUTAGES = tuple(error for error, kind in KINDS.items() if kind is UNAVAILABLE)

UNREADABLE: Mapping[str, ProblemKind] = {
    "empty": FILE_EMPTY,
    "not_a_table": FILE_NOT_A_TABLE,
    "wrong_extension": FILE_WRONG_EXTENSION,
    "malformed": FILE_MALFORMED,
    "encrypted": FILE_ENCRYPTED,
}

# The messages of outages name hosts and paths: they are for the operator's log.
_OUTAGE_DETAIL = (
    "A part of the service cannot be reached right now. Send the request again in some seconds; "
    "with the same Idempotency-Key, repeating a message or an upload does no harm."
)


def problem_of(error: Exception) -> Problem:
    """What `error`, of one of the classes in KINDS or a Refusal, means to a client."""
    if isinstance(error, Refusal):
        return error.problem
    if isinstance(error, UnreadableTable):
        kind = UNREADABLE.get(error.reason, FILE_UNREADABLE)
        return Problem(kind=kind, detail=str(error), extensions={"reason": error.reason})
    if isinstance(error, errors.ProposalStale):
        base = {"base_node_id": str(error.base_node_id)}
        return Problem(kind=PROPOSAL_STALE, detail=str(error), extensions=base)
    if isinstance(error, errors.ActionUnfit):
        which = {"action": error.number, "column": error.column, "nearest": error.nearest}
        return Problem(kind=ACTION_UNFIT, detail=str(error), extensions=which)
    kind = next(kind for cls, kind in KINDS.items() if isinstance(error, cls))
    if kind is UNAVAILABLE:
        return Problem(kind=kind, detail=_OUTAGE_DETAIL)
    return Problem(kind=kind, detail=_sentence(str(error)))


def _sentence(text: str) -> str:
    text = text.strip() or "No more is known."
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
