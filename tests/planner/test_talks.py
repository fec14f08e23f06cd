"""What a message refers to: steps, nodes, columns and questions of the conversation before it."""

import pytest

from domain.actions import (
    Action,
    Cast,
    ChangeCase,
    Condition,
    DropColumns,
    Fill,
    FilterRows,
    Not,
    ShowRows,
    Sort,
    SortKey,
    TellFigure,
    TrimText,
)
from domain.plan import Intent, Topic
from tests.planner.examples import both, drop, fill, is_, keep, only, out, sort, trim
from tests.planner.tables import PENGUINS, PEOPLE
from tests.planner.talks import Talk

OVER_30, UNDER_40 = is_("age", "greater", 30), is_("age", "less", 40)
LENGTH, DEPTH = "Culmen Length (mm)", "Culmen Depth (mm)"


def talked(*messages: str) -> Talk:
    talk = Talk(PENGUINS if any("ulmen" in message for message in messages) else PEOPLE)
    for message in messages:
        talk.say(message)
    return talk


@pytest.mark.parametrize(
    ("messages", "actions"),
    [
        (("trim name", "the same for city"), [trim("city")]),
        (("trim name", "do the same with city please"), [trim("city")]),
        (("trim name", "and city too"), [trim("city")]),
        (("drop email", "now do the same for city and country"), [drop("city"), drop("country")]),
        (("fill age with the median", "same for salary"), [fill("median", "salary")]),
        (("trim name and city", "also for country"), [trim("country")]),
        (("keep rows where age > 30", "the same for salary"), [keep(is_("salary", "greater", 30))]),
        (("sort by age", "do that again"), [sort("age")]),
        (("sort by age", "and city"), [sort("age", "city")]),
        (("sort by age", "city too"), [sort("age", "city")]),
        (("trim name, then sort by age", "and then by city"), [sort("age", "city")]),
        (
            ("sort by age descending", "and city", "and name descending"),
            [sort("-age", "city", "-name")],
        ),
        (
            ("sort by age and city", "and age descending"),
            [sort("-age", "city")],
        ),
        (("sort by age", "and trim city"), [trim("city")]),
        (("fill age with the median", "salary too"), [fill("median", "salary")]),
        (("trim name", "what did you do?", "the same for city"), [trim("city")]),
        (("trim city", "now uppercase it"), [ChangeCase(columns=("city",), case="upper")]),
        (("convert zip to integer", "sort by it"), [sort("zip")]),
        (("drop the culmen column", "the second"), [drop(DEPTH)]),
        (("drop the culmen column", "2"), [drop(DEPTH)]),
        (("drop the culmen column", "the last one"), [drop(DEPTH)]),
        (("drop the culmen column", "the length"), [drop(LENGTH)]),
        (("drop the culmen column", f"I meant {DEPTH}"), [drop(DEPTH)]),
        (("drop the culmen column", "both"), [drop(LENGTH), drop(DEPTH)]),
        (("drop the culmen column", "the culmen", "the second"), [drop(DEPTH)]),
        (("drop the culmen column", "yes", "the second"), [drop(DEPTH)]),
        (("drop Salarie", "yes"), [drop("salary")]),
        (("fill age", "with the median"), [fill("median", "age")]),
        (("fill age", "0"), [Fill(columns=("age",), strategy="constant", value=0)]),
        (("drop Salarie", "trim name"), [trim("name")]),
        (("fill age with the median", "and salary with the mean"), [fill("mean", "salary")]),
        (("rows from the last 7 days", "drop city"), [drop("city")]),
        (("drop age", "oops, undo", "drop city instead"), [drop("city")]),
    ],
)
def test_a_follow_up_becomes_its_actions(messages: tuple[str, ...], actions: list[Action]) -> None:
    talk = talked(*messages)
    assert (talk.plan.intent, talk.actions) == (Intent.TRANSFORM, actions), talk.reply
    assert talk.plan.target is None


@pytest.mark.parametrize(
    ("messages", "actions"),
    [
        (("drop city", "no, I meant country"), [drop("country")]),
        (("drop city", "country instead"), [drop("country")]),
        (("trim city", "not city, country"), [trim("country")]),
        (("drop culmen length", "no, the other one"), [drop(DEPTH)]),
        (("drop the culmen column", "the first", "no, the other one"), [drop(DEPTH)]),
        (("trim name", "not that one", "city"), [trim("city")]),
        (("uppercase city", "I meant lowercase"), [ChangeCase(columns=("city",), case="lower")]),
        (
            ("keep rows where city is Paris", "no, London"),
            [FilterRows(where=is_("city", "equals", "London"))],
        ),
        (("sort by age", "no, descending"), [Sort(keys=(SortKey(column="age", descending=True),))]),
        (("fill age with the mean", "use the median instead"), [fill("median", "age")]),
        (
            ("keep rows where age is over 30", "make that 40 instead"),
            [FilterRows(where=is_("age", "greater", 40))],
        ),
        (("sort by age", "undo that and sort by salary instead"), [sort("salary")]),
        (("drop email", "undo it, then drop city"), [drop("city")]),
        (("drop rows without a city", "actually trim it instead"), [trim("city")]),
        (("drop email", "undo that and instead drop city"), [drop("city")]),
        (("drop email", "go back to the start and drop city"), [drop("city")]),
    ],
)
def test_a_correction_is_done_where_the_mistake_began(
    messages: tuple[str, ...], actions: list[Action]
) -> None:
    talk = talked(*messages)
    tree = talk.session.tree
    assert (talk.plan.intent, talk.actions) == (Intent.TRANSFORM, actions), talk.reply
    assert talk.plan.target == next(iter(tree.nodes))
    assert (talk.number, tree.nodes[tree.pointer or talk.plan.target].branch) == (2, "branch-2")


@pytest.mark.parametrize(
    ("messages", "number"),
    [
        (("drop email", "undo that"), 0),
        (("drop email", "drop city", "undo both"), 0),
        (("drop email", "drop city", "drop id", "undo the last two steps"), 1),
        (("drop email", "drop city", "undo 2 steps", "redo"), 2),
        (("drop email", "bring the email column back"), 0),
        (("trim name", "drop age", "drop city", "go back to before I dropped Age"), 1),
        (("drop id", "drop city", "drop age", "go back to after I dropped id"), 1),
        (("drop id", "sort by age", "drop city", "go back to before the sort"), 1),
        (("drop id", "trim name", "drop city", "return to before the trimming"), 1),
        (("drop id", "trim name", "drop city", "undo the drop of city"), 2),
        (("drop id", "trim name", "go back to the original table"), 0),
        (("drop id", "trim name", "go back to the start"), 0),
        (("drop id", "trim name", "start over"), 0),
        (("drop id", "trim name", "return to the state before trimming"), 1),
        (("drop id", "trim name", "drop age", "go back to when I trimmed the name"), 2),
        (("drop id", "no", "yes"), 0),
        (("drop id", "trim name", "reset everything to the beginning"), 0),
        (("drop id", "trim name", "return to the version before that"), 1),
        (("drop id", "trim name", "drop city", "go back to step 2"), 2),
        (("drop id", "trim name", "drop city", "go back to node 1"), 1),
        (("drop id", "undo", "drop age", "switch to main"), 1),
        (("drop id", "undo", "drop age", "go back to node 1", "switch to branch-2"), 2),
        (("drop id", "drop age", "branch from node 1"), 1),
    ],
)
def test_a_message_leads_to_a_node(messages: tuple[str, ...], number: int) -> None:
    talk = talked(*messages)
    assert talk.plan.steps == ()
    assert talk.number == number, talk.reply


def test_a_node_is_known_by_the_beginning_of_its_id() -> None:
    talk = talked("drop id", "drop age")
    first = list(talk.session.tree.nodes)[1]
    talk.say(f"go back to node {first}")
    assert talk.number == 1


def test_a_branch_that_is_begun_grows_with_the_next_change() -> None:
    talk = talked("drop id", "start a branch", "drop age")
    tree = talk.session.tree
    assert [node.branch for node in tree.nodes.values()] == ["main", "main", "branch-2"]


@pytest.mark.parametrize(
    ("messages", "word"),
    [
        (("the same for city",), "The same as what"),
        (("sort by age", "not by city"), "did not understand"),
        (("sort by age", "undo", "and city"), "city"),
        (("drop email", "undo", "the same for city"), "The same as what"),
        (("drop email", "the same for phone"), "phone"),
        (("rename city to town", "the same for country"), "rename country to"),
        (("keep rows where age > 3 and salary > 5", "the same for id"), "age, salary"),
        (("fill age with the mean", "the same for city"), "text"),
        (("no, the other one",), "Which one"),
        (("undo",), "nothing to undo"),
        (("drop the culmen column", "yes"), "Which column"),
        (("drop age", "what happened to status?"), "never a column 'status'"),
        (("drop id", "that was wrong"), "Shall I undo"),
        (("drop email", "undo", "undo"), "nothing to undo"),
        (("redo",), "nothing to redo"),
        (("drop email", "undo 5 steps"), "only 1 of them"),
        (("drop city", "go back to before I dropped salary"), "no step that fits"),
        (("drop city", "undo the trimming"), "no step that fits"),
        (("sort by age", "sort by id", "go back to before the sort"), "Which step"),
        (("drop city", "go back to node 9"), "no node 9"),
        (("trim name", "drop age", "undo the trimming"), "Shall I go back"),
        (("drop age", "drop id", "bring age back"), "Shall I go back"),
        (("start a branch called test",), "branch-2"),
        (("drop bad rows",), "What makes rows bad"),
        (("trim name", "undo that and dance"), "dance"),
        (("drop the culmen column", "the seventh"), "understand"),
    ],
)
def test_what_is_unclear_is_asked_and_nothing_is_done(messages: tuple[str, ...], word: str) -> None:
    talk = talked(*messages[:-1])
    before = talk.number
    talk.say(messages[-1])
    assert (talk.plan.intent, talk.number) == (Intent.CLARIFY, before)
    assert word in talk.reply


def test_the_choices_of_a_question_are_messages_that_are_understood() -> None:
    choices = talked("drop the culmen column").plan.choices
    assert [choice.label for choice in choices] == [LENGTH, DEPTH]
    for choice in choices:
        assert talked(choice.message).actions == [DropColumns(columns=(choice.label,))]


@pytest.mark.parametrize(
    ("messages", "where"),
    [
        (("show rows without an email", "and with?"), is_("email", "is_not_missing")),
        (("how many people are over 30", "and the others?"), Not(condition=OVER_30)),
        (("show people over 30", "how many of them have age under 40"), both(OVER_30, UNDER_40)),
    ],
)
def test_a_question_goes_on_to_the_others_or_to_some_of_them(
    messages: tuple[str, ...], where: Condition
) -> None:
    (step,) = talked(*messages).plan.steps
    (asked,) = step.actions
    assert isinstance(asked, ShowRows | TellFigure)
    assert asked.where == where


def test_the_others_of_some_of_them_are_not_all_others() -> None:
    talk = talked("show people over 30", "how many of them have age under 40", "and the others?")
    assert talk.plan.intent is Intent.CLARIFY
    talk = talked("how many people have city Paris", "and with city Bonn?", "and the others?")
    assert talk.plan.intent is Intent.CLARIFY


@pytest.mark.parametrize("no", ["no", "neither", "never mind", "cancel"])
def test_a_question_can_be_declined(no: str) -> None:
    talk = talked("drop the culmen column", no)
    assert (talk.plan.intent, talk.number) == (Intent.ANSWER, 0)


def test_a_step_of_another_branch_with_the_same_number_is_asked_about() -> None:
    talk = talked("drop id", "undo", "drop age", "drop city", "go back to step 2")
    assert talk.plan.intent is Intent.CLARIFY
    assert [choice.message for choice in talk.plan.choices] == [
        "go back to node 3",
        "go back to node 2",
    ]


@pytest.mark.parametrize(
    ("message", "topic", "whole", "columns"),
    [
        ("what did you do?", Topic.STEPS, False, ()),
        ("why?", Topic.STEPS, False, ()),
        ("explain that", Topic.STEPS, False, ()),
        ("what have you done so far?", Topic.STEPS, True, ()),
        ("show me the steps", Topic.STEPS, True, ()),
        ("show me the code", Topic.CODE, False, ()),
        ("what code did you run?", Topic.CODE, False, ()),
        ("give me the pandas code of all steps", Topic.CODE, True, ()),
        ("what happened to name?", Topic.STEPS, True, ("name",)),
        ("where did the age column go?", Topic.STEPS, True, ("age",)),
        ("why did you drop age?", Topic.STEPS, True, ("age",)),
    ],
)
def test_what_was_done_is_explained(
    message: str, topic: Topic, whole: bool, columns: tuple[str, ...]
) -> None:
    talk = talked("trim name", "drop age")
    pointer = talk.session.tree.pointer
    talk.say(message)
    assert talk.plan.intent is Intent.EXPLAIN, talk.reply
    assert (talk.plan.topic, talk.plan.columns) == (topic, columns)
    assert talk.plan.target == (None if whole else pointer)


def test_a_command_is_not_taken_for_a_reference() -> None:
    assert talked("trim name", "convert zip to integer").actions == [
        Cast(columns=("zip",), to="integer")
    ]
    assert talked("trim name", "trim city").actions == [TrimText(columns=("city",))]


@pytest.mark.parametrize("answer", ["both", "both of them", "both missing", "all"])
def test_both_is_a_choice_where_one_is_called_so(answer: str) -> None:
    talk = Talk(PEOPLE)
    talk.say("drop people without email and city")
    talk.say(answer)
    gaps = (is_("email", "is_missing"), is_("city", "is_missing"))
    assert talk.actions == [out(both(*gaps))]


def test_a_choice_is_named_by_words_that_say_little_elsewhere() -> None:
    talk = Talk(PEOPLE)
    talk.say("keep only actives")
    talk.say("the column")
    assert talk.actions == [only("active")]


@pytest.mark.parametrize(
    ("said", "correction", "actions"),
    [
        ("drop age", "not age, salary", [drop("salary")]),
        ("drop age", "no, not age but salary", [drop("salary")]),
        ("sort by age", "salary, not age", [sort("salary")]),
        ("keep rows where age > 30", "not 30, 40", [keep(is_("age", "greater", 40))]),
    ],
)
def test_the_last_message_is_corrected_by_what_was_not_meant(
    said: str, correction: str, actions: list[Action]
) -> None:
    talk = Talk(PEOPLE)
    before = talk.session.tree.pointer
    talk.say(said)
    talk.say(correction)
    assert (talk.actions, talk.plan.target) == (actions, before)


@pytest.mark.parametrize("correction", ["not age, phone", "not age, drop salary", "not zip, age"])
def test_what_corrects_no_word_of_the_last_message_is_asked_back(correction: str) -> None:
    talk = Talk(PEOPLE)
    talk.say("drop age")
    talk.say(correction)
    assert talk.plan.intent is Intent.CLARIFY
