"""Commands about the spelling of text: white space and case."""

from typing import Literal, cast

from domain.actions import Action, ChangeCase, TrimText
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

Case = Literal["lower", "upper", "title", "sentence"]

_SPACE = (
    *("whitespace", "whitespaces", "white space", "white spaces", "spaces", "space", "blanks"),
    *("white-space", "spacing"),
)
_AROUND = (
    "leading and trailing",
    "trailing and leading",
    "leading or trailing",
    "surrounding",
    "outer",
)
_EXTRA = ("extra", "double", "multiple", "repeated", "excess", "redundant", "superfluous", "inner")
_EVERY_CASE = tuple(phrase for phrases in words.CASE.values() for phrase in phrases)
# Those that are hardly a column's name as well.
_PLAIN_CASE = tuple(phrase for phrase in _EVERY_CASE if "case" in phrase or "caps" in phrase)


def trim_text(reader: Reader) -> tuple[Action, ...] | None:
    """Read "trim names", "strip spaces from city", "collapse white space in name"."""
    both = _trim_and_change_case(reader)
    if both is not None:
        return both
    cleaning = _space_cleaned(reader)
    if cleaning is not None:
        return cleaning
    removing = reader.take(*words.TRIM)
    collapsing = None if removing else reader.take("collapse", "normalize", "normalise", "squeeze")
    dropping = None if removing or collapsing else reader.take(*words.DROP)
    if not (removing or collapsing or dropping):
        return None
    start = reader.position
    reader.skip("all", "any", "the")
    around = reader.take(*_AROUND, "leading/trailing", "stray", "unnecessary", "unneeded")
    extra = None if around else reader.take(*_EXTRA)
    reader.skip("and", *(_EXTRA if around else ()))
    spaces = reader.take(*_SPACE)
    if not spaces and (collapsing or dropping or around or extra):
        return None
    if not (spaces or around or extra):
        reader.position = start
    outside = reader.take("around", "surrounding")
    if dropping and not (around or extra or outside):
        raise Question(
            "Do you mean to trim the white space around the text, or every space in it?",
            _kinds_of_space(reader),
        )
    names = _text_columns(reader, spaces is not None)
    if names is None:
        return None
    return (TrimText(columns=names, collapse=bool(collapsing or extra)),)


_THE_SPACE = f"(space|spaces|blanks|whitespace|white space) [{'|'.join(words.IN)}|at the ends of]"
_ALSO_INSIDE = (
    f"[,] (also|and|and also|including|as well as|even) [the] ({'|'.join(_EXTRA)}) "
    "[ones|spaces|blanks] [inside|in between|between words|in the middle|within] [it|them]"
)


@by_patterns(
    f"(clean|clean up|fix|tidy|tidy up|get rid of|remove|trim|strip) [the] "
    f"({'|'.join((*_EXTRA, *_AROUND, 'stray'))}) {_THE_SPACE} {{columns}} [{_ALSO_INSIDE}]",
    f"trim {{columns}} {_ALSO_INSIDE}",
    "(there (is|are)|theres|there's) [some|a lot of|lots of] (space|spaces|blanks|whitespace|"
    "white space) (around|at the ends of|before and after) {columns} [,|;|.] "
    "[so|and|pls|plz] (trim|strip|remove|clean|drop) (it|them|that|those)",
)
def _space_cleaned(said: Said) -> tuple[Action, ...] | None:
    """Read "clean up the extra spaces in name, also the double ones inside"."""
    collapse = said.says(*_EXTRA)
    return (TrimText(columns=said["columns"], collapse=collapse),)


_CASED = f"({'|'.join(_PLAIN_CASE)})"
_TRIMMED = "(trimmed|stripped|without (spaces around|surrounding spaces|extra spaces))"


@by_patterns(
    f"[make|put|turn|set|convert] {{columns}} [to|into|in|as|->|=>|should be] {_CASED} [letters] "
    f"and {_TRIMMED}",
    f"[make|put|turn|set|convert] {{columns}} [to|into|in|as|->|=>|should be] {_TRIMMED} and [in] "
    f"{_CASED} [letters]",
)
def trim_and_case(said: Said) -> tuple[Action, ...] | None:
    """Read "name -> Title Case and trimmed"."""
    case = _case_said(said)
    columns = said["columns"]
    return (TrimText(columns=columns), ChangeCase(columns=columns, case=case)) if case else None


def change_case(reader: Reader) -> tuple[Action, ...] | None:
    """Read "lowercase email", "make city upper case", "convert names to title case"."""
    if reader.take("capitalize", "capitalise"):
        each = reader.take("each word of", "every word of", "each word in", "every word in")
        names = reader.columns() if each or reader.token() else None
        each = each or reader.take("each word", "every word")
        if names and (each or all({"name", "names"} & set(name_words(n)) for n in names)):
            return (ChangeCase(columns=names, case="title"),)
        raise _which_case(names, ("title", "sentence"))
    case = reader.take(*_EVERY_CASE)
    if case:
        reader.take("of", "in", "for")
        names = _text_columns(reader, named=False)
        return (ChangeCase(columns=names, case=_case(case)),) if names else None
    if not reader.take(*words.CHANGE):
        return None
    names = _text_columns(reader, named=False)
    reader.take("to", "into", "in", "as")
    if not reader.at(*_EVERY_CASE):
        reader.skip("all", "in")
    case = reader.take(*_EVERY_CASE)
    if not names or not case:
        return None
    reader.take("letters", "case", "characters")
    return (ChangeCase(columns=names, case=_case(case)),)


@by_patterns(
    f"{{columns}} (should|must|has to|have to|needs to|need to|ought to) be [all] [in] "
    f"({'|'.join(_EVERY_CASE)}) [letters|case|please]",
    f"[write|spell] {{columns}} (in|to|as|->|=>) [all] "
    f"({'|'.join(_EVERY_CASE)}) [letters|case|please]",
    f"{{columns}} [all] ({'|'.join(_PLAIN_CASE)}) [letters|please]",
    "(fix|change|set|make|put|convert) [the] (casing|case|capitalisation|capitalization) (of|in) "
    f"{{columns}} (to|as|into|in) ({'|'.join(_EVERY_CASE)})",
)
def should_be_in_case(said: Said) -> tuple[Action, ...] | None:
    """Read "dept should be all uppercase", "title in capital letters please"."""
    case = _case_said(said)
    return (ChangeCase(columns=said["columns"], case=case),) if case else None


_CASING = (
    "(casing|case|capitalisation|capitalization|upper and lower case|letter case|capital letters|"
    "capitals|small and big letters)"
)
_FIX = (
    "(fix|correct|clean up|clean|repair|tidy|tidy up|unify|standardise|standardize|normalise|"
    "normalize|harmonise|harmonize)"
)


@by_patterns(
    f"{_FIX} {_CASING}",
    f"{_FIX} {_CASING} (of|in|for) {{columns}}",
    f"(fix|correct|unify) {{columns}} {_CASING}",
    f"make {_CASING} (of|in|for) {{columns}} (consistent|uniform|the same)",
    f"{_CASING} of {{columns}} (is|are) (inconsistent|mixed|wrong|off|messy|all over the place) "
    "[,|;] [please] [fix (it|that)]",
)
def ask_which_case(said: Said) -> tuple[Action, ...] | None:
    """Ask which case "fix the casing of city" wants."""
    columns = said.get("columns") or said.reader.of_types(TEXT)
    if not columns or not {*columns} <= {*said.reader.of_types(TEXT)}:
        return None
    raise _which_case(columns, ("title", "sentence", "lower", "upper"))


_BIG = "(capital|capitals|capital letter|capital letters|upper case|uppercase|upper|big|big letter)"
_BEGIN = "(start|begin|starts|begins)"


@by_patterns(
    f"{{columns}} (should|must|shall|has to|have to) {_BEGIN} with [a] {_BIG}",
    f"{{columns}} {_BIG} at the (beginning|start|front)",
    f"{{columns}} [with|:] first letter [in|is] {_BIG}",
    f"(make|write|put) [the] first letter (of|in) {{columns}} [in|a] {_BIG}",
    "(capitalise|capitalize) [the] first letter (of|in) {columns}",
)
def ask_which_capitals(said: Said) -> tuple[Action, ...] | None:
    """Ask of "status should start with a capital letter" whether each word should."""
    raise _which_case(said["columns"], ("title", "sentence"))


@by_patterns(
    f"(fix|correct) {{columns}} [,|:|;|-] (they|it|these) (should|must) be [in|all] "
    f"({'|'.join(_PLAIN_CASE)})",
)
def fix_to_case(said: Said) -> tuple[Action, ...] | None:
    """Read "fix the names, they should be Title Case"."""
    case = _case_said(said)
    return (ChangeCase(columns=said["columns"], case=case),) if case else None


_LOOKS: dict[Case, str] = {
    "title": "Every Word (title case)",
    "sentence": "Only the first (sentence case)",
    "lower": "lower case",
    "upper": "UPPER CASE",
}


def _which_case(columns: tuple[str, ...] | None, cases: tuple[Case, ...]) -> Question:
    """The question which of these cases; each changes the other letters as well."""
    listed = ", ".join(map(quotation, columns or ()))
    told = " or ".join(f"convert … to {case} case" for case in cases)
    choices = (
        Choice(label=_LOOKS[case], message=f"convert {listed} to {case} case") for case in cases
    )
    return Question(
        f"Which letters should be capitals? Say: {told}.", tuple(choices) if columns else ()
    )


def _case_said(said: Said) -> Case | None:
    """The case that the longest phrase for one says."""
    reader = said.reader
    here = f" {' '.join(t.word for t in reader.tokens[reader.start : reader.position])} "
    found = [phrase for phrase in sorted(_EVERY_CASE, key=len) if f" {phrase} " in here]
    return _case(found[-1]) if found else None


def _trim_and_change_case(reader: Reader) -> tuple[Action, ...] | None:
    """ "trim and lowercase email", in either order: both verbs have the one object."""
    start = reader.position
    first_trim = reader.take(*words.TRIM) is not None
    case = None if first_trim else reader.take(*_EVERY_CASE)
    if (first_trim or case) and reader.take("and", "and then", "then"):
        second_trim = reader.take(*words.TRIM) is not None
        case = case or reader.take(*_EVERY_CASE)
        if case and first_trim != second_trim:
            names = _text_columns(reader, named=False)
            if names:
                trim = TrimText(columns=names)
                change = ChangeCase(columns=names, case=_case(case))
                return (trim, change) if first_trim else (change, trim)
    reader.position = start
    return None


def _kinds_of_space(reader: Reader) -> tuple[Choice, ...]:
    """What "remove the spaces in name" may mean."""
    names = _text_columns(reader, named=True)
    if names is None or not reader.take_end_of_clause() or reader.token() is not None:
        return ()
    listed = ", ".join(map(quotation, names))
    return (
        Choice(label="around the text", message=f"trim {listed}"),
        Choice(label="every space", message=f"remove all spaces from {listed}"),
    )


def _case(phrase: str) -> Case:
    return cast("Case", next(case for case, names in words.CASE.items() if phrase in names))


def _text_columns(reader: Reader, named: bool) -> tuple[str, ...] | None:
    """The columns that are named; every text column when all are meant, or none is named."""
    before = reader.position
    given = reader.take(*words.IN)
    kind = reader.column_kind()
    if kind is not None:
        reader.position = before
        reader.take(*words.IN)
        names = reader.columns()
        return tuple(name for name in names or () if name in reader.of_types(TEXT)) or None
    names = reader.columns()
    if names is not None:
        return names
    reader.position = before
    joined = reader.start > 0 and reader.tokens[reader.start - 1].word in {"and", "then", ","}
    if not given and joined and reader.changed and (named or _says_nothing(reader)):
        # "Trim name and collapse repeated spaces" is about the name all along.
        return tuple(n for n in reader.changed if n in reader.of_types(TEXT)) or None
    if not given and reader.fresh and _says_nothing(reader):
        _ask_if_of_last(reader)
    everything = reader.take("everywhere") or (named and not given) or _says_nothing(reader)
    return (reader.of_types(TEXT) or None) if everything else None


def _ask_if_of_last(reader: Reader) -> None:
    """Raise Question at "lower case please" behind a step that changed some texts."""
    texts = reader.of_types(TEXT)
    last = [name for name in reader.changed if name in texts]
    if not last or len(last) == len(texts):
        return
    before, after = reader.text_around(reader.position - 1, reader.position)
    said = reader.text(reader.position - 1, reader.position)
    listed, named = ", ".join(last), " and ".join(map(quotation, last))
    raise Question(
        f"Of {listed}, or of every column of text?",
        (
            Choice(label=listed, message=f"{before}{said} {named}{after}"),
            Choice(label="every column of text", message=f"{before}{said} all text columns{after}"),
        ),
    )


def _says_nothing(reader: Reader) -> bool:
    here = reader.token()
    return here is None or here.text in {".", "!", "?", ";"} or bool(reader.at(*words.NOISE_AFTER))


OF_CASE = (change_case, should_be_in_case, fix_to_case, ask_which_case, ask_which_capitals)
