"""The same actions on other columns."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeAlias

from domain.actions import (
    Action,
    AnswerOfComputed,
    Derive,
    HandleOutliers,
    Inquiry,
    RenameColumns,
    check_in_turn,
)
from domain.table import TableShape
from infrastructure.llm.planner.reading.question import Question

Part: TypeAlias = Any
"""An action, or any of what its fields hold."""

# Fields that hold what cells are compared with or become, and names of columns that are made.
_NO_COLUMNS = frozenset({"kind", "value", "values", "new", "text", "pattern", "into", "to"})


def on_columns(
    actions: tuple[Action, ...], names: tuple[str, ...], shape: TableShape
) -> tuple[Action, ...]:
    """What the actions did to their column, done to each of these. Raises Question where the
    actions are about several columns that play different parts, and InvalidAction."""
    mapped = tuple(each for name in names for each in _on_one(actions, name))
    check_in_turn(mapped, shape)
    return mapped


def columns_in(actions: Iterable[Action]) -> tuple[str, ...]:
    """The columns that the actions name, each once."""
    return tuple(dict.fromkeys(name for each in actions for name in each.columns_named()))


def _on_one(actions: tuple[Action, ...], name: str) -> tuple[Action, ...]:
    named = columns_in(actions)
    if any(isinstance(action, RenameColumns) for action in actions):
        raise Question(f"To what name? Say: rename {name} to something.")
    if not named:
        raise Question("That was about no column, so I cannot do the same for another.")
    if any(isinstance(action, Derive) for action in actions):
        raise Question(f"What should be computed from {name}? Say it like: new = {name} * 2.")
    asked = getattr(actions[0], "column", None) if isinstance(actions[0], Inquiry) else None
    if len(actions) == 1 and asked is not None:
        named = (asked,)
    elif len(named) > 1 and any(
        getattr(action, "columns", None) != action.columns_named() for action in actions
    ):
        raise Question(
            f"That was about {', '.join(named)} together. "
            f"Please say in full what to do with {name}."
        )
    mapping = dict.fromkeys(named, name)
    if len(actions) == 1 and isinstance(actions[0], AnswerOfComputed):
        return (_computed_of(actions[0], mapping),)
    return tuple(_mapped(action, mapping) for action in actions)


def _computed_of(asked: AnswerOfComputed, mapping: dict[str, str]) -> AnswerOfComputed:
    """The question about the outliers of another column. Raises Question for a formula."""
    if not isinstance(asked.computed, HandleOutliers):
        raise Question("That was about a formula. Please say in full what to compute instead.")
    computed = _mapped(asked.computed, mapping)
    made = zip(asked.computed.columns_changed(), computed.columns_changed(), strict=True)
    return replace(
        asked, computed=computed, question=_mapped(asked.question, {**mapping, **dict(made)})
    )


def _mapped(value: Part, mapping: dict[str, str]) -> Part:
    """A part of an action with other names of columns in it."""
    if isinstance(value, str):
        return mapping.get(value, value)
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(_mapped(each, mapping) for each in value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    named = (field.name for field in fields(value) if field.name not in _NO_COLUMNS)
    return replace(value, **{name: _mapped(getattr(value, name), mapping) for name in named})
