"""The built-in planner does what a message says, asks where it is unclear, and never half of it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports.language_model import Assignment, Briefing, ModelMisbehaved, Submission
from domain.actions import Action, Cast, DropColumns, TellFigure
from domain.plan import Intent, Plan, Step
from domain.table import Column, ColumnType, TableShape
from infrastructure.llm.planner import BuiltInPlanner
from tests.planner.examples import ONE_STEP, QUESTIONS, REDO, SEVERAL_ACTIONS, SEVERAL_STEPS, UNDO
from tests.planner.tables import PEOPLE, TABLES, table

WORDS = (
    *("drop", "rows", "where", "age", "is", "missing", "and", "or", "not", "city", "Paris", "fill"),
    *("with", "the", "median", ",", ";", ".", "'", '"', "(", ")", "sort", "by", "then", "rename"),
    *("to", "keep", "columns", "except", "all", "5", ">=", "名前", "-", "convert", "trim"),
    *("replace", "zip", "lowercase", "in", "between", "duplicates", "%", "dates"),
)


def planned(message: str, shape: TableShape = PEOPLE) -> Plan:
    briefing = Briefing(message=message, shape=shape, can_undo=True, can_redo=True)
    return BuiltInPlanner().plan(briefing).value


def actions_of(plan: Plan) -> list[Action]:
    return [action for step in plan.steps for action in step.actions]


@pytest.mark.parametrize(("table", "message", "action"), ONE_STEP)
def test_a_command_becomes_its_action(table: str, message: str, action: Action) -> None:
    plan = planned(message, TABLES[table])
    assert (plan.reply, actions_of(plan)) == (None, [action])
    assert plan.intent is Intent.TRANSFORM


@pytest.mark.parametrize(("table", "message", "actions"), SEVERAL_STEPS + SEVERAL_ACTIONS)
def test_several_commands_become_actions_in_order(
    table: str, message: str, actions: list[Action]
) -> None:
    plan = planned(message, TABLES[table])
    assert (plan.reply, actions_of(plan)) == (None, actions)


@pytest.mark.parametrize(("table", "message", "word"), QUESTIONS)
def test_an_unclear_message_is_answered_and_nothing_is_done(
    table: str, message: str, word: str
) -> None:
    plan = planned(message, TABLES[table])
    assert plan.intent in {Intent.ANSWER, Intent.CLARIFY}
    assert plan.steps == ()
    assert plan.reply is not None
    assert word in plan.reply


@pytest.mark.parametrize("message", UNDO)
def test_undo_is_understood(message: str) -> None:
    assert planned(message) == Plan(intent=Intent.UNDO, summary="Undo")


@pytest.mark.parametrize("message", REDO)
def test_redo_is_understood(message: str) -> None:
    assert planned(message) == Plan(intent=Intent.REDO, summary="Redo")


def test_there_is_an_answer_when_nothing_can_be_undone() -> None:
    plan = BuiltInPlanner().plan(Briefing(message="undo", shape=PEOPLE)).value
    assert plan.intent is Intent.CLARIFY


def test_the_examples_in_the_help_are_understood() -> None:
    for shape in TABLES.values():
        reply = planned("help", shape).reply
        assert reply is not None
        for example in reply.split("For example: ")[1].removesuffix(".").split("; "):
            assert planned(example, shape).intent is Intent.TRANSFORM, example


@given(
    st.text(max_size=200)
    | st.lists(
        st.sampled_from(WORDS),
        max_size=30,
    ).map(" ".join)
)
@settings(max_examples=200, deadline=None)
def test_any_text_is_planned_or_answered_always_the_same(message: str) -> None:
    plan = planned(message)
    assert plan == planned(message)
    assert bool(plan.steps) == (plan.intent is Intent.TRANSFORM)
    assert bool(plan.reply) == (plan.intent in {Intent.ANSWER, Intent.CLARIFY})


@pytest.mark.parametrize(
    "part",
    [
        *(
            "drop ",
            "(",
            "'",
            '"',
            "keep rows where (",
            "age or ",
            "a",
            "1,",
            "名",
            "\n",
            "drop age, ",
        ),
        *(
            "keep rows where city is Paris or ",
            "rename age to ",
            "age, ",
            "and ",
            "not ",
            "-",
            "\u2019",
            "the ",
            "then ",
        ),
        *("sum of age and ", "replace a with b and ", "keep the top 1% by ", "(age + "),
        *(
            "sort by age then ",
            "city is Paris or city is London or ",
            "x 'a ",
            "trim name. ",
            "age: ",
            "everything except ",
        ),
    ],
)
@pytest.mark.parametrize("start", ["", "keep rows where ", "drop ", "add x = "])
def test_the_longest_message_is_read_in_a_moment(start: str, part: str) -> None:
    message = (start + part * 10_000)[:10_000]
    # Of this thread: what others of the process do is not the planner's.
    started = time.thread_time()
    planned(message)
    assert time.thread_time() - started < 2


def test_a_call_is_recorded_with_what_it_saw_and_no_tokens() -> None:
    planner = BuiltInPlanner()
    briefing = Briefing(message="drop age\ud800", shape=PEOPLE)
    call = planner.plan(briefing).call
    assert call.model == "built-in planner"
    assert call.disclosed_columns == PEOPLE.column_names
    assert (call.sample_rows, call.input_tokens, call.output_tokens) == (0, 0, 0)
    assert call.prompt_digest == planner.plan(briefing).call.prompt_digest
    assert len(call.prompt_digest) == 64


def test_it_writes_the_code_of_actions_and_nothing_else() -> None:
    planner = BuiltInPlanner()
    action = Cast(columns=("zip",), to="number")
    step = Step(description="x", actions=(action,))
    reply = planner.write(Assignment(message="", step=step, shape=PEOPLE))
    assert reply.value == action.code()
    with pytest.raises(ModelMisbehaved):
        planner.write(Assignment(message="", step=Step(description="x"), shape=PEOPLE))


@pytest.mark.parametrize(
    ("step", "snippet", "approved"),
    [
        (Step(description="x"), "df = df.dropna()", True),
        (Step(description="x"), "open('/etc/passwd')", False),
        (Step(description="x"), "df = (", False),
        (Step(description="x", actions=(DropColumns(columns=("nope",)),)), "df = df", False),
    ],
)
def test_it_reviews_by_the_policy_and_the_schema(step: Step, snippet: str, approved: bool) -> None:
    submission = Submission(message="", step=step, shape=PEOPLE, snippet=snippet)
    review = BuiltInPlanner().review(submission).value
    assert review.approved is approved
    assert bool(review.findings) is not approved


SALES = TableShape(
    rows=4,
    columns=tuple(
        Column(name=name, type=kind, nulls=0, distinct=distinct)
        for name, kind, distinct in (
            ("order_id", ColumnType.INTEGER, 4),
            ("rent", ColumnType.INTEGER, 4),
            ("size", ColumnType.INTEGER, 3),
            ("min_order", ColumnType.NUMBER, 4),
            ("client", ColumnType.TEXT, 3),
            ("sold", ColumnType.DATETIME, 4),
            ("paid", ColumnType.BOOLEAN, 2),
            ("gift", ColumnType.BOOLEAN, 2),
        )
    ),
)


@pytest.mark.parametrize(
    "message",
    [
        "keep sales over 1000",  # of the rent, though each rent stands once
        "keep sales over 2 hours",  # no column is in minutes
        "count clients per month",  # different ones, or rows?
        "drop sales without gift and paid",
    ],
)
def test_what_several_columns_may_be_meant_by_is_asked(message: str) -> None:
    plan = planned(message, SALES)
    assert (plan.intent, plan.steps) == (Intent.CLARIFY, ()), plan.summary


def test_per_year_is_of_the_column_that_is_called_so_in_part() -> None:
    years = table({"total": "n", "fiscal_year": "t", "sold": "d"})
    by_year = TellFigure(figure="sum", column="total", by=("fiscal_year",))
    assert actions_of(planned("sum of total per year", years)) == [by_year]
    assert "fiscal_year" in str(planned("sales per year", years).reply)
