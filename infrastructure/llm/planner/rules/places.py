"""Commands about where columns stand, and about copies of them."""

from typing import Literal

from domain.actions import (
    Action,
    DropColumns,
    DuplicateColumn,
    KeepColumns,
    RenameColumns,
    Renaming,
    ReorderColumns,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.setting_cells import DONE_TO_TEXT
from infrastructure.llm.planner.phrases.typed_values import typed
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import Kind, quotation
from infrastructure.llm.planner.rules.columns import ask_if_true

_MOVE = "(move|put|place|shift|bring|set|position)"
_FRONT = (
    "[to|at|in|into|as] [the] [very] (front|start|beginning|left|first position|far left|first|"
    "first place|leftmost position|first column)"
)
_BACK = (
    "[to|at|in|into|as] [the] [very] (end|back|right|last position|far right|last|last place|"
    "rightmost position|last column)"
)


_COMES = "(goes|go|comes|come|should come|should go|should be|belongs|belong)"


@by_patterns(
    f"{{columns}} {_COMES} {_FRONT} [of the table]",
    f"{_MOVE} {{columns}} {_FRONT} [of the table]",
    "{columns} (to|at) [the] [very] (front|start|beginning|far left) [of the table]",
    "make {columns} [the] first [columns|column]",
)
def move_to_front(said: Said) -> tuple[Action, ...] | None:
    """Read "move salary to the front", "put the name column first"."""
    return (ReorderColumns(columns=said["columns"], place="first"),)


@by_patterns(
    f"{{columns}} {_COMES} {_BACK} [of the table]",
    f"{_MOVE} {{columns}} {_BACK} [of the table]",
    "{columns} (to|at) [the] [very] (end|back|far right|right end) [of the table]",
    "make {columns} [the] last [columns|column]",
)
def move_to_end(said: Said) -> tuple[Action, ...] | None:
    """Read "move id to the end", "make id the last column"."""
    return (ReorderColumns(columns=said["columns"], place="last"),)


_ALL = "(everything|all [of] [the] [other] (columns|fields)|every [other] column)"
_EXCEPT = "(but|but not|except|except for|besides|apart from|other than|excluding)"


@by_patterns(
    f"(i want|i need|we want|we need|i'd like|i would like|give me) [to see|to have|to keep] "
    f"[only] {_ALL} [,] {_EXCEPT} {{columns}}",
    f"{_ALL} [,] {_EXCEPT} {{columns}} (can|may|should|shall|must|is to|are to) (stay|be kept|"
    "remain)",
    "(don't|dont|do not) (include|keep|show|want|need) [the] (column|columns|field) {columns} "
    "[anymore|any more]",
    "(don't|dont|do not) include {columns} [anymore|any more]",
)
def all_but(said: Said) -> tuple[Action, ...] | None:
    """Read "I want everything but the zip", "don't include the price column"."""
    return (DropColumns(columns=said["columns"]),)


@by_patterns(
    f"{_ALL} [,] {_EXCEPT} {{columns}} (can|may|should|shall|must|is to|are to|has to|have to) "
    "(go|be dropped|be removed|be deleted|leave)",
)
def only_these(said: Said) -> tuple[Action, ...] | None:
    """Read "everything except name and age can go"."""
    return (KeepColumns(columns=said["columns"]),)


@by_patterns(
    f"{_MOVE} {{columns}} [directly|right|just] (before|in front of|to the left of|left of|"
    "ahead of) {anchor:column}",
    f"{_MOVE} {{columns}} [directly|right|just] (after|behind|to the right of|right of|next to) "
    "{anchor:column}",
)
def move_beside(said: Said) -> tuple[Action, ...] | None:
    """Read "move age after city"."""
    if said["anchor"] in said["columns"]:
        return None
    before = said.says("before", "front", "left", "ahead")
    place: Literal["before", "after"] = "before" if before else "after"
    return (ReorderColumns(columns=said["columns"], place=place, anchor=said["anchor"]),)


@by_patterns(
    "(swap|exchange|switch|interchange) [the] (columns|places of|positions of|order of) "
    "{one:column} (and|with) {other:column}",
)
def swap_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "swap the columns region and crop"."""
    one, other = said["one"], said["other"]
    places = {one: other, other: one}
    names = said.reader.shape.column_names
    order = tuple(places.get(name, name) for name in names)
    return (ReorderColumns(columns=order, place="first"),) if one != other else None


@by_patterns(
    "(swap|exchange|switch|interchange) {one:column} (and|with|for) {other:column}",
)
def ask_what_to_swap(said: Said) -> tuple[Action, ...] | None:
    """Ask whether the columns of "swap region and crop" are to change places or names."""
    one, other = quotation(said["one"]), quotation(said["other"])
    if one == other:
        return None
    raise Question(
        "Should the two columns change places, or only their names?",
        (
            Choice(label="places", message=f"swap the columns {one} and {other}"),
            Choice(label="names", message=f"rename {one} to {other} and {other} to {one}"),
        ),
    )


@by_patterns(
    "(reorder|rearrange|order|arrange|re-order|put|((i|we) (want|need|would like))) [the] columns "
    "[in|into|to|as|like] [this|the] [order|sequence] [:|as|so that they are|of] {columns} "
    "[[,] [and|then] [the] (rest|others|other columns) [(as|like) [they|it] [is|are|it is|before]|"
    "(behind|after) [that|them|it]|at the end|unchanged]]",
    "[change|set] [the] (column order|order of the columns) [to|should be|is] [:] {columns}",
    "[the] columns should be [in this order|in the order] [:] {columns}",
)
def reorder_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "reorder the columns: name, email, id"; what is not named stays behind them."""
    return (ReorderColumns(columns=said["columns"], place="first"),)


@by_patterns(
    "(sort|order|arrange|reorder|put) [the] columns (alphabetically|by name|in alphabetical order|"
    "a to z|from a to z)",
)
def sort_columns(said: Said) -> tuple[Action, ...] | None:
    """Read "sort the columns alphabetically"."""
    names = sorted(said.reader.shape.column_names, key=str.casefold)
    return (ReorderColumns(columns=tuple(names), place="first"),)


_SHORTEST_PART = 3
_IN_NAME = "[in (name|its name|their name|their names|the name)]"


@by_patterns(
    "(drop|remove|delete|get rid of|discard|keep) [only] [all|every|any] (columns|column|fields) "
    "(that|which|whose names|whose name) (contain|contains|include|includes|start with|"
    f"starts with|begin with|begins with|end with|ends with|end in|ends in) {{part:text}} "
    f"{_IN_NAME}",
    "(drop|remove|delete|get rid of|discard|keep) [only] [all|every|any] (columns|column|fields) "
    "(containing|starting with|beginning with|ending with|ending in) {part:text} "
    f"{_IN_NAME}",
)
def by_part_of_name(said: Said) -> tuple[Action, ...] | None:
    """Read "drop all columns that contain hour", "keep only columns starting with y"."""
    part = said["part"].casefold()
    fits = str.__contains__
    if said.says("start", "starts", "starting", "begin", "begins", "beginning"):
        fits = str.startswith
    elif said.says("end", "ends", "ending"):
        fits = str.endswith
    found = tuple(n for n in said.reader.shape.column_names if fits(n.casefold(), part))
    in_name = fits is not str.__contains__ or said.says("name", "names")
    if not found or part in words.MISSING or (len(part) < _SHORTEST_PART and not in_name):
        return None  # "columns that contain no" may be about their cells
    keeping = said.reader.verb == "keep"
    return (KeepColumns(columns=found) if keeping else DropColumns(columns=found),)


_CALLED = "(as|to|into|in|called|named|and call it|under the name|and name it) [a] [new] [column]"


@by_patterns(
    f"(duplicate|copy|clone) {{column}} {_CALLED} [called|named] {{name}}",
    f"(make|create|add|keep) [a] (copy|duplicate|backup) of {{column}} {_CALLED} [called|named] "
    "{name}",
)
def copy_column(said: Said) -> tuple[Action, ...] | None:
    """Read "duplicate city as city_backup"; "copy city into the blank cells" makes no column."""
    if {*said["name"].casefold().split()} & {"missing", "empty", "blank", "blanks", "gaps"}:
        return None
    return (DuplicateColumn(column=said["column"], new=said["name"]),)


@by_patterns("(duplicate|copy|clone) {column}", "(make|create|add) [a] copy of {column}")
def ask_name_of_copy(said: Said) -> tuple[Action, ...] | None:
    """Ask for the name that "duplicate city" leaves out."""
    name = said["column"]
    raise Question(f"What should the copy be called? Say: duplicate {name} as {name}_copy.")


@by_patterns(
    "[the] {columns} (isn't|isnt|is not|aren't|are not|is no longer|are no longer) "
    "(needed|necessary|required|of interest|interesting) [any more|anymore|any longer|at all]",
    "(drop|remove|delete|get rid of) [the] (columns|column) (that|which) (i|we) (don't|do not|"
    "dont|no longer) (need|want|care about) [any more|anymore] [:|,] {columns}",
    "(i|we) (don't|do not|dont) (need|want) [to see|to have|to keep] {columns} [any more|anymore|"
    "any longer|at all] [,|so|and|;] [so] [you can|please|just] [drop|delete|remove] "
    "[it|them|that|this]",
    "(i|we) no longer need {columns} [,|so|and] [so] [drop|delete|remove] [it|them]",
    "there is no need for {columns} [any more]",
)
def drop_unneeded(said: Said) -> tuple[Action, ...] | None:
    """Read "I don't need the salary column any more, delete it"."""
    return (DropColumns(columns=said["columns"]),)


@by_patterns("forget about {columns}")
def forget(said: Said) -> tuple[Action, ...] | None:
    """Read "forget about the phone column"; who says "forget about it" means no column."""
    return None if said.says("it", "them") else (DropColumns(columns=said["columns"]),)


@by_patterns(
    "keep {columns} only",
    "keep only {columns} [and nothing else]",
    "leave (just|only) {columns} [in the table]",
    "(strip|cut|reduce|narrow|boil) [the] (table|data|it|dataset) down to {columns}",
    "all (i|we) (need|want) (is|are) {columns}",
)
def keep_only(said: Said) -> tuple[Action, ...] | None:
    """Read "keep species and sex only"."""
    ask_if_true(said.reader, said["columns"])
    return (KeepColumns(columns=said["columns"]),)


@by_patterns(
    "call {column} {name} [instead]",
    "{column} (->|→|=>) {name}",
    "give {column} the name {name}",
    "{column} should be (called|named) {name} [instead]",
)
def call_column(said: Said) -> tuple[Action, ...] | None:
    """Read "call the joined column start_date instead"; "price -> number" is about its type."""
    done = said["name"].casefold() in (*DONE_TO_TEXT, *words.MISSING_VALUE)
    arrow = said.says("->", "→", "=>")
    if done and arrow:
        return None
    if arrow:
        _ask_if_value(said)
    return (RenameColumns(pairs=(Renaming(old=said["column"], new=said["name"]),)),)


_STEM = 3


def _ask_if_value(said: Said) -> None:
    """Raise Question where "city -> Berlin" may be about the cells as well as about the name.

    A name that shares a word's beginning with the old one, or joins words by "_", is a name.
    """
    reader, old, new = said.reader, said["column"], said["name"]
    stems = {word[:_STEM] for word in name_words(old)}
    if "_" in new or stems & {word[:_STEM] for word in name_words(new)}:
        return
    column = reader.column_named(old)
    try:
        typed(Written(new, Kind.WORD), column)
    except Question:
        return  # what such a column cannot hold is a name
    before, after = reader.text_around(reader.start, reader.position)
    name, value = quotation(old), new if as_number(new) is not None else quotation(new)
    raise Question(
        f"Should the column {old!r} be called {new!r}, or do cells of it become {new!r}?",
        (
            Choice(label="the column's name", message=f"{before}rename {name} to {value}{after}"),
            Choice(label="its missing cells", message=f"{before}fill {name} with {value}{after}"),
        ),
    )


RULES = (
    all_but,
    only_these,
    move_to_front,
    move_to_end,
    move_beside,
    swap_columns,
    ask_what_to_swap,
    reorder_columns,
    sort_columns,
    by_part_of_name,
    copy_column,
    ask_name_of_copy,
    drop_unneeded,
    forget,
    keep_only,
    call_column,
)
