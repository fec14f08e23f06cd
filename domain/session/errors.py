"""Why a session refuses a command. Each says what was wrong and what to do."""

from uuid import UUID

from domain.actions import InvalidAction, UnknownColumn


class SessionError(Exception):
    """A command that the session refuses."""


class SessionUnknown(SessionError):
    """No session has this id."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"There is no session {session_id}. Start one, or list those there are.")


class SessionExists(SessionError):
    """The id is taken by another session."""

    def __init__(self, session_id: UUID) -> None:
        super().__init__(f"The session {session_id} exists already. Use another id.")


class DatasetPresent(SessionError):
    """The session already has a dataset, or one is being read."""

    def __init__(self) -> None:
        super().__init__(
            "This session already has a dataset. Start another session for another file."
        )


class DatasetMissing(SessionError):
    """There is nothing to work on yet."""

    def __init__(self) -> None:
        super().__init__("This session has no dataset yet. Upload a file first.")


class MessageEmpty(SessionError):
    """The message says nothing."""

    def __init__(self) -> None:
        super().__init__(
            "The message is empty. Say what should happen to the table, for example "
            "'drop rows with missing values'."
        )


class MessageTooLong(SessionError):
    """The message is over the limit."""

    def __init__(self, length: int, limit: int) -> None:
        super().__init__(
            f"The message has {length} characters; at most {limit} are read. "
            "Say it shorter, or in several messages."
        )


class QueueFull(SessionError):
    """Too many messages of this session wait for their turn."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"{limit} messages of this session are waiting already. Wait until one of them is done."
        )


class NodeUnknown(SessionError):
    """The session tree has no such node."""

    def __init__(self, node_id: UUID) -> None:
        super().__init__(
            f"This session has no node {node_id}. List its nodes to see those there are."
        )


class BranchUnknown(SessionError):
    """The session tree has no such branch."""

    def __init__(self) -> None:
        super().__init__("This session has no such branch. List its branches to see those it has.")


class BranchNameTaken(SessionError):
    """Another branch is known by the name."""

    def __init__(self) -> None:
        super().__init__(
            "Another branch of this session is known by this name, or will be: branches without a "
            "name are called main, branch-2, branch-3 and so on. Choose another name."
        )


class NothingToUndo(SessionError):
    """The pointer stands on a root."""

    def __init__(self) -> None:
        super().__init__("There is nothing to undo: this is the first version of the table.")


class NothingToRedo(SessionError):
    """No undo is left to take back."""

    def __init__(self) -> None:
        super().__init__("There is nothing to redo: no undo came right before.")


class SessionIsClosed(SessionError):
    """Nothing changes in a session that was closed."""

    def __init__(self) -> None:
        super().__init__(
            "This session is closed, so nothing in it can change. Its versions can still be looked "
            "at and exported; start another session to go on."
        )


class WorkUnfinished(SessionError):
    """A session with work in hand or waiting cannot be closed, nor its file read again."""

    def __init__(self, unfinished: int) -> None:
        super().__init__(
            f"This cannot be done yet: {unfinished} of the session's tasks are not finished. "
            "Wait until they are, then ask again."
        )


class SubjectErased(SessionError):
    """The personal data of the session's subject was erased; new texts are not taken."""

    def __init__(self) -> None:
        super().__init__(
            "The personal data of this session was erased, so it takes no messages and no files. "
            "Its versions can still be looked at, rolled back to and exported; to go on, export "
            "the table and start another session with it, for another subject."
        )


class ReplayUnfinished(SessionError):
    """The session is being replayed, or is about to be."""

    def __init__(self, task_id: UUID) -> None:
        super().__init__(
            f"The task {task_id} replays this session already. Wait for what comes of it, or "
            "cancel it."
        )


class SampleRowsRefused(SessionError):
    """Consent to a number of sample rows that cannot be given."""

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            f"A language model may be shown 1 to {most} sample rows, not {rows}. To show it none, "
            "withdraw the consent."
        )


class TaskIsDone(SessionError):
    """What is done cannot be cancelled."""

    def __init__(self, task_id: UUID) -> None:
        super().__init__(
            f"The task {task_id} is done, so there is nothing to cancel. If it made a version that "
            "you do not want, undo it."
        )


class ProposalUnknown(SessionError):
    """The session has no proposal of this id."""

    def __init__(self, proposal_id: UUID) -> None:
        super().__init__(
            f"This session has no proposal {proposal_id}. List its proposals to see those there "
            "are."
        )


class ProposalDecided(SessionError):
    """The proposal was approved or rejected already."""

    def __init__(self, approval: UUID | None) -> None:
        decided = f"approved: the task {approval} does it" if approval else "rejected"
        super().__init__(
            f"This proposal was {decided}. Send the message again for another proposal."
        )


class ProposalStale(SessionError):
    """The pointer is not on the node that the proposal was made on any more."""

    def __init__(self, base_node_id: UUID) -> None:
        self.base_node_id = base_node_id
        super().__init__(
            "The table is another one now than that which this was proposed for. Send the message "
            f"again for a proposal on it; or roll back to the node {base_node_id} and approve this "
            "one then, which begins a branch there."
        )


class EditRefused(SessionError):
    """An edit of a proposal's step cannot be done as it is written."""

    def __init__(self, step: int, why: str) -> None:
        super().__init__(f"The edit of step {step + 1} cannot be done: {why}")


class ActionUnfit(SessionError):
    """A typed action cannot be done to the table that it would meet.

    `number` counts the actions from 1. Where the table lacks a column, `column` names it, and
    `nearest` are the names most like it.
    """

    def __init__(self, number: int, why: InvalidAction) -> None:
        super().__init__(f"Action {number} cannot be done: {why}")
        self.number = number
        unknown = why if isinstance(why, UnknownColumn) else None
        self.column = unknown and unknown.column
        self.nearest = unknown.nearest if unknown else ()


class SuggestionsStale(SessionError):
    """The pointer is not on the node that the suggestions were made for any more."""

    def __init__(self) -> None:
        super().__init__(
            "The table is another one now than that which this was suggested for. Ask for its "
            "suggestions, and choose from them."
        )


class TaskUnknown(SessionError):
    """No task of the session has this id, or it is not the one being worked on."""

    def __init__(self, task_id: UUID) -> None:
        super().__init__(f"This session is not working on a task {task_id}.")
