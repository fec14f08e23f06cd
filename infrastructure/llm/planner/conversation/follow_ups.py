"""Messages that go on from the last change or question: "the same for city", "no, I meant age"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from application.ports.language_model import Briefing
from domain.actions import Action, InvalidAction, RenameColumns, check_in_turn
from domain.plan import Choice, Intent, Plan, Step
from domain.session.state import Exchange
from domain.table import TableShape
from infrastructure.llm.planner.grammar import plan_of
from infrastructure.llm.planner.phrases.mapping_columns import columns_in, on_columns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import quotation

_SAME = (
    *("the same for", "same for", "the same with", "same with", "do the same for", "do that for"),
    *("do the same with", "do the same to", "the same to", "same thing for", "the same thing for"),
    *("do the same thing for", "do this for", "also for", "and for", "likewise for", "do it for"),
    *("the same on", "do the same on", "same on", "now for", "now the same for", "repeat that for"),
    *("repeat for", "repeat it for", "apply that to", "apply the same to", "apply it to", "and of"),
    *(
        "also do",
        "also do that for",
        "also do it for",
        "same as above for",
        "the same in",
        "and in",
    ),
    *("do that with", "do that to", "do the same in", "what about", "how about", "and what about"),
    *("also with", "also on", "also to", "also in", "also of", "and also for", "as well for"),
)
_BARE_SAME = ("and", "also", "plus", "and also")
_AGAIN = (
    *("do that again", "do it again", "again", "once more", "one more time", "repeat that"),
    *("repeat it", "repeat the last step", "do the same again", "the same again", "repeat"),
    *("do the same", "same again", "the same", "do the last step again", "and again"),
)
_OTHER = (
    *(
        "the other one",
        "the other",
        "the other column",
        "other one",
        "not that one",
        "not this one",
    ),
    *("i meant the other one", "i meant the other", "i mean the other one", "wrong column"),
    *("i meant the other column", "i mean the other column", "i mean the other"),
    *("the other one please", "not that", "not that column", "the wrong one", "wrong one"),
)
# Who says so has been misunderstood.
_MEANT_ELSE = ("i meant", "i mean", "i meant to say", "i was talking about")
_MEANT = (
    *("i wanted", "should be", "it should be", "make it", "use", "do it for", "do that for"),
    *("rather", "instead", "for"),
)
_NO = ("no", "nope", "wait", "sorry", "oops", "not", "wrong", "actually", "argh", "hmm", "oh")
_SHOWN = 6


@dataclass(frozen=True)
class LastDone:
    """The last change or question: its actions, and where they began."""

    actions: tuple[Action, ...]
    target: UUID | None
    shape: TableShape
    exchange: Exchange


def read_follow_up(briefing: Briefing, reader: Reader) -> Plan | None:
    """A plan that goes on from the one before, if the message asks for it. Raises Question."""
    for read in (_read_same, _read_again, _read_other, _read_meant):
        reader.position = 0
        reader.missed = None
        plan = read(briefing, reader)
        if plan is not None:
            return plan
    return None


def last_done(briefing: Briefing) -> LastDone | None:
    """What "that" is: the last plan that changed the table or computed an answer.

    None where an undo or the like came after it, or where code did it, not actions.
    """
    for exchange in reversed(briefing.exchanges):
        plan = exchange.plan
        if plan is None or plan.intent in {Intent.EXPLAIN, Intent.ANSWER, Intent.CLARIFY}:
            continue
        if plan.intent is not Intent.TRANSFORM or not all(step.actions for step in plan.steps):
            return None
        return _seen_from(briefing, exchange, plan)
    return None


def columns_of_last(briefing: Briefing) -> tuple[str, ...]:
    """The columns that the last change was about, where the table has had them before."""
    last = last_done(briefing)
    if last is None:
        return ()
    return tuple(name for name in columns_in(last.actions) if name in last.shape.column_names)


def _seen_from(briefing: Briefing, exchange: Exchange, plan: Plan) -> LastDone | None:
    actions = tuple(action for step in plan.steps for action in step.actions)
    tree = briefing.tree
    if exchange.node_id is None:
        return LastDone(actions, None, briefing.shape, exchange)
    if exchange.node_id != tree.pointer:
        return None
    parent = tree.node(exchange.node_id).parent_id
    if parent is None:
        return None
    return LastDone(actions, parent, tree.node(parent).snapshot.shape, exchange)


def _read_same(briefing: Briefing, reader: Reader) -> Plan | None:
    """ "the same for city": what was done last, to another column as well."""
    said = take_behind_manners(reader, _SAME)
    if not said and _also_named(reader):
        reader.position = 0
        reader.skip(*words.NOISE_BEFORE)
        return _on(briefing, reader, said=False)
    if not said:
        reader.position = 0
        reader.skip("oh", "ok", "okay", "yes", ",")
        if not reader.take(*_BARE_SAME):
            return None
        reader.take("of", "for", "in", "the")
    return _on(briefing, reader, said=said)


def _on(briefing: Briefing, reader: Reader, *, said: bool) -> Plan | None:
    last = last_done(briefing)
    wished = last is None and reader.tokens[0].word in {"how", "what"}
    if said and not wished and not _may_be_value(last, reader):
        _name_unknown(reader)
    names = reader.columns()
    if names is None or not ended(reader):
        return None
    if last is None:
        if said:
            raise Question(f"The same as what? Please say what to do with {', '.join(names)}.")
        return None
    return plan_actions(on_columns(last.actions, names, briefing.shape), briefing.shape, None)


def _may_be_value(last: LastDone | None, reader: Reader) -> bool:
    """Whether it is the "and in" that goes on from a question: London is no column."""
    return last is not None and last.target is None and reader.tokens[0].word == "and"


def _also_named(reader: Reader) -> bool:
    """ "salary too", "city as well"."""
    reader.position = 0
    reader.skip(*words.NOISE_BEFORE)
    try:
        named = reader.columns()
    except Question:
        return False  # "orders in May" is not about one of several columns
    return named is not None and reader.take("too", "as well", "also") is not None


def _name_unknown(reader: Reader) -> None:
    """Raise Question where the last word is no column: "the same for phone"."""
    start = reader.position
    names = reader.columns()
    if names is None:
        rest = reader.text(start, len(reader.tokens))
        shown = ", ".join(reader.shape.column_names[:_SHOWN])
        raise Question(f"I found no column for {rest!r}, so I did nothing. There are: {shown}.")
    reader.position = start


def _read_again(briefing: Briefing, reader: Reader) -> Plan | None:
    if not take_behind_manners(reader, _AGAIN) or not ended(reader):
        return None
    last = last_done(briefing)
    if last is None:
        raise Question("What am I to do again? Please say it in full.")
    return plan_actions(on_same(last, briefing.shape), briefing.shape, None)


def on_same(last: LastDone, shape: TableShape) -> tuple[Action, ...]:
    """The same actions on the table as it is now. Raises InvalidAction."""
    check_in_turn(last.actions, shape)
    return last.actions


def _read_other(briefing: Briefing, reader: Reader) -> Plan | None:
    """ "no, the other one": of two that were offered, or of those that are called alike."""
    reader.skip(*(word for word in _NO if word != "not"), ",", ".", "-", "!")
    if reader.take(*_OTHER) is None:
        return None
    reader.skip(",", ".")
    if reader.take("the other one", "the other") is None and not ended(reader):
        return None
    if not ended(reader):
        return None
    last = last_done(briefing)
    if last is None:
        raise Question("Which one do you mean? Please say it in full.")
    named = columns_in(last.actions)
    if len(named) != 1:
        raise Question("Which one do you mean? Please say it in full.")
    alike = _fitting(last, _alike(named[0], last.shape))
    if len(alike) == 1:
        return _instead(last, alike)
    others = alike or _fitting(last, [n for n in last.shape.column_names if n != named[0]])
    raise Question(
        f"Which column do you mean instead of {named[0]!r}: {', '.join(others[:_SHOWN])}?",
        tuple(
            Choice(label=name, message=f"no, I meant {quotation(name)}") for name in others[:_SHOWN]
        ),
    )


def _read_meant(briefing: Briefing, reader: Reader) -> Plan | None:
    """ "no, I meant salary", "not city, country", "salary instead"."""
    denied, word = False, None
    while said := reader.take(*_NO, ",", ".", "-", "!", "but"):
        denied, word = True, said
    denied = reader.take(*_MEANT_ELSE) is not None or denied
    reader.take(*_MEANT)
    last = last_done(briefing)
    reader.take("the", "in", "for", "of", "by", "on")
    names = reader.columns() if last is not None else None
    if names is None or last is None:
        return None
    before = reader.position
    wrong = columns_in(last.actions)
    if word == "not" and names[: len(wrong)] != wrong:
        return None  # "not by city" says only by what it was not to be, and it was not
    if names[: len(wrong)] == wrong and len(names) > len(wrong):
        names = names[len(wrong) :]
    elif reader.take(",", "but", "rather", "-", ";"):
        reader.skip("but", "rather", "i meant", "i mean", "the")
        instead = reader.columns()
        if instead is not None and names == wrong:
            names = instead
        else:
            reader.position = before
    replaced = reader.take("instead", "rather", "please instead") is not None
    reader.skip("not")
    if not (denied or replaced):
        return None
    if reader.token() is not None and not ended(reader):
        return None
    return _instead(last, names)


def _instead(last: LastDone, names: Sequence[str]) -> Plan:
    """The same for other columns, from where that began."""
    if len(last.actions) == len(names) == 1 and isinstance(last.actions[0], RenameColumns):
        renamed = tuple(replace(pair, old=names[0]) for pair in last.actions[0].pairs)
        return plan_actions((RenameColumns(pairs=renamed[:1]),), last.shape, last.target)
    return plan_actions(on_columns(last.actions, tuple(names), last.shape), last.shape, last.target)


def _fitting(last: LastDone, names: Sequence[str]) -> list[str]:
    """The columns to which the same could be done."""
    found = []
    for name in names:
        try:
            on_columns(last.actions, (name,), last.shape)
        except (InvalidAction, Question):
            continue
        found.append(name)
    return found


def _alike(name: str, shape: TableShape) -> list[str]:
    """The columns whose names share the most words with this one."""
    mine = set(name_words(name))
    shared = {other: len(mine & set(name_words(other))) for other in shape.column_names}
    del shared[name]
    most = max(shared.values(), default=0)
    return [other for other, count in shared.items() if count == most > 0]


def plan_actions(actions: tuple[Action, ...], shape: TableShape, target: UUID | None) -> Plan:
    """The plan of one step that does these to the table of the target."""
    described = "; ".join(action.describe() for action in actions)
    return plan_of((Step(description=described, actions=actions),), shape, target)


def take_behind_manners(reader: Reader, phrases: Sequence[str]) -> bool:
    """Read one of the phrases, behind polite words."""
    while not reader.take(*phrases):
        if not reader.take(*words.NOISE_BEFORE, ","):
            return False
    return True


def ended(reader: Reader) -> bool:
    """Whether nothing but polite words is left."""
    start = reader.position
    if reader.take_end_of_clause() and reader.token() is None:
        return True
    reader.position = start
    return False
