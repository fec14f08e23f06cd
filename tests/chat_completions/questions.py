"""Questions to a model and good replies to them."""

import json

from application.ports.language_model import Assignment, Briefing, Submission, Utterance
from domain.actions import Fill
from domain.plan import Intent, Plan, Step
from domain.table import Column, ColumnType, TableShape

SECRET_MESSAGE = "fill the missing ages, and tell nobody about the zebra"

SHAPE = TableShape(
    rows=1_204,
    columns=(
        Column(name="age", type=ColumnType.INTEGER, nulls=17, distinct=73),
        Column(name="city", type=ColumnType.TEXT, nulls=0, distinct=41),
    ),
    duplicate_rows=5,
)
BRIEFING = Briefing(
    message=SECRET_MESSAGE,
    shape=SHAPE,
    conversation=(Utterance(speaker="person", text="hello"),),
    can_undo=True,
)
STEP = Step(description="Add a column share: age divided by the sum of age.")
ASSIGNMENT = Assignment(message=SECRET_MESSAGE, step=STEP, shape=SHAPE)
SNIPPET = 'df["share"] = df["age"] / df["age"].sum()'
SUBMISSION = Submission(message=SECRET_MESSAGE, step=STEP, shape=SHAPE, snippet=SNIPPET)

PLAN = Plan(
    intent=Intent.TRANSFORM,
    summary="Fill ages.",
    columns=("age",),
    steps=(
        Step(
            description="Fill age with its median.",
            actions=(Fill(columns=("age",), strategy="median"),),
        ),
    ),
)
GOOD = json.dumps(
    {
        "intent": "transform",
        "summary": "Fill ages.",
        "columns": ["age"],
        "steps": [
            {
                "description": "Fill age with its median.",
                "actions": [
                    {"kind": "fill", "columns": ["age"], "strategy": "median", "value": None}
                ],
            }
        ],
        "reply": None,
    }
)


def plan_with(*actions: object) -> str:
    """A plan of one step with these actions."""
    step = {"description": "Do it.", "actions": actions}
    return json.dumps({"intent": "transform", "summary": "Do it.", "columns": [], "steps": [step]})
