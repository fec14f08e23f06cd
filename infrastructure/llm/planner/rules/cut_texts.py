"""Commands that leave only a part of each text: "keep only the part of url before the ?"."""

import re

from domain.actions import Action, ReplaceText
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import TEXT
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_KEEP = "(keep|leave|only keep|take) (only|just) [the]"
_WHAT = "(part|text|bit|stuff|everything|what is|what's|whatever is|what comes|what stands)"
_OF = "(of|from|in|off|within) [the]"
_LETTERS = "(characters|character|letters|letter|chars|char|signs|symbols)"
_MARK = "[the] [first] {mark} [sign|character]"
_CUT = "(remove|delete|drop|strip|cut|cut off|cut away|get rid of|throw away|discard|chop off|clip)"
_ALL = "(everything|anything|all|whatever comes|whatever is|the part|what comes|the text|the rest)"
_GONE = "(can go|should go|must go|should be removed|can be removed|has to go)"


@by_patterns(
    f"{_KEEP} {_WHAT} before {_MARK} {_OF} {{column}}",
    f"{_KEEP} {_WHAT} {_OF} {{column}} before {_MARK}",
    f"[in] {{column}} (:|,) {_KEEP} {_WHAT} before {_MARK}",
    f"{_CUT} {_ALL} (from|starting at|starting with|beginning with) {_MARK} "
    f"[on|onwards|onward] {_OF} {{column}}",
    f"(cut|cut off|truncate|split off) {{column}} (at|before) {_MARK}",
)
def keep_before(said: Said) -> tuple[Action, ...] | None:
    """Read "cut off url at the ?", "keep only the part of email before the @"."""
    return _cut(said, rf"(?s){re.escape(said['mark'])}.*$")


@by_patterns(
    f"{_KEEP} {_WHAT} (after|behind|following) {_MARK} {_OF} {{column}}",
    f"{_KEEP} {_WHAT} {_OF} {{column}} (after|behind|following) {_MARK}",
    f"[in] {{column}} (:|,) {_KEEP} {_WHAT} (after|behind|following) {_MARK}",
)
def keep_after(said: Said) -> tuple[Action, ...] | None:
    """Read "keep only the part of email after the @"."""
    mark = re.escape(said["mark"])
    return _cut(said, rf"(?s)^.*?{mark}")


@by_patterns(
    f"{_CUT} {_ALL} (after|behind|following) {_MARK} {_OF} {{column}}",
    f"{_ALL} (after|behind|following) {_MARK} {_OF} {{column}} {_GONE}",
    f"{_CUT} {_ALL} before {_MARK} {_OF} {{column}}",
    f"{_ALL} before {_MARK} {_OF} {{column}} {_GONE}",
)
def ask_if_mark_stays(said: Said) -> tuple[Action, ...] | None:
    """Ask whether "remove everything after the ? in url" leaves the mark."""
    name, mark = said["column"], said["mark"]
    if name not in said.reader.of_types(TEXT):
        return None
    side = "after" if said.says("before") else "before"
    behind = re.escape(mark)
    pattern = rf"(?s)(?<={behind}).*$" if side == "before" else rf"(?s)^.*?(?={behind})"
    stays = f"in {quotation(name)}, replace the regex {quotation(pattern)} with nothing"
    goes = f"keep only the part of {quotation(name)} {side} {quotation(mark)}"
    raise Question(
        f"Should the {mark!r} go as well?",
        (Choice(label="it goes", message=goes), Choice(label="it stays", message=stays)),
    )


_ENDS = "[the] (first|last|leading|trailing|front|final)"
_OF_EACH = f"{_OF} [each|every|all]"


@by_patterns(
    f"{_CUT} {_ENDS} {{count:whole}} {_LETTERS} {_OF_EACH} {{column}}",
    f"{_CUT} {_ENDS} {_LETTERS} {_OF_EACH} {{column}}",
)
def cut_ends(said: Said) -> tuple[Action, ...] | None:
    """Read "remove the first two characters of code", not "leading letters", however many."""
    if "count" not in said and not said.says("character", "letter", "char"):
        return None
    count = said.get("count", 1)
    last = said.says("last", "trailing", "final")
    return _cut(said, f"(?s).{{0,{count}}}$" if last else f"(?s)^.{{0,{count}}}")


@by_patterns(
    f"(shorten|truncate|cut|cut off|limit|trim|clip) {{column}} (to|after) [the] [first|most] "
    f"{{count:whole}} {_LETTERS}",
    f"{_KEEP} first {{count:whole}} {_LETTERS} {_OF_EACH} {{column}}",
)
def keep_beginning(said: Said) -> tuple[Action, ...] | None:
    """Read "truncate code to 3 characters"."""
    return _cut(said, f"(?s)(?<=^.{{{said['count']}}}).+$")


def _cut(said: Said, pattern: str) -> tuple[Action, ...] | None:
    name = said["column"]
    if name not in said.reader.of_types(TEXT):
        return None
    return (ReplaceText(columns=(name,), old=pattern, new="", regex=True),)


RULES = (keep_before, keep_after, ask_if_mark_stays, cut_ends, keep_beginning)
