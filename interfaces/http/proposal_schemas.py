"""The JSON documents of proposals: what a person decides about, and what they decide."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from application.ports.read_models import ProposalStatus, ProposalView
from domain.difference import ColumnChange, Matching
from domain.plan import StepEdit
from domain.session.decide_proposals import CODE_LIMIT
from interfaces.http.addresses import proposal_path, session_path, task_path
from interfaces.http.diffs import TableDifference
from interfaces.http.given_actions import GivenAction
from interfaces.http.schemas import Document, Request
from interfaces.http.text import Prose

REASON_CHARACTERS = 2000
MOST_STEPS = 1000


class StepEditRequest(Request):
    """What a step of the plan is to do instead. Give one of `actions` and `code`."""

    number: int = Field(ge=1, le=MOST_STEPS, description="Which step, from 1.")
    actions: list[GivenAction] = Field(
        default=[], description="Typed actions with their parameters."
    )
    code: Annotated[Prose, Field(max_length=CODE_LIMIT)] | None = Field(
        default=None, description="Python with pandas that changes or rebinds `df`."
    )

    @model_validator(mode="after")
    def _of_one_kind(self) -> "StepEditRequest":
        if bool(self.actions) == (self.code is not None):
            raise PydanticCustomError("edit_ambiguous", "give it either actions or code")
        return self

    def edit(self) -> StepEdit:
        """The same for the domain."""
        return StepEdit(step=self.number - 1, actions=tuple(self.actions), code=self.code)


class Approval(Request):
    """Has a proposal done."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {},
                {
                    "edits": [
                        {
                            "number": 1,
                            "actions": [{"kind": "fill", "columns": ["age"], "strategy": "mean"}],
                        },
                        {"number": 2, "code": "df = df[df['age'] > 17].reset_index(drop=True)"},
                    ]
                },
            ]
        }
    )

    edits: list[StepEditRequest] = Field(
        default=[],
        max_length=MOST_STEPS,
        description="Steps that are to do something else than what was proposed.",
    )


class Rejection(Request):
    """Lets a proposal come to nothing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Fill them with the median instead."}]}
    )

    reason: Annotated[Prose, Field(max_length=REASON_CHARACTERS)] | None = Field(
        default=None, description="What was wrong with it; the next message is understood by it."
    )


class ProposedStep(Document):
    """A step of the plan, and the code that was executed for it."""

    number: int = Field(description="Counts the plan's steps from 1.")
    description: str | None = Field(examples=["Drop rows with a missing value in sex"])
    actions: Sequence[Any] = Field(description="Its typed actions; none where code says it.")
    code: str | None = Field(examples=["df = df.dropna(subset=['sex'])"])


class TouchedColumnResource(Document):
    """A column that would not be as it was."""

    name: str
    was: str | None = Field(description="Its name before; null for a new column.")
    change: ColumnChange
    cells: int | None = Field(description="How many cells of matched rows would differ.")


class EffectResource(Document):
    """What the table would become, in numbers."""

    rows_before: int
    rows_after: int
    changed_rows: int = Field(description="Rows of both tables that would have another cell.")
    removed_rows: int
    added_rows: int
    matching: Matching = Field(description="How rows were found again.")
    columns: Sequence[TouchedColumnResource]
    columns_reordered: bool


class ProposalSummary(Document):
    """What a message with the mode `propose` led to."""

    proposal_id: UUID = Field(description="The id of the message's task as well.")
    session_id: UUID
    message: str
    status: ProposalStatus
    created_at: datetime
    base_node_id: UUID = Field(description="The node that it was made on.")
    is_current: bool = Field(
        description="Whether the pointer stands on that node, so that it can be approved."
    )
    summary: str = Field(description="The plan in a sentence.")
    steps: Sequence[ProposedStep]
    effect: EffectResource
    decided_at: datetime | None
    edits: Sequence[Any] = Field(description="What was edited with the approval.")
    reason: str | None = Field(description="Why it was rejected.")
    task_id: UUID | None = Field(description="The task that does it, once it is approved.")
    node_id: UUID | None = Field(description="The node that was made of it.")
    links: Mapping[str, str]

    @classmethod
    def of(cls, view: ProposalView, pointer: UUID | None) -> "ProposalSummary":
        """The document of `view`, in a session whose pointer stands there."""
        return cls(**_facts(view, pointer))


class RowSample(Document):
    """The first rows that are in one of the tables only, as far as one can tell."""

    columns: Sequence[str]
    numbers: Sequence[int] = Field(description="The number of each row in its table, from 0.")
    rows: Sequence[Sequence[Any]] = Field(description="The cells of each in the order of columns.")


class ProposalResource(ProposalSummary):
    """A proposal, and how the table would differ."""

    difference: TableDifference
    removed: RowSample = Field(description="Rows of the table now that would go.")
    added: RowSample = Field(description="Rows of the table proposed that are new.")

    @classmethod
    def showing(
        cls,
        view: ProposalView,
        pointer: UUID | None,
        *,
        difference: TableDifference,
        removed: RowSample,
        added: RowSample,
    ) -> "ProposalResource":
        """The document of `view` with that difference."""
        facts = _facts(view, pointer)
        return cls(**facts, difference=difference, removed=removed, added=added)


class ProposalPage(Document):
    """The session's proposals, oldest first."""

    items: Sequence[ProposalSummary]
    next: UUID | None = Field(description="Pass it as `after` for the next page; null at the end.")


def _facts(view: ProposalView, pointer: UUID | None) -> dict[str, Any]:
    return {
        "proposal_id": view.proposal_id,
        "session_id": view.session_id,
        "message": view.message,
        "status": view.status,
        "created_at": view.created_at,
        "base_node_id": view.base_node_id,
        "is_current": view.base_node_id == pointer,
        "summary": view.plan.summary,
        "steps": _steps(view),
        "effect": EffectResource.model_validate(view.effect),
        "decided_at": view.decided_at,
        "edits": [_edit(each) for each in view.edits],
        "reason": view.reason,
        "task_id": view.approval,
        "node_id": view.node_id,
        "links": _links(view),
    }


def _steps(view: ProposalView) -> list[ProposedStep]:
    pairs = zip_longest(view.plan.steps, view.snippets)
    return [
        ProposedStep(
            number=number,
            description=step.description if step else None,
            actions=step.actions if step else (),
            code=code,
        )
        for number, (step, code) in enumerate(pairs, 1)
    ]


def _edit(edit: StepEdit) -> dict[str, Any]:
    return {"number": edit.step + 1, "actions": edit.actions, "code": edit.code}


def _links(view: ProposalView) -> dict[str, str]:
    path = proposal_path(view.session_id, view.proposal_id)
    session = session_path(view.session_id)
    links = {
        "self": path,
        "session": session,
        "message": task_path(view.proposal_id),
        "rows": f"{path}/rows",
        "base": f"{session}/nodes/{view.base_node_id}",
    }
    if view.status is ProposalStatus.WAITING:
        links |= {"approve": f"{path}/approve", "reject": f"{path}/reject"}
    if view.approval is not None:
        links["task"] = task_path(view.approval)
    if view.node_id is not None:
        links["node"] = f"{session}/nodes/{view.node_id}"
    return links
