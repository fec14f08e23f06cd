"""What a person is told of a replay, in which no cell is."""

from dataclasses import replace
from uuid import UUID

import pytest

from application.ports.table_comparison import Place
from application.replay_verdicts import JudgedNode, JudgedStep, Replay
from domain.replay import Verdict
from interfaces.cli.replay_report import Source, document_of, exit_code_of, told

NODE = UUID(int=7)
SOURCE = Source(session_id="s")
GOOD = JudgedStep(version=4, step=None, verdict=Verdict.REPRODUCED)
OTHER = JudgedStep(
    version=9,
    step=1,
    verdict=Verdict.DIVERGED,
    place=Place(column="a\x1b[2J", row=1_234, what="has another cell"),
    stored=True,
)


def _replay(*steps: JudgedStep, runtimes: tuple[tuple[str, str, str], ...] = ()) -> Replay:
    nodes = [JudgedNode(node_id=NODE, steps=[step]) for step in steps]
    return Replay(nodes=nodes, runtimes=runtimes, erased=False)


def test_the_first_divergence_is_told_by_its_place_and_cannot_command_a_terminal() -> None:
    lines = list(told(_replay(GOOD, OTHER, OTHER), SOURCE))

    assert lines == [
        "Session s, 3 steps, from the log.",
        "1 of 3 nodes reproduced.",
        f"First divergence: step 2 of node {NODE} (event 9): column 'a\\x1b[2J' has another cell; "
        "first unlike in row 1,234 (counted from 0).",
        "  The runtime is the recorded one.",
        "  1 later node diverged as well.",
        "--json tells of each divergence.",
    ]


def test_another_runtime_is_told_by_both_versions() -> None:
    lines = list(told(_replay(OTHER, runtimes=(("pandas", "2.2.0", "3.0.1"),)), SOURCE))

    assert lines[-1] == "The runtime differs: pandas 3.0.1, where 2.2.0 ran."
    assert "  The runtime is the recorded one." not in lines


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (replace(OTHER, place=None), "it gave the table that is stored, and the event names"),
        (replace(OTHER, place=None, stored=False), "Which cells differ only the stored one"),
        (
            replace(OTHER, place=Place(column=None, row=2, what="had 3 rows, and has 2 now")),
            "the table had 3 rows, and has 2 now",
        ),
        (
            replace(OTHER, verdict=Verdict.FAILED, place=None, detail="It took too long."),
            "it gave no table. It took too long.",
        ),
    ],
)
def test_each_way_to_diverge_has_its_words(step: JudgedStep, sentence: str) -> None:
    assert sentence in "\n".join(told(_replay(step), SOURCE))


def test_a_divergence_weighs_more_than_what_could_not_be_judged() -> None:
    missing = replace(GOOD, verdict=Verdict.MISSING, detail="It is not here.")
    node = JudgedNode(node_id=NODE, steps=[missing, OTHER])
    both = Replay(nodes=[node], runtimes=(), erased=False)

    assert node.verdict is Verdict.DIVERGED
    codes = [exit_code_of(each) for each in (_replay(GOOD), both, _replay(GOOD, missing))]
    assert codes == [0, 1, 2]


def test_machines_are_told_of_every_step_that_was_not_reproduced() -> None:
    document = document_of(_replay(GOOD, OTHER), SOURCE)

    assert document["exit_code"] == 1
    assert document["first_divergence"] == document["not_reproduced"][0]
    assert document["first_divergence"]["place"]["row"] == 1_234
