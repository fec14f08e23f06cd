"""Commands about the names of columns, and about personal data in them."""

from typing import Literal

from application.disclosure.personal_names import says_personal
from domain.actions import Action, MaskPersonal, NormaliseNames, RenameColumns, Renaming
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question

_NAMES = (
    "(column names|column name|headers|header|names of the columns|header names|columns names|"
    "names of all columns|column headers|column titles|field names)"
)
_CLEAN = (
    "(normalise|normalize|clean|clean up|standardise|standardize|tidy|tidy up|fix|unify|"
    "harmonise|harmonize|sanitise|sanitize)"
)
_STYLE = (
    "(snake case|snake_case|snakecase|lowercase with underscores|lower case with underscores|"
    "lowercase and underscores|lower snake case|upper case|uppercase|capitals|lowercase|"
    "lower case|title case|snake-case)"
)


@by_patterns(
    f"{_CLEAN} [all] {_NAMES} (to|into|in|as|with|using) {_STYLE}",
    f"{_CLEAN} [all] {_NAMES}",
    f"(make|convert|change|turn|put|set|rename) [all] {_NAMES} [to|into|in|be] {_STYLE}",
    f"{_STYLE} [all] {_NAMES}",
    f"use {_STYLE} for [all] {_NAMES}",
    f"[all] {_NAMES} (to|into|in|as|should be|must be) {_STYLE}",
    f"rename [all] [the] columns (to|in|into|using) {_STYLE}",
)
def normalise_names(said: Said) -> tuple[Action, ...] | None:
    """Read "normalise the column names", "make all column names lowercase with underscores"."""
    style: Literal["snake", "upper", "lower", "title"] = "snake"
    underscored = said.says("underscores", "snake", "snake_case", "snake-case", "snakecase")
    if not underscored and said.says("upper", "uppercase", "capitals"):
        style = "upper"
    elif not underscored and said.says("lowercase", "lower"):
        style = "lower"
    elif said.says("title") and not said.says("titles"):
        style = "title"
    return (NormaliseNames(style=style),)


_SPACES = "(spaces|space|whitespace|white space|blanks)"


@by_patterns(
    f"(trim|strip) [(white space|whitespace|spaces) (from|around|in|of)] [all] {_NAMES}",
    "(remove|drop|delete|strip|get rid of|take out) (leading and trailing|leading|trailing|extra|"
    f"surrounding|stray) {_SPACES} (from|in|around|of) [all] {_NAMES}",
    f"(remove|drop|delete|get rid of) [all] {_SPACES} around [all] {_NAMES}",
)
def trim_names(_: Said) -> tuple[Action, ...] | None:
    """Read "trim the column names"."""
    return (NormaliseNames(style="trim"),)


@by_patterns(
    f"(remove|drop|delete|get rid of|take out|eliminate) [all|any|every] [{_SPACES}|{{old:sign}}] "
    f"(from|in|within|out of|of) [all] {_NAMES}",
    f"[make] [all] {_NAMES} (without|with no|should have no|should not have|must not have) "
    f"[any] {_SPACES}",
)
def remove_from_names(said: Said) -> tuple[Action, ...] | None:
    """Read "remove the spaces from the column names": those between words as well."""
    old = said.get("old", " ")
    names = said.reader.shape.column_names
    pairs = tuple(Renaming(old=n, new=n.replace(old, "")) for n in names if old in n)
    if not pairs:
        raise Question(f"No name of a column has a {old!r} in it, so I did nothing.")
    return (RenameColumns(pairs=pairs),)


@by_patterns(
    f"(replace|change|swap|substitute|turn) [all] (space|spaces|{{old:sign}}) (in|of|within) [all] "
    f"{_NAMES} (with|by|to|into) [an|a] {{new:mark}}",
    f"(replace|change|swap|substitute|turn) [all] (space|spaces|{{old:sign}}) (with|by|to|into) "
    f"[an|a] {{new:mark}} (in|of|within) [all] {_NAMES}",
)
def replace_in_names(said: Said) -> tuple[Action, ...] | None:
    """Read "replace spaces in the headers with underscores"."""
    names = said.reader.shape.column_names
    old, new = said.get("old", " "), said["new"]
    pairs = tuple(Renaming(old=n, new=n.replace(old, new)) for n in names if old in n)
    if not pairs:
        raise Question(f"No name of a column has a {old!r} in it. What should be replaced?")
    return (RenameColumns(pairs=pairs),)


_MASK = "(mask|redact|anonymise|anonymize|obfuscate|censor|blank out|black out|hide)"
_HASH = "(hash|pseudonymise|pseudonymize)"
_WHAT = (
    "[the] [values|emails|addresses|email addresses|e-mails|numbers|phone numbers|names|data|"
    "personal data|contents|digits|cells] (in|of)"
)


@by_patterns(
    f"partially {_MASK} {{columns}}",
    f"partially {_MASK} {_WHAT} {{columns}}",
    f"{_MASK} {{columns}} partially",
    f"{_MASK} parts of {{columns}}",
    f"{_HASH} {{columns}}",
    f"{_HASH} {_WHAT} {{columns}}",
    "(replace) {columns} (with|by) [a|their|its] (hash|hashes|pseudonym|pseudonyms)",
    f"{_MASK} {{columns}} [numbers|addresses|values]",
    f"{_MASK} {_WHAT} {{columns}}",
)
def mask_personal(said: Said) -> tuple[Action, ...] | None:
    """Read "mask the email column", "hash the names", "hide the phone numbers in phone"."""
    if said.reader.verb == "hide" and said.says("column", "columns"):
        raise Question("Should the column be dropped, or its values be masked? Say drop, or mask.")
    method: Literal["hide", "partial", "hash"] = "hide"
    if said.says("partially", "parts"):
        method = "partial"
    elif said.says("hash", "hashes", "pseudonymise", "pseudonymize", "pseudonym", "pseudonyms"):
        method = "hash"
    return (MaskPersonal(columns=said["columns"], method=method),)


@by_patterns(
    "(anonymise|anonymize|pseudonymise|pseudonymize) [(table|data|dataset|file|it|everything|"
    "all data|people|persons)]",
    f"({_MASK}|{_HASH}) [all] [the] (personal data|personal information|personal columns|"
    "personal details|pii|sensitive data)",
)
def mask_all_personal(said: Said) -> tuple[Action, ...] | None:
    """Read "anonymise the data": the columns of text whose names say that they are personal."""
    reader = said.reader
    columns = tuple(name for name in reader.of_types(TEXT) if says_personal(name))
    if not columns:
        raise Question(
            "No name of a column says that it holds personal data. Which one should be masked? "
            f"Say: mask {reader.shape.column_names[0]}."
        )
    hashed = reader.verb in {"hash", "pseudonymise", "pseudonymize"}
    return (MaskPersonal(columns=columns, method="hash" if hashed else "hide"),)


RULES = (
    normalise_names,
    trim_names,
    remove_from_names,
    replace_in_names,
    mask_personal,
    mask_all_personal,
)
