"""Commands about whole columns: drop, keep, rename."""

from domain.actions import Action, DropColumns, KeepColumns, RenameColumns, Renaming
from domain.plan import Choice
from domain.table import ColumnType
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, key, quotation

_NEW_NAME_STOPS = (
    *("and", "then", "in", "for", "of", "if", "by", "where", "from", "with", "to", "please"),
    *("pls", "thx"),  # "plz" is what Germans call a zip
    *("also", "thanks", "so", "because", "instead"),
)
_LONGEST_NEW_NAME = 4
_CHANGE_NAME = tuple(
    f"change the {noun} of"
    for noun in ("name", "names", "header", "headers", "title", "heading", "column name")
)


def drop_columns(reader: Reader) -> tuple[Action, ...] | None:
    """Read "drop the age column", "remove all columns except name"."""
    if not reader.take(*words.DROP):
        return None
    except_for = _every_column_except(reader)
    if except_for is not None:
        return (KeepColumns(columns=except_for),)
    by_count = _by_missing(reader)
    start = reader.position
    names = by_count if by_count is not None else reader.columns()
    if names and by_count is None:
        _ask_if_value(reader, start, names)
        ask_if_true(reader, names)
    if names and by_count is None:
        names = _without_denied(reader, names)
    return (DropColumns(columns=names),) if names else None


def _ask_if_value(reader: Reader, start: int, names: tuple[str, ...]) -> None:
    """Raise Question at "delete late (note)": the column, or the rows that have the value?"""
    first, last = reader.tokens[start], reader.tokens[reader.position - 1]
    in_brackets = last.text == ")" and len(names) == 1 and not names[0].endswith(")")
    if not in_brackets or first.word in words.DETERMINERS:
        return
    name, value = quotation(names[0]), reader.text(start, reader.position).partition("(")[0]
    raise Question(
        f"Do you mean the column {names[0]!r}, or the rows where it is {value.strip()!r}?",
        (
            Choice(label="the column", message=f"drop the column {name}"),
            Choice(label="rows", message=f"drop rows where {name} is {quotation(value.strip())}"),
        ),
    )


def ask_if_true(reader: Reader, names: tuple[str, ...]) -> None:
    """Raise Question behind "keep only full tanks": full_tank says of a row whether it is one."""
    words_of_it = name_words(names[0])
    end = reader.position - (reader.tokens[reader.position - 1].word == "only")
    start = end - len(words_of_it)
    alone = len(names) == 1 and names[0] in reader.of_types(frozenset({ColumnType.BOOLEAN}))
    if start < 0 or not alone or words_of_it[-1].endswith("s"):
        return
    if key(reader.text(start, end)) != f"{key(names[0])}s":
        return
    name, (before, after) = quotation(names[0]), reader.text_around(start, end)
    raise Question(
        f"Do you mean the rows where {names[0]!r} is true, or the column?",
        (
            Choice(label="rows", message=f"{before}rows where {name} is true{after}"),
            Choice(label="column", message=f"{before}column {name}{after}"),
        ),
    )


def _without_denied(reader: Reader, names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns without those of a "but not" behind them."""
    before, missed = reader.position, reader.missed
    reader.take(",")
    denied = reader.columns() if reader.take("but not", "and not", "not") else None
    if denied is None:
        reader.position, reader.missed = before, missed
        return names
    return tuple(name for name in names if name not in denied)


def keep_columns(reader: Reader) -> tuple[Action, ...] | None:
    """Read "keep only name and age", "keep everything except zip"."""
    verb = reader.take(*words.KEEP)
    if verb is None:
        return None
    only = reader.take("only", "just") is not None or verb != "keep"
    only = only or bool(reader.at("columns", "column", "the columns", "the column"))
    except_for = _every_column_except(reader)
    if except_for is not None:
        return (DropColumns(columns=except_for),)
    names = reader.columns()
    if names:
        ask_if_true(reader, names)
    if names and not only and not reader.fresh:
        # After "drop age and", it may mean no more than not to touch the column.
        raise Question(f"Should only {', '.join(names)} be kept, and every other column dropped?")
    return (KeepColumns(columns=names),) if names else None


def rename_columns(reader: Reader) -> tuple[Action, ...] | None:
    """Read "rename a to b and c to d", "change the name of a to b"."""
    if not reader.take(*words.RENAME, *_CHANGE_NAME):
        return None
    if reader.at("the columns :", "columns :", "these columns :", "the following columns :"):
        reader.take("the columns", "columns", "these columns", "the following columns")
    reader.take(":")
    listed = _listed_pairs(reader)
    if listed is not None:
        return (RenameColumns(pairs=listed),)
    pairs: list[Renaming] = []
    while True:
        before = reader.position
        if pairs:
            reader.take(",")
            reader.take("and")
            reader.take(*words.RENAME)
        old = None if reader.at_verb() and pairs else reader.column()
        if old is None:
            reader.position = before
            break
        if not reader.take("to", "as", "into", "->", "→", "=>", "="):
            if pairs:
                reader.position = before
                break
            raise Question(f"What is the new name of {old!r}? Say: rename {old} to something.")
        pairs.append(Renaming(old=old, new=_new_name(reader)))
    return (RenameColumns(pairs=tuple(pairs)),) if pairs else None


def _listed_pairs(reader: Reader) -> tuple[Renaming, ...] | None:
    """Read "a, b and c to x, y and z": as many new names as columns."""
    start, missed = reader.position, reader.missed
    olds = reader.columns() or ()
    news: list[str] = []
    if len(olds) > 1 and reader.take("to", "as", "into", "->", "→", "=>"):
        news.append(_new_name(reader))
        while len(news) < len(olds) and any([reader.take(","), reader.take("and")]):
            news.append(_new_name(reader))
    if len(news) == len(olds) > 1:
        return tuple(Renaming(old=old, new=new) for old, new in zip(olds, news, strict=True))
    reader.position, reader.missed = start, missed
    return None


def _every_column_except(reader: Reader) -> tuple[str, ...] | None:
    start = reader.position
    every = reader.take("all", "every", "all of")
    reader.skip("the", "other")
    if reader.take("columns", "column", "everything", "fields") or every == "all":
        reader.take(",")
        if reader.take(*words.EXCEPT):
            names = reader.columns()
            if names:
                return names
    reader.position = start
    return None


_THAT_ARE_EMPTY = tuple(
    f"{that} {wholly}empty"
    for that in ("that are", "which are", "that is", "which is")
    for wholly in ("", "completely ", "entirely ", "totally ", "all ")
)


def _by_missing(reader: Reader) -> tuple[str, ...] | None:
    """ "empty columns" and "columns with missing values", while the table's counts are true."""
    start = reader.position
    reader.skip("the", "all", "any", "every")
    entirely = bool(
        reader.take("empty", "completely empty", "entirely empty", "all empty", "blank")
    )
    if reader.take("columns", "column"):
        if not entirely and reader.take(*_THAT_ARE_EMPTY):
            return _with_missing(reader, entirely=True) if reader.fresh else None
        some = reader.take("with", "that have", "having", "containing", "that contain")
        if some and not entirely:
            entirely = bool(reader.take("only", "nothing but"))
            reader.skip("any", "some", "all", "a")
            some = reader.take(*words.MISSING)
            reader.take(*words.VALUES)
        if (entirely or some) and reader.fresh:
            return reader.without_exceptions(_with_missing(reader, entirely=entirely))
    reader.position = start
    return None


def _with_missing(reader: Reader, *, entirely: bool) -> tuple[str, ...]:
    least = reader.shape.rows if entirely else 1
    found = tuple(c.name for c in reader.shape.columns if c.nulls >= max(least, 1))
    if not found:
        raise Question(f"No column {'is empty' if entirely else 'has missing values'}.")
    return found


def _new_name(reader: Reader) -> str:
    reader.take("be")
    token = reader.token()
    if token is not None and token.kind is Kind.QUOTED:
        reader.advance()
        return token.text
    start = reader.position
    while (token := reader.token()) is not None and token.kind in {Kind.WORD, Kind.NUMBER}:
        if reader.at(*_NEW_NAME_STOPS):
            break
        reader.advance()
    length = reader.position - start
    if not 0 < length <= _LONGEST_NEW_NAME:
        raise Question("Please put the new name in quotes, for example: rename a to 'new name'.")
    return reader.text(start, reader.position)
