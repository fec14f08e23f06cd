"""Corrections in a few words: "no, descending", "use the median instead", "make that 40"."""

import re
from collections.abc import Iterable, Iterator

from application.ports.language_model import Briefing
from domain.actions import InvalidAction
from domain.plan import Choice, Plan
from infrastructure.llm.planner.conversation.follow_ups import LastDone, last_done
from infrastructure.llm.planner.grammar import plan_commands, without_instead
from infrastructure.llm.planner.phrases.held_values import held_values
from infrastructure.llm.planner.phrases.mapping_columns import columns_in
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Held, Reader
from infrastructure.llm.planner.reading.tokens import Kind, tokenise

_MARKS = (
    *("no", "nope", "wait", "sorry", "oops", "actually", "i meant", "i mean", "make that"),
    *("make it", "use", "rather", "change that to", "change it to", "should be", "it should be"),
    *(
        "call it",
        "name it",
        "not that",
        "take",
        "do it",
        "do that",
        "should have been",
        "that should be",
    ),
)
_DENIALS = ("no", "nope", "oops", "sorry", "wait", "i meant", "i mean", "not that")
_QUESTION_MARKS = ("and", "and the", "what about", "how about", "what about the", "and what about")
_AROUND = (
    *(",", ".", "!", "-", "the", "with", "please", "but", "in", "to"),
    *("from", "for", "of", "at", "on", "those", "those from", "those in"),
)
_LONGEST_PART = 3
_PART = r"[^\s,;.](?:[^,;.\n]{0,60}[^\s,;.])?"
_NOT_BUT = re.compile(
    rf"\s*(?:(?:no|sorry|oops|wait)[\s,]{{1,3}})?not (?P<wrong>{_PART})(?:, but|,| but) "
    rf"(?P<right>{_PART})\s*[.!]?\s*",
    re.IGNORECASE,
)
_BUT_NOT = re.compile(
    rf"\s*(?:(?:no|sorry|oops|wait|i meant)[\s,]{{1,3}})?(?P<right>{_PART}),? not "
    rf"(?P<wrong>{_PART})\s*[.!]?\s*",
    re.IGNORECASE,
)


def reworded(briefing: Briefing) -> Plan | None:
    """What was done last, with these words in the place of others. Raises Question.

    They take the place of any few words of that message, or come behind it. It counts only if the
    same is then done to the same columns in exactly one other way.
    """
    last = last_done(briefing)
    contrasted = _contrasted(briefing, last) if last else None
    if contrasted is not None:
        return contrasted
    words = _correction(briefing, last) if last else None
    if last is None or not words:
        return None
    before = last.exchange.message
    # Of a question, the table is still the one that values are looked up in.
    held: Held = {}
    if last.target is None:
        held = held_values(f"{before} {words}", briefing.shape, briefing.columns_holding)
    found = _plans(_with_number(before, words), last, held)
    if len(found) != 1 and len(tokenise(words)) == 1:
        found = _plans(_messages(before, words)[1:], last, held)
    if len(found) != 1:
        found = _plans(_messages(before, words), last, held)
    if len(found) > 1:
        back = "undo that and " if last.target else ""
        raise Question(
            f"What do you mean: {'; or: '.join(plan.summary for plan in found.values())}?",
            tuple(
                Choice(label=plan.summary, message=f"{back}{message}")
                for message, plan in found.items()
            ),
        )
    return next(iter(found.values()), None)


def denies(reader: Reader) -> bool:
    """Whether the message begins by taking back the one before: "oops, row 4"."""
    reader.position = 0
    return reader.take(*_DENIALS) is not None


def _correction(briefing: Briefing, last: LastDone | None) -> str:
    """The words that are to replace others; nothing where the message corrects nothing."""
    message = without_instead(briefing.message)
    reader = Reader(message, tokenise(message), briefing.shape, start=0, fresh=True)
    marked = message != briefing.message
    asks = last is not None and last.target is None
    while reader.take(*_MARKS, *(_QUESTION_MARKS if asks else ())) is not None:
        marked = True
        reader.skip(*_AROUND)
    reader.skip(*_AROUND)
    rest = reader.text(reader.position, len(reader.tokens)).rstrip(" ?.!")
    return rest if marked and len(reader.tokens) - reader.position <= 6 else ""


def _contrasted(briefing: Briefing, last: LastDone) -> Plan | None:
    """The last message as "not price, quantity" and "quantity, not price" correct it.

    None where it does not say the one exactly once, or is of another kind with the other.
    """
    found = _NOT_BUT.fullmatch(briefing.message) or _BUT_NOT.fullmatch(briefing.message)
    if found is None:
        return None
    wrong = re.compile(rf"(?<!\w){re.escape(found['wrong'])}(?!\w)", re.IGNORECASE)
    message, times = wrong.subn(lambda _: found["right"], last.exchange.message)
    held: Held = {}
    if last.target is None:
        held = held_values(message, briefing.shape, briefing.columns_holding)
    return _planned(message, last, held, same_columns=False) if times == 1 else None


def _plans(messages: Iterable[str], last: LastDone, held: Held) -> dict[str, Plan]:
    """Those of the messages that are plans of the same kind, one for each plan."""
    found: dict[str, Plan] = {}
    for message in messages:
        plan = _planned(message, last, held)
        if plan is not None and plan not in found.values():
            found[message] = plan
    return found


def _with_number(before: str, words: str) -> Iterator[str]:
    """The message with a number in the place of each of its numbers, if it is to be a number."""
    given = tokenise(words)
    if len(given) == 1 and given[0].kind is Kind.NUMBER:
        for token in tokenise(before):
            if token.kind is Kind.NUMBER:
                yield f"{before[: token.start]}{words}{before[token.end :]}"


def _messages(before: str, words: str) -> list[str]:
    tokens = tokenise(before)
    found = [f"{before} {words}"]
    for length in range(1, _LONGEST_PART + 1):
        for first in range(len(tokens) - length + 1):
            start, end = tokens[first].start, tokens[first + length - 1].end
            found.append(f"{before[:start]}{words}{before[end:]}")
    return found if len(tokens) <= 40 else []


def _planned(message: str, last: LastDone, held: Held, *, same_columns: bool = True) -> Plan | None:
    """The plan, if it does the same as before to the same columns, but not in the same way."""
    try:
        plan = plan_commands(message, last.shape, target=last.target, held=held)
    except (Question, InvalidAction):
        return None
    actions = tuple(action for step in plan.steps for action in step.actions)
    alike = [type(each) for each in actions] == [type(each) for each in last.actions]
    if not alike or actions == last.actions:
        return None
    if same_columns and columns_in(actions) != columns_in(last.actions):
        return None
    return plan
