"""From a message to a plan: every command of it understood, or a question back and nothing done."""

from collections.abc import Callable

from domain.actions import (
    Action,
    Cast,
    ChangeCase,
    Fill,
    InvalidAction,
    ParseDates,
    RenameColumns,
    ReplaceValues,
    TrimText,
    check,
    columns_of,
    describe,
    shape_after,
)
from domain.plan import Intent, Plan, Step
from domain.table import TableShape
from infrastructure.llm.planner import words
from infrastructure.llm.planner.history import asks_for_help, read_history
from infrastructure.llm.planner.reader import Question, Reader
from infrastructure.llm.planner.replies import help_reply, not_understood
from infrastructure.llm.planner.rules_columns import drop_columns, keep_columns, rename_columns
from infrastructure.llm.planner.rules_rows import drop_missing, filter_rows, remove_duplicates
from infrastructure.llm.planner.rules_sort import sort_rows
from infrastructure.llm.planner.rules_text import change_case, trim_text
from infrastructure.llm.planner.rules_types import change_type, parse_dates
from infrastructure.llm.planner.rules_values import fill_missing, replace_values
from infrastructure.llm.planner.tokens import Token, tokenise

Rule = Callable[[Reader], tuple[Action, ...] | None]

# The first rule that reads its command to the end wins.
_RULES: tuple[Rule, ...] = (
    remove_duplicates,
    drop_missing,
    filter_rows,
    trim_text,
    drop_columns,
    keep_columns,
    rename_columns,
    fill_missing,
    change_type,
    parse_dates,
    change_case,
    replace_values,
    sort_rows,
)
_MOST_STEPS = 30


def plan_message(message: str, shape: TableShape, *, can_undo: bool, can_redo: bool) -> Plan:
    """The plan for the whole message, or an answer that says why there is none."""
    tokens = tokenise(message)
    try:
        reader = Reader(message, tokens, shape, start=0, fresh=True)
        intent = read_history(reader, can_undo=can_undo, can_redo=can_redo)
        if intent is not None:
            return Plan(intent=intent, summary=intent.value.capitalize())
        reader.position = 0
        if not tokens or asks_for_help(reader):
            return _answer("Say what can be done", help_reply(shape))
        steps = _steps(message, tokens, shape)
    except (Question, InvalidAction) as question:
        return _answer("Ask back", str(question))
    columns = tuple(dict.fromkeys(name for s in steps for a in s.actions for name in columns_of(a)))
    existing = set(shape.column_names)
    known = tuple(name for name in columns if name in existing)
    return Plan(
        intent=Intent.TRANSFORM,
        summary="; ".join(step.description for step in steps),
        columns=known,
        steps=steps,
    )


def _steps(message: str, tokens: tuple[Token, ...], shape: TableShape) -> tuple[Step, ...]:
    """Each command as a step, checked against the table as the steps before leave it."""
    steps: list[Step] = []
    start = 0
    while start < len(tokens):
        changed = _changed_columns(steps[-1].actions) if steps else ()
        reader = Reader(message, tokens, shape, start=start, fresh=not steps, changed=changed)
        actions = _command(reader)
        for action in actions:
            check(action, reader.shape)
            shape = shape_after(action, shape)
        steps.append(Step(description="; ".join(map(describe, actions)), actions=actions))
        start = reader.position
        if len(steps) > _MOST_STEPS:
            raise Question(f"That is more than {_MOST_STEPS} steps. Please send fewer at a time.")
    return tuple(steps)


def _changed_columns(actions: tuple[Action, ...]) -> tuple[str, ...]:
    """The columns whose cells or names the actions change, by their new names."""
    found: list[str] = []
    for action in actions:
        if isinstance(action, RenameColumns):
            found += (pair.new for pair in action.pairs)
        elif isinstance(action, Cast | ChangeCase | Fill | ParseDates | ReplaceValues | TrimText):
            found += action.columns
    return tuple(dict.fromkeys(found))


def _command(reader: Reader) -> tuple[Action, ...]:
    """The actions of the command here, the reader then behind it. Raises Question."""
    start = reader.position
    _skip_to_verb(reader)
    verb = reader.position
    if reader.token() is None:
        raise Question(not_understood(reader, start))
    reader.furthest = verb
    asked: tuple[int, Question] | None = None
    for rule in _RULES:
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
    if asked is not None:
        raise asked[1]
    raise Question(not_understood(reader, verb))


def _skip_to_verb(reader: Reader) -> None:
    """Polite words, numbering and bullets before a command."""
    while True:
        token = reader.token()
        after = reader.token(1)
        numbered = token is not None and token.text.isdigit() and after is not None
        if numbered and after is not None and after.text in {".", ")", ":"}:
            reader.advance(2)
        elif not reader.take("-", "*", "•", "\u2013", ",", ".", ":", "\n", *words.NOISE_BEFORE):
            return


def _answer(summary: str, reply: str) -> Plan:
    return Plan(intent=Intent.ANSWER, summary=summary, reply=reply)
