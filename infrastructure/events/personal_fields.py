"""Which fields of events can name a person, and how each reads when it was erased.

Add an entry for every new version of an event that holds such fields, and never change one: it
says how events that were written long ago are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from domain.session.erasure import ERASED, ERASURE_DETAIL
from infrastructure.events.errors import UnreadableEvent
from infrastructure.events.json_values import Json

Fields = Mapping[str, Json]
"""Values by their paths, such as ``plan.steps``."""

PERSONAL_FIELDS: Mapping[tuple[str, int], Fields] = {
    ("SessionStarted", 1): {"title": ERASED},
    ("SessionStarted", 2): {"title": ERASED},
    ("DatasetUploaded", 1): {"dataset.file_name": ERASED, "dataset.parse.sheet": None},
    ("DatasetUploaded", 2): {
        "dataset.file_name": ERASED,
        "dataset.parse.sheet": None,
        "dataset.parse.member": None,
        "dataset.parse.interpretation.missing": None,
    },
    ("DatasetUploaded", 3): {
        "dataset.file_name": ERASED,
        "dataset.parse.sheet": None,
        "dataset.parse.member": None,
        "dataset.parse.interpretation.missing": None,
    },
    # They may name sheets and files.
    ("DatasetRead", 1): {"report.findings": [], "report.repairs": [], "report.doubts": []},
    ("IngestFailed", 1): {"detail": ERASED},
    ("MessagePosted", 1): {"text": ERASED},
    ("MessagePosted", 2): {"text": ERASED},
    ("MessagePosted", 3): {"text": ERASED, "steps": []},
    ("PlanMade", 1): {
        "plan.summary": ERASED,
        "plan.reply": ERASED,
        "plan.columns": [],
        "plan.steps": [],
        # The prompt holds the message: who guesses that can prove it by the digest.
        "call.prompt_digest": ERASED,
    },
    ("PlanMade", 2): {
        "plan.summary": ERASED,
        "plan.reply": ERASED,
        "plan.columns": [],
        "plan.steps": [],
        "call.prompt_digest": ERASED,
    },
    ("PlanMade", 3): {
        "plan.summary": ERASED,
        "plan.reply": ERASED,
        "plan.columns": [],
        "plan.steps": [],
        "plan.choices": [],
        "call.prompt_digest": ERASED,
    },
    ("PlanMade", 4): {
        "plan.summary": ERASED,
        "plan.reply": ERASED,
        "plan.columns": [],
        "plan.steps": [],
        "plan.choices": [],
        "call.prompt_digest": ERASED,
    },
    ("SnippetWritten", 1): {"code": ERASED, "call.prompt_digest": ERASED},
    ("SnippetRehearsed", 1): {"rehearsal.failure": ERASED},
    ("SnippetReviewed", 1): {"review.findings": [], "call.prompt_digest": ERASED},
    ("SnippetWritten", 2): {"code": ERASED, "call.prompt_digest": ERASED},
    ("SnippetReviewed", 2): {"review.findings": [], "call.prompt_digest": ERASED},
    ("SnippetExecuted", 3): {"detail": ERASED},
    ("SnippetExecuted", 4): {"detail": ERASED},
    ("SnippetExecuted", 5): {"detail": ERASED},
    ("SnippetFailed", 1): {"detail": ERASED},
    ("SnippetFailed", 2): {"detail": ERASED},
    ("SnippetFailed", 3): {"detail": ERASED},
    ("NodeCommitted", 1): {"snippets": []},
    ("NodeCommitted", 2): {"snippets": []},
    ("BranchNamed", 1): {"name": ERASED},
    ("TurnCompleted", 1): {"answer": ERASED},
    ("TurnCompleted", 2): {"answer": ERASED},
    ("TurnFailed", 1): {"detail": ERASED},
    ("TurnFailed", 2): {"detail": ERASED, "call.prompt_digest": ERASED},
    ("SuggestionsChosen", 1): {"steps": []},
    ("ProposalMade", 1): {"snippets": []},
    ("ProposalApproved", 1): {"edits": []},
    ("ProposalRejected", 1): {"reason": ERASED},
    ("ReplayCompleted", 1): {"outcome.first_divergence.detail": ERASED},
    ("ReplayFailed", 1): {"detail": ERASED},
}
"""By event type and schema version: the paths, and what each reads as when it was erased."""

PUBLIC_TEXTS = frozenset(
    {
        "Assertion.column",
        "BranchNamed.branch",
        "Column.name",
        "ColumnReading.format",
        "ColumnReading.missing_words",
        "ColumnReading.name",
        "ColumnReading.unit",
        "Dataset.file_digest",
        "Divergence.column",
        "Divergence.what",
        "IngestFailed.reason",
        "Interpretation.decimal",
        "Interpretation.types",
        "ModelCall.disclosed_columns",
        "ModelCall.model",
        "NodeCommitted.branch",
        "OtherRuntime.name",
        "OtherRuntime.now",
        "OtherRuntime.recorded",
        "ParseOptions.delimiter",
        "ParseOptions.encoding",
        "ParseOptions.escape",
        "ParseOptions.quote",
        "Printed.digest",
        "ReplayFailed.reason",
        "ReplayOutcome.why_missing",
        "Snapshot.address",
        "Snapshot.profile_digest",
        "Snapshot.table_digest",
        "SnippetExecuted.runtime",
        "SnippetFailed.exception",
        "SnippetFailed.outcome",
        "SnippetFailed.runtime",
        "StoredAnswer.address",
        "SuggestionsChosen.suggestions",
        "TouchedColumn.name",
        "TouchedColumn.was",
        "TurnFailed.reason",
    }
)
"""Fields of text in events that name nobody: digests, words of our own, and what the tables say,
which are stored beside the log and erased with the files, not with the key."""

_IMPERSONAL: tuple[Json, ...] = (None, "", [], ERASED, ERASURE_DETAIL)

_NOTHING: Fields = MappingProxyType({})


def personal_fields(event_type: str, schema_version: int) -> Fields:
    """The personal fields of an event with their erased values."""
    return PERSONAL_FIELDS.get((event_type, schema_version), _NOTHING)


def telling(document: Json, personal: Fields) -> dict[str, Json]:
    """The values of the personal fields that say something."""
    return {path: value for path, value in _found(document, personal) if value not in _IMPERSONAL}


def erased(document: Json, personal: Fields) -> dict[str, Json]:
    """The erased values of the personal fields that `document` lacks."""
    present = {path for path, _ in _found(document, personal)}
    return {
        path: value
        for path, value in personal.items()
        if path not in present and isinstance(_holder(document, path), dict)
    }


def take_out(document: dict[str, Any], paths: Iterable[str]) -> None:
    """Remove the fields of these paths, which are all there."""
    for path in paths:
        del _holder(document, path)[path.rpartition(".")[2]]


def put_in(document: dict[str, Any], fields: Fields) -> None:
    """Set the fields. Raises UnreadableEvent when one has no place there."""
    for path, value in fields.items():
        holder = _holder(document, path)
        if not isinstance(holder, dict):
            raise UnreadableEvent(f"has no place for its sealed field {path}")
        holder[path.rpartition(".")[2]] = value


def _found(document: Json, personal: Fields) -> Iterator[tuple[str, Json]]:
    for path in personal:
        holder, name = _holder(document, path), path.rpartition(".")[2]
        if isinstance(holder, dict) and name in holder:
            yield path, holder[name]


def _holder(document: Json, path: str) -> Json:
    """The object that holds the path's last name; None when there is none."""
    for name in path.split(".")[:-1]:
        document = document.get(name) if isinstance(document, dict) else None
    return document
