"""Messages that say the last change anew: "fill it with 0 instead", "and wind with the median"."""

from collections.abc import Iterator

from application.ports.language_model import Briefing
from domain.actions import InvalidAction
from domain.plan import Choice, Plan
from infrastructure.llm.planner.conversation.follow_ups import LastDone, columns_of_last, last_done
from infrastructure.llm.planner.grammar import plan_commands, without_instead
from infrastructure.llm.planner.phrases.mapping_columns import columns_in
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import tokenise

_DENIALS = ("no", "nope", "actually", "wait", "sorry", "oops", ",", ".", "-", "!", "but")
_INSTEAD = ("instead", "rather")
_JOINTS = ("and", "also", "plus", "then", ",")
_LONGEST_HEAD = 4


# A longer message is a list of commands, and is not read twice.
_MOST_TOKENS = 60


def done_instead(briefing: Briefing) -> Plan | None:
    """ "actually fill it with 0 instead": done where the last change began, in its place.

    "It" is what that change was about. Raises Question and InvalidAction as a command does.
    """
    last = last_done(briefing)
    message = without_instead(briefing.message)
    shape = briefing.shape if last is None else last.shape
    reader = Reader(message, tokenise(message), shape, start=0, fresh=True)
    reader.skip(*_DENIALS)
    denied = reader.position > 0 and len(reader.tokens) <= _MOST_TOKENS
    said = reader.text(reader.position, len(reader.tokens))
    if last is None or last.target is None:
        # No change is there that it could be in the place of.
        return _alone(said, briefing) if denied or message != briefing.message else None
    first = reader.take(*_INSTEAD) is not None
    if not first and message == briefing.message:
        if denied and _alone(said, briefing):
            raise _in_place_of_what(said)
        return None
    reader.skip(",")
    plan = plan_commands(
        message,
        last.shape,
        start=reader.position,
        changed=columns_of_last(briefing),
        target=last.target,
    )
    if not (denied or first) and _is_apart(plan, last) and _alone(message, briefing):
        raise _in_place_of_what(message)
    return plan


def _in_place_of_what(message: str) -> Question:
    return Question(
        "Should that be done in the place of the last step, or as well?",
        (
            Choice(label="in its place", message=f"undo that and {message}"),
            Choice(label="as well", message=message),
        ),
    )


def _alone(message: str, briefing: Briefing) -> Plan | None:
    """The plan of the message for the table as it is, whatever came before."""
    try:
        plan = plan_commands(message, briefing.shape)
    except (Question, InvalidAction):
        return None
    return plan if plan.steps else None


def _is_apart(plan: Plan, last: LastDone) -> bool:
    """Whether the plan does another thing to other columns: "in B replace x with y instead"."""
    actions = tuple(action for step in plan.steps for action in step.actions)
    kinds, before = set(map(type, actions)), set(map(type, last.actions))
    return kinds != before and not {*columns_in(actions)} & {*columns_in(last.actions)}


def done_alike(briefing: Briefing) -> Plan | None:
    """ "and wind with the median", after "fill rain with 0": the words before are left out.

    It counts only if they make one command of the same kind as the last.
    """
    last = last_done(briefing)
    tokens = tokenise(briefing.message)
    reader = Reader(briefing.message, tokens, briefing.shape, start=0, fresh=True)
    if last is None or not reader.take(*_JOINTS):
        return None
    reader.skip(*_JOINTS)
    rest = reader.text(reader.position, len(reader.tokens))
    kinds = [type(action) for action in last.actions]
    found: list[Plan] = []
    for head in _heads(last.exchange.message):
        try:
            plan = plan_commands(f"{head} {rest}", briefing.shape)
        except (Question, InvalidAction):
            continue
        actions = tuple(action for step in plan.steps for action in step.actions)
        if [type(action) for action in actions] == kinds and plan not in found:
            found.append(plan)
    return found[0] if len(found) == 1 else None


def _heads(message: str) -> Iterator[str]:
    """The first words of the message, the most first."""
    tokens = tokenise(message)
    for length in range(min(_LONGEST_HEAD, len(tokens) - 1), 0, -1):
        yield message[: tokens[length - 1].end]
