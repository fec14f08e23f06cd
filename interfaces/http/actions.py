"""The typed actions: what can be done to a table without any code of one's own."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, get_args

from fastapi import APIRouter
from pydantic import Field, TypeAdapter

from domain.actions import Action, RowEffect, TypedAction
from interfaces.http.schemas import Document


class ActionKind(Document):
    """One of the actions that a plan, a proposal's edit or a suggestion is made of."""

    kind: str = Field(examples=["fill"])
    summary: str = Field(description="What it does, in one sentence.")
    description: str = Field(description="What it does in every case.")
    rows: RowEffect = Field(description="What it does to the rows of the table.")
    parameters: dict[str, Any] = Field(description="The JSON schema of the action.")


class ActionCatalogue(Document):
    """Every action that there is."""

    items: Sequence[ActionKind]


_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z`])")

router = APIRouter(prefix="/actions", tags=["actions"])


@router.get("", summary="List what can be done to a table")
def list_actions() -> ActionCatalogue:
    """Every action with what it does and the JSON schema that its parameters fit."""
    return _catalogue()


@cache
def _catalogue() -> ActionCatalogue:
    return ActionCatalogue(items=[_told(action) for action in get_args(Action)])


def _told(action: type[TypedAction]) -> ActionKind:
    schema = TypeAdapter(action).json_schema()
    description = " ".join(schema.pop("description").split())
    return ActionKind(
        kind=schema["properties"]["kind"]["const"],
        summary=_SENTENCE_END.split(description)[0],
        description=description,
        rows=action.rows,
        parameters=schema,
    )
