"""What a turn did to the table, in a sentence for the person who asked."""

from collections.abc import Sequence

from domain.execution import AnswerKind, StoredAnswer
from domain.session.done_steps import DoneStep, changes_between, counted, describe_steps
from domain.session.events import PointerCause, Snapshot
from domain.session.mode import Mode
from domain.session.tree import Node

RESULT = "[see result]"
TABLE_STAYS = "The table is unchanged."
POINTER_STAYS = "You moved the pointer meanwhile, so it stays there."


def describe_commit(
    done: Sequence[DoneStep],
    *,
    branch: str,
    pointer_follows: bool,
    answer: str | None = None,
) -> str:
    """What was done and what became of the table, and where the new version stands."""
    after = done[-1].after
    same = after.table_digest == done[0].before.table_digest
    now = "The table is as it was" if same else f"The table has {counted(after.shape.size)} now"
    sentences = [f"Done: {describe_steps(done)}. {now}."]
    if answer is not None:
        sentences.append(answer)
    if not pointer_follows:
        sentences.append(f"{POINTER_STAYS} This version is on {branch}.")
    return " ".join(sentences)


def describe_answer(answer: StoredAnswer, asked: str | None) -> str:
    """What was asked, and of what kind the answer is, for what it says may be a cell.

    `RESULT` stands where a value belongs: who may see that is told it there.
    """
    subject = "The answer" if asked is None else asked[:1].upper() + asked[1:]
    match answer.kind:
        case AnswerKind.TABLE if asked is not None and answer.table and not answer.table.rows:
            return f"{subject}: none."
        case AnswerKind.TABLE if answer.table is not None:
            verb = " is" if asked is None else ":"
            return f"{subject}{verb} a table of {counted(answer.table)}."
        case AnswerKind.CHART:
            return f"{subject} is {'a chart' if asked is None else 'drawn'}."
        case AnswerKind.MODEL:
            return "The answer is a fitted model, with its scores."
        case _:
            return f"{subject} is {RESULT}."


def describe_move(cause: PointerCause, to: Node) -> str:
    """Where a message moved the pointer."""
    now = f"the table has {counted(to.snapshot.shape.size)} now."
    match cause:
        case PointerCause.BRANCH:
            return f"Your next change begins a new branch at {describe_node(to)}; {now}"
        case PointerCause.UNDO:
            return f"Undone; {now}"
        case PointerCause.REDO:
            return f"Redone; {now}"
        case _:
            return f"Back at {describe_node(to)}; {now}"


def describe_proposal(done: Sequence[DoneStep], *, answer: str | None) -> str:
    """What the steps would do to the table."""
    proposed = f"Proposed: {describe_steps(done)}."
    waits = "Nothing is changed before you approve it."
    return " ".join(filter(None, (proposed, answer, waits)))


def describe_restraint(
    mode: Mode, *, before: Snapshot | None, after: Snapshot | None, answer: str | None
) -> str:
    """Why a message of this mode changed nothing, though its plan or its code would have."""
    if before is None or after is None:
        other = "to move it at once" if mode is Mode.PROPOSE else "to move it"
        return (
            f"The pointer stays: this message was sent with the mode '{mode}'. Send it with the "
            f"mode 'auto' {other}; it can always be moved back."
        )
    if before.table_digest == after.table_digest:
        return f"Nothing in the table would change. {TABLE_STAYS}"
    if answer is not None:
        return (
            f"{answer} {TABLE_STAYS} What the code did to it was let go: this message was sent "
            f"with the mode '{mode}'."
        )
    changes = changes_between(before, after)
    would = f" It would be: {', '.join(changes)}." if changes else ""
    return (
        f"{TABLE_STAYS} This message was sent with the mode '{mode}', which only answers.{would} "
        "Send it with the mode 'auto' to do it, or 'propose' to look at it first."
    )


def describe_stay(at: Node) -> str:
    """What is said to who is there already."""
    return f"You are at {describe_node(at)} already. {TABLE_STAYS}"


def describe_node(node: Node) -> str:
    """A node by its number, with what it was made by."""
    if node.parent_id is None:
        return f"node {node.number}, the file as it was read"
    made = "; ".join(step.description for step in node.steps)
    return f"node {node.number} ({made})" if made else f"node {node.number}"
