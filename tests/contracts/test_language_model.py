"""What every language model does, the built-in planner and a chat model alike."""

import ast
import json
import re
from collections.abc import Iterator

import pytest

from application.ports.language_model import (
    Assignment,
    Briefing,
    LanguageModel,
    Submission,
    Utterance,
)
from domain.actions import DropMissing
from domain.plan import Intent, ModelCall, Step
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.chat_completions.model import ChatModel
from infrastructure.llm.chat_completions.settings import ChatModelSettings
from infrastructure.llm.planner.planner import BuiltInPlanner
from tests.model_server import Behaviour, Exchange, ModelServer, Received, says

SHAPE = TableShape(
    rows=344,
    columns=(
        Column(name="species", type=ColumnType.TEXT, nulls=0, distinct=3),
        Column(name="age", type=ColumnType.INTEGER, nulls=12, distinct=60),
    ),
    duplicate_rows=2,
)
DROP = DropMissing(columns=("age",))
STEP = Step(description="Drop rows with a missing age.", actions=(DROP,))
SNIPPET = 'df = df.dropna(subset=["age"])'

_PLANS = {
    "drop rows with missing age": {
        "intent": "transform",
        "summary": "Drop the rows without an age.",
        "columns": ["age"],
        "steps": [
            {
                "description": "Drop rows with a missing age.",
                "actions": [{"kind": "drop_missing", "columns": ["age"], "how": "any"}],
            }
        ],
        "reply": None,
    },
    "undo that": {"intent": "undo", "summary": "Undo.", "columns": [], "steps": []},
    "redo": {"intent": "redo", "summary": "Redo.", "columns": [], "steps": []},
}
_ANSWER = {"intent": "answer", "summary": "Say so.", "columns": [], "reply": "I clean tables."}


def _as_a_model_would() -> Behaviour:
    """Plans by the message, writes one snippet, and approves everything."""

    def behaviour(received: Received, exchange: Exchange) -> None:
        if received.response_format == "text":
            says(f"```python\n{SNIPPET}\n```")(received, exchange)
            return
        if received.body["response_format"]["json_schema"]["name"] == "review":
            reply: object = {"approved": True, "findings": []}
        else:
            data = str(received.body["messages"][-1]["content"]).split("\n")[1]
            reply = _PLANS.get(json.loads(data)["message"], _ANSWER)
        says(json.dumps(reply))(received, exchange)

    return behaviour


@pytest.fixture(params=["built-in planner", "chat model"])
def model(request: pytest.FixtureRequest) -> Iterator[LanguageModel]:
    if request.param == "built-in planner":
        yield BuiltInPlanner()
        return
    with ModelServer() as server:
        server.script(_as_a_model_would())
        yield ChatModel(ChatModelSettings(base_url=server.url, model="scripted"))


def briefing(message: str) -> Briefing:
    return Briefing(
        message=message,
        shape=SHAPE,
        conversation=[Utterance(speaker="person", text="hello")],
        can_undo=True,
        can_redo=True,
    )


def test_a_change_becomes_steps_and_no_reply(model: LanguageModel) -> None:
    plan = model.plan(briefing("drop rows with missing age")).value
    assert plan.intent is Intent.TRANSFORM
    assert [step.actions for step in plan.steps] == [(DROP,)]
    assert plan.columns == ("age",)
    assert plan.reply is None


@pytest.mark.parametrize(("message", "intent"), [("undo that", Intent.UNDO), ("redo", Intent.REDO)])
def test_navigation_has_neither_steps_nor_reply(
    model: LanguageModel, message: str, intent: Intent
) -> None:
    plan = model.plan(briefing(message)).value
    assert (plan.intent, plan.steps, plan.reply) == (intent, (), None)


@pytest.mark.parametrize("message", ["hello, who are you?", "", "💥💥", "qwfp \ud800"])
def test_what_is_no_change_is_answered(model: LanguageModel, message: str) -> None:
    plan = model.plan(briefing(message)).value
    assert plan.intent in {Intent.ANSWER, Intent.CLARIFY}
    assert plan.steps == ()
    assert plan.reply


def test_every_plan_says_in_a_sentence_what_it_is(model: LanguageModel) -> None:
    assert model.plan(briefing("drop rows with missing age")).value.summary


def test_a_snippet_is_python_that_rebinds_or_changes_df(model: LanguageModel) -> None:
    snippet = model.write(Assignment(message="drop rows", step=STEP, shape=SHAPE)).value
    names = {node.id for node in ast.walk(ast.parse(snippet)) if isinstance(node, ast.Name)}
    assert "df" in names
    assert "```" not in snippet


def test_a_snippet_that_does_its_step_is_approved(model: LanguageModel) -> None:
    submission = Submission(message="drop rows", step=STEP, shape=SHAPE, snippet=SNIPPET)
    assert model.review(submission).value.approved


def test_a_call_is_recorded_without_its_text(model: LanguageModel) -> None:
    call = model.plan(briefing("drop rows with missing age")).call
    assert call.model == model.name
    assert re.fullmatch(r"[0-9a-f]{64}", call.prompt_digest)
    assert call.prompt_bytes > 0
    assert set(call.disclosed_columns) <= set(SHAPE.column_names)
    assert call.sample_rows == 0
    assert min(call.input_tokens, call.output_tokens, call.latency_seconds) >= 0


def test_the_same_question_has_the_same_digest_and_another_one_another(
    model: LanguageModel,
) -> None:
    def digest(message: str) -> tuple[str, int]:
        call: ModelCall = model.plan(briefing(message)).call
        return call.prompt_digest, call.prompt_bytes

    assert digest("undo that") == digest("undo that")
    assert digest("undo that") != digest("redo")


def test_a_model_that_can_be_asked_passes_its_check(model: LanguageModel) -> None:
    model.check()


def test_a_name_is_there_before_any_question(model: LanguageModel) -> None:
    assert model.name.strip()
