"""Messages that go on from a sort: "descending", "the other way round", "and by city"."""

from dataclasses import replace

from application.ports.language_model import Briefing
from domain.actions import Sort
from domain.plan import Plan
from infrastructure.llm.planner.conversation.follow_ups import (
    ended,
    last_done,
    plan_actions,
    take_behind_manners,
)
from infrastructure.llm.planner.phrases.sort_keys import read_direction, read_more_keys
from infrastructure.llm.planner.reading.reader import Reader

_REVERSED = (
    *("the other way round", "other way round", "the other way around", "other way around"),
    *("reverse it", "reverse that", "reverse the order", "in reverse", "in reverse order"),
    *("turn it round", "turn it around", "flip it", "flip the order", "no the other way"),
    *("no the other way round", "backwards"),
)


def read_sorting_on(briefing: Briefing, reader: Reader) -> Plan | None:
    """A plan that sorts as the last one did, in the other order or by more columns."""
    last = last_done(briefing)
    if last is None or not isinstance(last.actions[-1], Sort):
        return None
    keys = last.actions[-1].keys
    more = read_more_keys(reader)
    if more is not None and ended(reader):
        by_column = {key.column: key for key in (*keys, *more)}
        return plan_actions((Sort(keys=tuple(by_column.values())),), briefing.shape, None)
    reader.position = 0
    around = take_behind_manners(reader, _REVERSED)
    descending = None if around else read_direction(reader)
    if not (around or descending is not None) or not ended(reader) or len(last.actions) != 1:
        return None
    turned = (
        replace(key, descending=not key.descending if descending is None else descending)
        for key in keys
    )
    return plan_actions((Sort(keys=tuple(turned)),), last.shape, last.target)
