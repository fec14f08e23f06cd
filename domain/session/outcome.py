"""What a turn did to the table, in a sentence for the person who asked."""

from domain.execution import AnswerKind, StoredAnswer
from domain.session.events import PointerCause, Snapshot
from domain.table import TableShape, TableSize

TABLE_STAYS = "The table is unchanged."
POINTER_STAYS = "You moved the pointer meanwhile, so it stays there."


def describe_commit(
    *,
    before: Snapshot,
    after: Snapshot,
    branch: str,
    pointer_follows: bool,
    answer: str | None = None,
) -> str:
    """Rows, columns and missing cells before and after, and where the new version stands."""
    sentences = [_difference(before, after)]
    if answer is not None:
        sentences.append(answer)
    if not pointer_follows:
        sentences.append(f"{POINTER_STAYS} This version is on {branch}.")
    return " ".join(sentences)


def describe_answer(answer: StoredAnswer) -> str:
    """Of what kind it is, for what it says may be a cell."""
    match answer.kind:
        case AnswerKind.TABLE if answer.table is not None:
            return f"The answer is a table of {_counted(answer.table)}."
        case AnswerKind.CHART:
            return "The answer is a chart."
        case _:
            return "The answer is a single value."


def describe_move(cause: PointerCause, to: Snapshot) -> str:
    """Where an undo or redo led."""
    verb = "Undone" if cause is PointerCause.UNDO else "Redone"
    return f"{verb}; the table has {_counted(to.shape.size)} now."


def _difference(before: Snapshot, after: Snapshot) -> str:
    if before.table_digest == after.table_digest:
        return "Done; nothing in the table had to change."
    changes = [
        f"{noun} {old} → {new}"
        for noun, old, new in (
            ("rows", before.shape.rows, after.shape.rows),
            ("columns", len(before.shape.columns), len(after.shape.columns)),
            ("missing cells", _missing(before), _missing(after)),
        )
        if old != new
    ]
    changes += _lost_values(before.shape, after.shape)
    if not changes:
        return f"Done; {_counted(after.shape.size)} as before."
    return f"Done: {', '.join(changes)}."


def _counted(size: TableSize) -> str:
    rows, columns = size.rows, size.columns
    return f"{rows} row{'s' * (rows != 1)} and {columns} column{'s' * (columns != 1)}"


def _lost_values(before: TableShape, after: TableShape) -> list[str]:
    """Columns in which fewer values are present, though no row is gone: those became missing."""
    if before.rows != after.rows:
        return []
    nulls = {column.name: column.nulls for column in before.columns}
    return [
        f"{column.nulls - nulls[column.name]} of {before.rows - nulls[column.name]} values of "
        f"'{column.name}' became missing"
        for column in after.columns
        if column.nulls > nulls.get(column.name, column.nulls)
    ]


def _missing(snapshot: Snapshot) -> int:
    return sum(column.nulls for column in snapshot.shape.columns)
