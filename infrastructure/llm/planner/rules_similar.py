"""Commands that merge spellings of one thing."""

from typing import Literal

from domain.actions import Action, MergeSimilar
from domain.plan import Choice
from infrastructure.llm.planner.column_kinds import TEXT
from infrastructure.llm.planner.column_matching import name_words
from infrastructure.llm.planner.named_rows import OF_NAMES
from infrastructure.llm.planner.patterns import Said, by_patterns
from infrastructure.llm.planner.question import Question
from infrastructure.llm.planner.tokens import quotation

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
    "{held_values} (are|is|mean|means) [all|both|actually|really] [one and] [the] same "
    "[thing|person|company|place|one|supplier|customer|value]",
    f"{_MERGE} {{held_values}} [into one|together]",
    "make {held_values} (the same|identical|equal|one)",
)
def ask_which_stays(said: Said) -> tuple[Action, ...] | None:
    """Ask which is right of "Mueller and Müller are the same"."""
    column, cells, _ = said["held_values"]
    if len(cells) < 2:
        return None
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


RULES = (merge_similar, merge_similar_names, ask_which_stays)
