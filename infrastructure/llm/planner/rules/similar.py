"""Commands that merge spellings of one thing."""

from collections.abc import Sequence
from typing import Literal

from domain.actions import (
    Action,
    Comparison,
    Derive,
    MapValues,
    MergeSimilar,
    Operator,
    SetWhere,
    ValuePair,
)
from domain.plan import Choice
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.named_rows import OF_NAMES
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.phrases.unclear_values import looks_unclear
from infrastructure.llm.planner.phrases.values import Written
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation
from infrastructure.llm.planner.rules.mapping import mapped

_MERGE = (
    "(merge|cluster|combine|unify|harmonise|harmonize|consolidate|reconcile|standardise|"
    "standardize)"
)
_ALIKE = (
    "(similar|nearly equal|near-duplicate|near duplicate|almost equal|inconsistent|"
    "differently spelled|differently spelt|different)"
)
_VALUES = "(values|value|spellings|spelling|names|entries|categories|labels|variants)"
_BY = (
    "[,] [by|with|using] [the] [(fingerprint|fingerprints|n-gram|ngram|n-grams|levenshtein|"
    "edit distance|levenshtein distance|n-gram fingerprint)] [of|at most|up to] [{distance:whole}]"
)

# In what is called so, each sign counts.
_OF_SIGNS = OF_NAMES | {
    *("email", "emails", "mail", "phone", "telephone", "tel", "mobile", "fax", "url", "link"),
    *("website", "date", "dates", "time", "version", "serial", "iban", "isbn", "sku"),
}


@by_patterns(
    f"{_MERGE} {_ALIKE} {_VALUES} [of the same thing] (in|of|within) {{columns}} {_BY}",
    f"{_MERGE} {_ALIKE} {{columns}} [{_VALUES}] {_BY}",
    f"(cluster|harmonise|harmonize) {{columns}} [{_VALUES}] {_BY}",
    f"(fix|correct|mend|clean up) {_ALIKE} {_VALUES} (in|of|within) {{columns}} {_BY}",
    f"(standardise|standardize|unify|consolidate|reconcile) {{columns}} {_VALUES} {_BY}",
    "make {columns} [names|values|spellings] consistent",
    "make [the] (spelling|spellings|names|values) (in|of) {columns} consistent",
)
def merge_similar(said: Said) -> tuple[Action, ...] | None:
    """Read "merge similar values in city by n-gram", "make cities consistent"."""
    return _merged(said)


def _merged(said: Said) -> tuple[Action, ...] | None:
    if any(name not in said.reader.of_types(TEXT) for name in said["columns"]):
        return None
    distance = said.get("distance")
    method: Literal["fingerprint", "ngram", "levenshtein"] = "fingerprint"
    if said.says("n-gram", "ngram", "n-grams"):
        method = "ngram"
    elif said.says("levenshtein", "distance") or distance is not None:
        method = "levenshtein"
    if distance is not None and not 1 <= distance <= 3:
        raise Question("A distance of 1, 2 or 3 letters can be merged. Which should it be?")
    return (MergeSimilar(columns=said["columns"], method=method, distance=distance or 1),)


@by_patterns(f"(standardise|standardize|unify|consolidate|reconcile) {{columns}} {_BY}")
def merge_similar_names(said: Said) -> tuple[Action, ...] | None:
    """Read "unify the suppliers", not "unify the codes": "1-23" is not "12-3"."""
    if any(not _OF_SIGNS.isdisjoint(name_words(name)) for name in said["columns"]):
        return None
    return _merged(said)


@by_patterns(
    "[[in] {column:column} [,|:]] {held_values} [in {column:column}] (are|is|mean|means) "
    "[all|both|actually|really] [one and] [the] (same|equal|identical) "
    "[thing|person|company|place|one|supplier|customer|value|{column:column}]",
    "treat {held_values} as [one and] [the] (same|equal|identical|one) "
    "[thing|person|company|place|one|value|{column:column}]",
    f"{_MERGE} {{held_values}} [into one|together]",
    "make {held_values} (the same|identical|equal|one)",
)
def ask_which_stays(said: Said) -> tuple[Action, ...] | None:
    """Ask which is right of "Mueller and Müller are the same"."""
    column, cells, _ = said["held_values"]
    rest = said.reader.text(said.reader.position, len(said.reader.tokens))
    if len(cells) < 2 or said.get("column", column) != column or rest.strip(" .!"):
        return None  # what else is the same would be lost
    raise Question(
        "Which of them is to stay?",
        tuple(
            Choice(
                label=cell,
                message=" and ".join(
                    f"in {quotation(column)} replace {quotation(other)} with {quotation(cell)}"
                    for other in cells
                    if other != cell
                ),
            )
            for cell in cells
        ),
    )


@by_patterns("(call|name) {held_values} [all|both] {new:value}")
def call_them(said: Said) -> tuple[Action, ...] | None:
    """Read "call flu and influenza Flu"."""
    column, cells, as_said = said["held_values"]
    operator: Operator = "equals" if len(cells) == 1 else "in"
    where = Comparison(
        column=column, operator=operator, values=tuple(cells), ignore_case=not as_said
    )
    return (SetWhere(columns=(column,), value=said["new"].text, where=where),)


@by_patterns("[replace|change|map|recode|translate|turn|write] {pairs}")
def _map_held(said: Said) -> tuple[Action, ...] | None:
    reader, pairs = said.reader, said["pairs"]
    old = {one.text for one, _ in pairs}
    held = [reader.held.get(text) for text in old]
    if len({new.text for _, new in pairs}) < 2:
        return None  # "cold and flu should be Infection" is of these in any case
    if len(old) < 2 or None in held or any(looks_unclear(new) for _, new in pairs):
        return None
    texts = reader.of_types(TEXT)
    names = [name for name in texts if all(each and name in each for each in held)]
    if len(names) > 1:
        command = reader.text(reader.start, reader.position)
        raise Question(
            "In which column?",
            tuple(
                Choice(label=name, message=f"in {quotation(name)}, replace {command}")
                for name in names
            ),
        )
    if not names:
        return None
    name = names[0]
    if all(as_number(new.text) is not None for _, new in pairs):
        return (mapped(reader.column_named(name), pairs),)
    if not all(each and each[name] for each in held):
        return (Derive(new=name, expression=_in_any_case(name, pairs)),)
    changed = tuple(ValuePair(old=one.text, new=new.text) for one, new in pairs)
    return (MapValues(columns=(name,), pairs=changed),)


def _in_any_case(name: str, pairs: Sequence[tuple[Written, Written]]) -> str:
    """The new value of each pair where the cell is its old one but for case, or else the cell."""
    expression = backticked(name)
    for one, new in pairs:
        is_one = f"lower({backticked(name)}) == {one.text.lower()!r}"
        expression = f"{new.text!r} if ({is_one}) else {expression}"
    return expression


def map_held(reader: Reader) -> tuple[Action, ...] | None:
    """Read "m -> Male, f -> Female", "Y means yes and N means no": where just one column has them.

    Asks in which, if several have. Without values that are known to be held, it may say anything.
    """
    return _map_held(reader) if reader.held else None


_SEXES = {"m": ("m", "male", "man"), "f": ("f", "female", "woman")}


@by_patterns(
    "{column} (should|must) [only|always|all] be [either] {one:word} (or|/) {other:word} [only]",
    "{column} (should|must) [only|always|all] be {both:word} [only]",
    "[make|write|put|convert|turn|change] {column} (as|to|into|only) [only|just] [either] "
    "({one:word} (or|/|and) {other:word}|{both:word}) [only]",
)
def unify_sexes(said: Said) -> tuple[Action, ...] | None:
    """Read "sex as M/F", "gender should be male or female": the words and letters for either.

    What else is there stays.
    """
    name = said["column"]
    wanted = said["both"].split("/") if "both" in said else [said["one"], said["other"]]
    first = {word.casefold()[:1]: word for word in wanted}
    known = {word for words in _SEXES.values() for word in words}
    if {*first} != {*_SEXES} or not {word.casefold() for word in wanted} <= known:
        return None
    if name not in said.reader.of_types(TEXT):
        return None
    expression = backticked(name)
    for letter, spellings in _SEXES.items():
        is_one = " or ".join(f"lower(trim({backticked(name)})) == {each!r}" for each in spellings)
        expression = f"{first[letter]!r} if ({is_one}) else {expression}"
    return (Derive(new=name, expression=expression),)


RULES = (unify_sexes, call_them, map_held, merge_similar, merge_similar_names, ask_which_stays)
