"""From a message to a plan: what it refers to first, then what it commands, or a question back."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from application.ports.language_model import Briefing
from domain.actions import Inquiry, InvalidAction, comparisons_in
from domain.plan import Choice, Intent, Plan
from infrastructure.llm.planner.conversation.asking_on import read_asking_on
from infrastructure.llm.planner.conversation.choosing import agreed, chosen, declined, possible
from infrastructure.llm.planner.conversation.explaining import read_explanation
from infrastructure.llm.planner.conversation.follow_ups import last_done, read_follow_up
from infrastructure.llm.planner.conversation.history import read_history
from infrastructure.llm.planner.conversation.manners import read_manners
from infrastructure.llm.planner.conversation.overviews import read_overview
from infrastructure.llm.planner.conversation.plain_words import plainly
from infrastructure.llm.planner.conversation.replacing_last import done_alike, done_instead
from infrastructure.llm.planner.conversation.rewording import denies, reworded
from infrastructure.llm.planner.conversation.rows_meant import read_rows_meant
from infrastructure.llm.planner.conversation.sorting_on import read_sorting_on
from infrastructure.llm.planner.grammar import changed_columns, plan_commands
from infrastructure.llm.planner.phrases.calendar_parts import SEASONS
from infrastructure.llm.planner.phrases.held_values import held_values
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Held, Reader
from infrastructure.llm.planner.reading.replies import asks_for_help, help_reply
from infrastructure.llm.planner.reading.tokens import tokenise

_JOINTS = (" ", " with ", " to ", " by ", " as of ")


def plan_message(briefing: Briefing) -> Plan:
    """The plan for the whole message, or a question back or an answer that says why not."""
    try:
        return _understood(briefing)
    except Question as question:
        choices = tuple(_that_work(briefing, question.choices))
        return Plan(intent=Intent.CLARIFY, summary="Ask back", reply=str(question), choices=choices)
    except InvalidAction as refusal:
        return Plan(intent=Intent.CLARIFY, summary="Ask back", reply=str(refusal))


def _understood(briefing: Briefing) -> Plan:
    reader = _reader(briefing)
    if not reader.tokens or asks_for_help(reader):
        return Plan(
            intent=Intent.ANSWER, summary="Say what can be done", reply=help_reply(briefing.shape)
        )
    answered = _answer_to_question(briefing)
    if answered is not None:
        return answered
    held = _seasons_held(briefing)
    for read in (
        read_history,
        read_explanation,
        read_rows_meant,
        read_asking_on,
        read_sorting_on,
        read_follow_up,
        read_manners,
        read_overview,
    ):
        plan = read(briefing, _reader(briefing, held))
        if plan is not None:
            return plan
    corrected = reworded(briefing) if denies(reader) else None
    if corrected is not None:
        return corrected
    try:
        return plan_commands(briefing.message, briefing.shape, changed=_it(briefing), held=held)
    except (Question, InvalidAction):
        other = (
            _continued(briefing)
            or reworded(briefing)
            or done_instead(briefing)
            or done_alike(briefing)
            or _said_plainly(briefing)
            or _knowing_values(briefing)
        )
        if other is None:
            raise
        return other


def _said_plainly(briefing: Briefing) -> Plan | None:
    """What the message says in plainer words; None where that is no clearer."""
    plain = plainly(briefing.message, lambda reason: _tells_of_table(briefing, reason))
    if plain == briefing.message:
        return None
    try:
        return _understood(replace(briefing, message=plain))
    except (Question, InvalidAction):
        return None


def _tells_of_table(briefing: Briefing, text: str) -> bool:
    """Whether the text has the name of a column, or a value."""
    reader = _reader(replace(briefing, message=text))
    for place in range(len(reader.tokens)):
        reader.position = place
        if reader.column(guess=False) is not None:
            return True
    return bool(held_values(text, briefing.shape, briefing.columns_holding))


def _answer_to_question(briefing: Briefing) -> Plan | None:
    """The plan of the choice that answers the question which came before, if one does."""
    asked = _asked(briefing)
    if declined(_reader(briefing), asked=asked is not None):
        return Plan(intent=Intent.ANSWER, summary="Do nothing", reply="Then I do nothing.")
    if asked is None:
        return None
    found = chosen(_reader(briefing), asked.choices)
    if not found:
        left = possible(_reader(briefing), asked.choices)
        if len(left) > 1 or (asked.choices and agreed(_reader(briefing))):
            left = left if len(left) > 1 else asked.choices
            raise Question(asked.reply or asked.summary, tuple(left))
        return None
    message = "\n".join(choice.message for choice in found)
    return _understood(replace(briefing, message=message, exchanges=briefing.exchanges[:-1]))


def _continued(briefing: Briefing) -> Plan | None:
    """What the message makes of the one before, which was not clear alone: "fill age", "with 0"."""
    if _asked(briefing) is None:
        return None
    before = briefing.exchanges[-1].message
    for joint in _JOINTS:
        try:
            return plan_commands(f"{before}{joint}{briefing.message}", briefing.shape)
        except (Question, InvalidAction):
            continue
    return None


def _knowing_values(briefing: Briefing) -> Plan | None:
    """What the message says where it is known which columns hold its words; None where none does.

    Raises Question and InvalidAction.
    """
    held = held_values(briefing.message, briefing.shape, briefing.columns_holding)
    if not held:
        return None
    return plan_commands(briefing.message, briefing.shape, changed=_it(briefing), held=held)


def _seasons_held(briefing: Briefing) -> Held:
    """Which seasons of the message are values, such as of a term: no parts of dates."""
    message = briefing.message
    if SEASONS.keys().isdisjoint(token.word for token in tokenise(message)):
        return {}
    held = held_values(message, briefing.shape, briefing.columns_holding)
    return {text: columns for text, columns in held.items() if text.casefold() in SEASONS}


def _asked(briefing: Briefing) -> Plan | None:
    """The question back that came right before, if one did."""
    last = briefing.exchanges[-1] if briefing.exchanges else None
    plan = last.plan if last else None
    return plan if plan is not None and plan.intent is Intent.CLARIFY else None


def _it(briefing: Briefing) -> tuple[str, ...]:
    """The columns that "it" and "them" mean: those that the last change changed.

    After a question about missing values, it is the column that has them.
    """
    last = last_done(briefing)
    if last is None:
        return ()
    if last.target is None:
        asked = last.actions[-1]
        where = asked.rows_meant() if isinstance(asked, Inquiry) else None
        compared = comparisons_in(where) if where is not None else ()
        missing = [each.column for each in compared if each.operator == "is_missing"]
        return tuple(missing) if len(missing) == len(compared) else ()
    present = set(briefing.shape.column_names)
    return tuple(name for name in changed_columns(last.actions) if name in present)


def _that_work(briefing: Briefing, choices: Sequence[Choice]) -> Iterator[Choice]:
    """The choices that are understood: no other is worth offering."""
    for choice in choices:
        try:
            _understood(replace(briefing, message=choice.message, columns_holding=None))
        except (Question, InvalidAction):
            continue
        yield choice


def _reader(briefing: Briefing, held: Held | None = None) -> Reader:
    message = briefing.message
    return Reader(message, tokenise(message), briefing.shape, start=0, fresh=True, held=held)
