"""From a message to a plan: every command of it understood, or a question back and nothing done."""

import re
from dataclasses import replace
from uuid import UUID

from domain.actions import (
    Action,
    Inquiry,
    check,
)
from domain.plan import Choice, Intent, Plan, Step
from domain.table import TableShape
from infrastructure.llm.planner.phrases.held_values import still_held
from infrastructure.llm.planner.phrases.relative_time import asks_for_today
from infrastructure.llm.planner.phrases.spared_columns import (
    read_spared,
    refuse_to_touch,
    what_else,
)
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import is_slip
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Held, Reader
from infrastructure.llm.planner.reading.replies import not_understood
from infrastructure.llm.planner.reading.tokens import Kind, Token, tokenise
from infrastructure.llm.planner.rules.in_order import RULES

_MOST_STEPS = 30
_RELATIVE = ("who", "whose", "that", "which", "where", "with", "without")
# A verb so long is still known with a slip of the pen.
_LONG_VERB = 5
_JOINTS = frozenset({",", ";", ".", "\n", "and", "then", "also", "next"})
_JUST = (", just", ", but just", "; just", ". just", "but just")
_ABOUT = ("in", "for", "about", "as for", "regarding", "concerning", "with", "the")
_COUNTED = (
    *("letter", "letters", "character", "characters", "word", "digit", "digits"),
    *("day", "weekday", "week", "month", "quarter", "year", "hour"),
)
_REMOVES = (*words.DROP, *words.KEEP, *words.FILTER, *words.DEDUPE)
# Begun only where a gap begins, or a gap of many signs would be read from each of them.
_INSTEAD = re.compile(
    r"(?<![\s,])[\s,]+(instead|rather|(is what )?i mean(t)?)(\s+please)?[\s.!?]*$", re.IGNORECASE
)


def plan_commands(
    message: str,
    shape: TableShape,
    *,
    start: int = 0,
    changed: tuple[str, ...] = (),
    target: UUID | None = None,
    held: Held | None = None,
) -> Plan:
    """The plan for the message from the token `start` on. Raises Question or InvalidAction.

    `held` are values whose column need not be said.
    `changed` are the columns that "it" means at first, `target` is the node that has this shape,
    if it is not where the pointer stands.
    """
    steps = _steps(message, tokenise(message), shape, start, changed, held)
    return plan_of(steps, shape, target)


def without_instead(message: str) -> str:
    """The message without a last "instead", which says only that something came before."""
    return _INSTEAD.sub("", message)


def plan_of(steps: tuple[Step, ...], shape: TableShape, target: UUID | None = None) -> Plan:
    """The plan that does these steps to a table of that shape."""
    actions = [action for step in steps for action in step.actions]
    columns = dict.fromkeys(name for action in actions for name in action.columns_named())
    existing = set(shape.column_names)
    return Plan(
        intent=Intent.TRANSFORM,
        summary="; ".join(step.description for step in steps),
        columns=tuple(name for name in columns if name in existing),
        steps=steps,
        target=target,
    )


def _steps(
    message: str,
    tokens: tuple[Token, ...],
    shape: TableShape,
    start: int,
    changed: tuple[str, ...],
    held: Held | None,
) -> tuple[Step, ...]:
    """Each command as a step, checked against the table as the steps before leave it."""
    steps: list[Step] = []
    asked: list[Choice] = []
    spared: tuple[str, ...] = ()
    while start < len(tokens):
        if steps:
            changed = changed_columns(steps[-1].actions)
            held = still_held(held or {}, steps[-1].actions)
        reader = Reader(
            message, tokens, shape, start=start, fresh=not steps, changed=changed, held=held
        )
        spared = reader.spared = (*spared, *read_spared(reader))
        start = reader.position
        if spared and reader.token() is None:
            if not steps:
                raise what_else(spared)
            break
        if steps and _goes_on(reader):
            raise not_understood(reader, start)
        actions = _command(reader)
        for action in actions:
            check(action, shape)
            left = action.shape_after(shape)
            if left is None and reader.token() is not None:
                raise Question(
                    f"Which columns there are after {action.describe()!r} is seen only when it is "
                    "done. Please send it alone, then the rest."
                )
            shape = left or shape
            refuse_to_touch(spared, action, shape)
        said = "; ".join(action.describe() for action in actions)
        steps.append(Step(description=said, actions=actions))
        if isinstance(actions[-1], Inquiry):
            asked.append(Choice(label=actions[-1].asked(), message=_without_joint(reader, start)))
        start = reader.position
        if len(steps) > _MOST_STEPS:
            raise Question(f"That is more than {_MOST_STEPS} steps. Please send fewer at a time.")
    _refuse_lost_answers(steps, asked)
    return tuple(steps)


def _goes_on(reader: Reader) -> bool:
    """Whether it is no command, and says more of what the one before is about: "and who left"."""
    joint = reader.tokens[reader.position - 1].word if reader.position else ""
    return joint in {"and", "or", "but"} and reader.at(*_RELATIVE) > 0


def _refuse_lost_answers(steps: list[Step], asked: list[Choice]) -> None:
    """Raise Question where a step but the last tells something: only what the last tells is told.

    `asked` are the steps that tell something, each alone.
    """
    if not asked or (len(asked) == 1 and isinstance(steps[-1].actions[-1], Inquiry)):
        return
    if len(asked) == len(steps):
        raise Question("I can tell one thing at a time. Which do you want first?", tuple(asked))
    raise Question("What I tell comes last, and it is one thing. Please send the question alone.")


def _without_joint(reader: Reader, start: int) -> str:
    """The command that was read, without what joins the next one to it."""
    end = reader.position
    while end > start and reader.tokens[end - 1].word in _JOINTS:
        end -= 1
    return reader.text(start, end)


def changed_columns(actions: tuple[Action, ...]) -> tuple[str, ...]:
    """The columns whose cells or names the actions change, by their new names."""
    return tuple(dict.fromkeys(name for each in actions for name in each.columns_changed()))


def _command(reader: Reader) -> tuple[Action, ...]:
    """The actions of the command here, the reader then behind it. Raises Question."""
    start = reader.position
    _skip_to_verb(reader)
    verb = reader.position
    if reader.token() is None:
        raise not_understood(reader, start)
    reader.furthest = verb
    asked: tuple[int, Question] | None = None
    for rule in RULES:
        reader.position = verb
        try:
            actions = rule(reader)
        except Question as question:
            if asked is None or reader.position > asked[0]:
                asked = (reader.position, question)
            continue
        if actions and reader.take_end_of_clause():
            return actions
    reader.position = start
    meant = _verb_meant(reader, verb)
    if meant is not None:
        reader.tokens = (*reader.tokens[:verb], meant, *reader.tokens[verb + 1 :])
        reader.known = {}
        return _command(reader)
    of_topic = _command_on_topic(reader, verb)
    if of_topic is not None:
        return of_topic
    raise asks_for_today(reader, verb) or (asked[1] if asked else not_understood(reader, verb))


def _command_on_topic(reader: Reader, start: int) -> tuple[Action, ...] | None:
    """Read "status: make it lower case": what is done to "it" is done to the columns before.

    None where the command is about other columns as well, or about none.
    """
    if reader.on_topic:
        return None
    before = (reader.furthest, reader.missed, reader.changed, reader.known)
    reader.position, reader.on_topic = start, True
    reader.skip(*_ABOUT)
    try:
        names = reader.columns()
        if names and reader.take(":", ",", "-") and reader.token() is not None:
            reader.changed, reader.known = names, {}
            actions = _command(reader)
            named = {name for action in actions for name in action.columns_named()}
            if named and named <= {*names}:
                return actions
    except Question:
        pass
    reader.furthest, reader.missed, reader.changed, reader.known = before
    reader.on_topic = False
    return None


def _verb_meant(reader: Reader, place: int) -> Token | None:
    """The verb that the word is a slip of, if it is none itself and looks like one alone."""
    token = reader.tokens[place]
    if token.kind is not Kind.WORD or token.word in words.KEYWORDS:
        return None
    found = [
        verb
        for verb in words.VERBS
        if len(verb) >= _LONG_VERB
        and is_slip(token.word, verb)
        and not token.word.startswith(verb)  # "orders" is no slip of "order"
    ]
    return replace(token, text=found[0]) if len(found) == 1 else None


def _skip_to_verb(reader: Reader) -> None:
    """Polite words, numbering and bullets before a command."""
    while True:
        token = reader.token()
        after = reader.token(1)
        numbered = token is not None and token.text.isdigit() and after is not None
        if token is not None and token.word == "first" and _counts(after):
            return
        if after is not None and after.text in {"=", ":="}:
            return  # "cool = temperature < 10" names a column
        if numbered and after is not None and after.text in {".", ")", ":"}:
            reader.advance(2)
        elif not _skip_what_is_not_wanted(reader) and not reader.take(
            "-", "*", "•", "\u2013", ",", ".", ":", "!", "\n", *words.NOISE_BEFORE
        ):
            return


def _counts(after: Token | None) -> bool:
    """Whether "first" tells which: "first 3 letters of code", "first day of ordered"."""
    return after is not None and (after.kind is Kind.NUMBER or after.word in _COUNTED)


def _skip_what_is_not_wanted(reader: Reader) -> bool:
    """Skip "don't drop any rows, just": what is not wanted is said, then what is.

    Not before what removes as well: it may be the very thing that is not wanted.
    """
    start, furthest = reader.position, reader.furthest
    if reader.take("don't", "dont", "do not", "never"):
        while (token := reader.token()) is not None and token.kind is not Kind.QUOTED:
            if reader.take(*_JUST):
                if reader.at(*_REMOVES):
                    break
                return True
            reader.position += 1
    reader.position, reader.furthest = start, furthest
    return False
