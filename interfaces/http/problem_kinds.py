"""Every kind of problem that a client can meet, by its stable type."""

from dataclasses import dataclass

TYPE_PREFIX = "urn:datatrail:problem:"
RETRY_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class ProblemKind:
    """A kind of problem: `slug` ends its stable type, `advice` says what a client can do.

    `retry_after` is in seconds, for kinds that pass by themselves.
    """

    slug: str
    status: int
    title: str
    advice: str
    retry_after: int | None = None

    @property
    def type(self) -> str:
        """The URI that clients compare; it never changes."""
        return TYPE_PREFIX + self.slug


def _kind(
    slug: str, status: int, title: str, advice: str, *, retry_after: int | None = None
) -> ProblemKind:
    return ProblemKind(
        slug=slug, status=status, title=title, advice=advice, retry_after=retry_after
    )


MALFORMED_JSON = _kind(
    "malformed-json", 400, "The body is not JSON", "Send a JSON document in UTF-8."
)
MALFORMED_FORM = _kind(
    "malformed-form",
    400,
    "The body is not a well-formed form",
    "Send multipart/form-data with one file field named 'file'.",
)
BAD_REQUEST = _kind(
    "bad-request", 400, "The request cannot be understood", "Compare it with /docs."
)
ADMINISTRATOR_UNKNOWN = _kind(
    "administrator-unknown",
    401,
    "Only the operator may do that",
    "Send the service's DATATRAIL_ADMIN_TOKEN as a bearer token.",
)
ADMINISTRATION_OFF = _kind(
    "administration-off",
    403,
    "This service is not administered over HTTP",
    "Start it with the setting DATATRAIL_ADMIN_TOKEN, and send that as a bearer token.",
)
ORIGIN_REFUSED = _kind(
    "origin-refused",
    403,
    "A page of another site asks",
    "Open the WebSocket from a page of this service's own address, or from no browser.",
)
ROUTE_UNKNOWN = _kind(
    "route-unknown", 404, "There is nothing at this address", "The addresses are listed at /docs."
)
SESSION_UNKNOWN = _kind(
    "session-unknown",
    404,
    "There is no such session",
    "Start one with POST /v1/sessions, or list those there are with GET /v1/sessions.",
)
NODE_UNKNOWN = _kind(
    "node-unknown",
    404,
    "The session has no such node",
    "List its nodes with GET /v1/sessions/{session_id}/nodes.",
)
BRANCH_UNKNOWN = _kind(
    "branch-unknown",
    404,
    "The session has no such branch",
    "List its branches with GET /v1/sessions/{session_id}/branches.",
)
TASK_UNKNOWN = _kind(
    "task-unknown",
    404,
    "There is no such task",
    "List the session's tasks with GET /v1/sessions/{session_id}/tasks.",
)
EXECUTION_UNKNOWN = _kind(
    "execution-unknown",
    404,
    "The task has no such execution",
    "List them with GET /v1/tasks/{task_id}/executions.",
)
ANSWER_UNKNOWN = _kind(
    "answer-unknown",
    404,
    "The snippet left no answer",
    "The member 'result' of the task says whether there is one; its links lead there.",
)
PROPOSAL_UNKNOWN = _kind(
    "proposal-unknown",
    404,
    "The session has no such proposal",
    "List them with GET /v1/sessions/{session_id}/proposals.",
)
PROJECTION_UNKNOWN = _kind(
    "projection-unknown",
    404,
    "There is no such projection",
    "List them with GET /v1/admin/projections.",
)
SUBJECT_UNKNOWN = _kind(
    "subject-unknown",
    404,
    "No session is about such a subject",
    "GET /v1/sessions tells the subject_id of each session.",
)
METHOD_NOT_ALLOWED = _kind(
    "method-not-allowed",
    405,
    "This address does not take that method",
    "The Allow header names the methods that it takes.",
)
NOT_ACCEPTABLE = _kind(
    "not-acceptable",
    406,
    "The answer cannot be given in any of the media types asked for",
    "Send the header Accept with one of those in the member 'offered'.",
)
SESSION_EXISTS = _kind("session-exists", 409, "The session exists already", "Use another id.")
ANSWER_NOT_A_TABLE = _kind(
    "answer-not-a-table",
    409,
    "The answer is no table",
    "Read it with GET /v1/tasks/{task_id}/executions/{number}/answer.",
)
ANSWER_NOT_A_MODEL = _kind(
    "answer-not-a-model",
    409,
    "The answer is no model",
    "Read it with GET /v1/tasks/{task_id}/executions/{number}/answer.",
)
DATASET_PRESENT = _kind(
    "dataset-present",
    409,
    "The session has a dataset already",
    "Start another session for another file.",
)
DATASET_MISSING = _kind(
    "dataset-missing",
    409,
    "The session has no dataset yet",
    "Upload a file, and wait until its task has succeeded.",
)
SESSION_CLOSED = _kind(
    "session-closed",
    409,
    "The session is closed",
    "Look at its versions and export them; start another session to go on.",
)
REPLAY_UNFINISHED = _kind(
    "replay-unfinished",
    409,
    "The session is being replayed already",
    "Wait for that task, or cancel it with POST /v1/tasks/{task_id}/cancel.",
)
TASK_DONE = _kind(
    "task-done",
    409,
    "The task is done already",
    "GET /v1/tasks/{task_id} tells what came of it; what it made can be undone.",
)
PROPOSAL_DECIDED = _kind(
    "proposal-decided",
    409,
    "The proposal was approved or rejected already",
    "Look at it to see how; send the message again for another one.",
)
PROPOSAL_STALE = _kind(
    "proposal-stale",
    409,
    "The proposal was made for another version of the table",
    "Send the message again, or roll back to the member 'base_node_id' and approve it then.",
)
SUGGESTION_UNKNOWN = _kind(
    "suggestion-unknown",
    409,
    "The table has no such suggestion now",
    "List its suggestions with GET /v1/sessions/{session_id}/suggestions, and choose from them.",
)
WORK_UNFINISHED = _kind(
    "work-unfinished",
    409,
    "The session has unfinished tasks",
    "Wait until they are done, or cancel them, then ask again.",
)
SESSION_ERASED = _kind(
    "session-erased",
    409,
    "The personal data of the session was erased",
    "Export its table, and start another session with it for another subject.",
)
SUBJECT_ERASED = _kind(
    "subject-erased",
    409,
    "The personal data of the subject was erased",
    "Open the session about another subject, or name none.",
)
EVENT_UNKNOWN = _kind(
    "event-unknown",
    409,
    "The session has no such event",
    "Read its events anew, from the first: the log may have been restored from an older backup.",
)
NOTHING_TO_UNDO = _kind(
    "nothing-to-undo", 409, "There is nothing to undo", "The pointer is on the first version."
)
BRANCH_NAME_TAKEN = _kind(
    "branch-name-taken",
    409,
    "Another branch has this name",
    "Choose another one; GET /v1/sessions/{session_id}/branches lists those that are taken.",
)
NOTHING_TO_REDO = _kind(
    "nothing-to-redo", 409, "There is nothing to redo", "Only an undo right before can be redone."
)
PROJECTION_BUSY = _kind(
    "projection-busy",
    409,
    "The projection is being worked on",
    "Wait for that to end; GET /v1/admin/projections/{name} tells when.",
)
NOTHING_TO_ROLL_BACK_TO = _kind(
    "nothing-to-roll-back-to",
    409,
    "No earlier build is kept",
    "Rebuild the projection instead: that mends whatever is wrong with it.",
)
FILE_CHANGED = _kind(
    "file-changed",
    412,
    "The file is none of those that are asked for",
    "Leave the header 'If-Match' out to get it as it is; its ETag names it.",
)
BODY_TOO_LARGE = _kind("body-too-large", 413, "The body is too large", "Send a smaller document.")
FILE_TOO_LARGE = _kind(
    "file-too-large",
    413,
    "The file is too large",
    "GET /v1/info gives the limit. Send fewer rows or columns, or the table as Parquet.",
)
UNSUPPORTED_MEDIA_TYPE = _kind(
    "unsupported-media-type",
    415,
    "The body has the wrong media type",
    "Send the header Content-Type that /docs names for this address.",
)
FILE_NOT_A_TABLE = _kind(
    "file-not-a-table",
    415,
    "The file is not a table",
    "Send CSV or other delimited text, JSON, a workbook, Parquet or Arrow.",
)
FILE_WRONG_EXTENSION = _kind(
    "file-wrong-extension",
    415,
    "The file's name and its content disagree",
    "Give the file the extension of what it is.",
)
INVALID_REQUEST = _kind(
    "invalid-request",
    422,
    "Some values in the request are not valid",
    "The member 'errors' says which, and why.",
)
IDEMPOTENCY_KEY_REUSED = _kind(
    "idempotency-key-reused",
    422,
    "The Idempotency-Key belongs to another request",
    "Use a fresh UUID for a new request, and the same one only to repeat it.",
)
EDIT_REFUSED = _kind(
    "edit-refused",
    422,
    "An edit of the proposal cannot be done",
    "The detail says which step, and why; the proposal waits as it was.",
)
ACTION_UNFIT = _kind(
    "action-unfit",
    422,
    "An action does not fit the table",
    "The members 'action' and 'column' say which and of what column, 'nearest' what it may mean.",
)
SUGGESTIONS_UNFIT = _kind(
    "suggestions-unfit",
    422,
    "The suggestions cannot be applied, or not together",
    "The detail says why; choose those that have actions.",
)
MESSAGE_EMPTY = _kind(
    "message-empty", 422, "The message is empty", "Say what should happen to the table."
)
MESSAGE_TOO_LONG = _kind(
    "message-too-long", 422, "The message is too long", "Say it shorter, or in several messages."
)
FILE_MISSING = _kind(
    "file-missing",
    422,
    "No file was sent",
    "Send multipart/form-data with one file field named 'file', which has a file name.",
)
FILE_NAME_INVALID = _kind(
    "file-name-invalid", 422, "The file's name cannot be used", "Rename the file and send it again."
)
FILE_EMPTY = _kind(
    "file-empty", 422, "The file is empty", "Check that it was saved, and send it again."
)
FILE_MALFORMED = _kind(
    "file-malformed", 422, "The file is damaged", "Open it where it came from, and save it again."
)
FILE_ENCRYPTED = _kind(
    "file-encrypted", 422, "The file is encrypted", "Remove its password, and send it again."
)
FILE_UNREADABLE = _kind(
    "file-unreadable",
    422,
    "The file cannot be read as a table",
    "The member 'reason' and the detail say why.",
)
RANGE_NOT_SATISFIABLE = _kind(
    "range-not-satisfiable",
    416,
    "The file has no such part",
    "Leave the header 'Range' out to get the whole file.",
)
TOO_LARGE_FOR_FORMAT = _kind(
    "too-large-for-format",
    422,
    "The table does not fit this format",
    "Export it as CSV or Parquet, which have no such limit.",
)
CHECKPOINT_UNKNOWN = _kind(
    "checkpoint-unknown",
    422,
    "The log never had this size",
    "Give the size of an older checkpoint. If you hold a larger one, the log's end was cut off.",
)
QUEUE_FULL = _kind(
    "queue-full",
    429,
    "Too many messages wait in this session",
    "Wait until one of them is done.",
    retry_after=RETRY_SECONDS,
)
INTERNAL = _kind(
    "internal",
    500,
    "Something went wrong on our side",
    "Tell the operator the correlation_id; the service's log has the cause under it.",
)
ARTIFACT_LOST = _kind(
    "artifact-lost",
    500,
    "A stored file is missing or damaged",
    "Tell the operator, who can restore it from a backup.",
)
LOG_DAMAGED = _kind(
    "log-damaged",
    500,
    "The log was altered",
    "Tell the operator, who can restore the database from a backup.",
)
LOG_UNREADABLE = _kind(
    "log-unreadable",
    500,
    "An event of the log cannot be read",
    "Tell the operator: a newer Datatrail reads what it wrote. GET /v1/sessions/{session_id}/audit "
    "gives events as they were recorded.",
)
NOT_SETTLED = _kind(
    "not-settled",
    503,
    "The newest events have no final place in the log yet",
    "Send the request again in some seconds.",
    retry_after=RETRY_SECONDS,
)
NO_SIGNING_KEY = _kind(
    "no-signing-key",
    501,
    "This process cannot sign",
    "Export with the command line where the relay runs, or give this process the key.",
)
SESSION_BUSY = _kind(
    "session-busy", 503, "The session is very busy", "Send the request again.", retry_after=1
)
NOT_READY = _kind(
    "not-ready",
    503,
    "The service is not ready",
    "The member 'checks' names what does not answer.",
    retry_after=RETRY_SECONDS,
)
UNAVAILABLE = _kind(
    "unavailable",
    503,
    "A part of the service cannot be reached",
    "Send the request again in some seconds; GET /health/ready tells which part it is.",
    retry_after=RETRY_SECONDS,
)

CATALOGUE: tuple[ProblemKind, ...] = tuple(
    kind for kind in list(globals().values()) if isinstance(kind, ProblemKind)
)
