"""Nothing that a snippet says in the runner's place is believed, nor what it leaves."""

import time
from collections.abc import Iterator

import pytest

from application.ports.row_origins import RowOrigins
from application.ports.sandbox import Outcome, Sandbox, SnippetJob
from infrastructure.nsjail import NsjailSandbox
from tests.sandbox.attacks.lies import (
    ANSWERS,
    CLOSED,
    NEVER_OK,
    ROW_NUMBERS,
    answering,
    in_place,
    numbering,
)
from tests.sandbox.attacks.siege import Siege, prepared


@pytest.fixture(scope="module")
def liar(besieged: Siege) -> Iterator[Sandbox]:
    """A session whose runner is the snippets'."""
    with besieged.sandbox.one_jail() as session:
        yield session


@pytest.mark.parametrize("name", NEVER_OK)
def test_it_is_never_ok_to_say(name: str, siege: Siege) -> None:
    attacked = siege.attack(prepared(NEVER_OK[name]))
    assert attacked.execution.outcome in {
        Outcome.CRASHED,
        Outcome.ERROR,
        Outcome.OUTPUT_TOO_LARGE,
    }, attacked.execution
    assert attacked.left == frozenset()


def test_who_closes_the_channel_is_ended_by_the_clock(
    siege: Siege, impatient: NsjailSandbox
) -> None:
    assert siege.attack(prepared(CLOSED), impatient).execution.outcome is Outcome.TIMEOUT


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_not_kept_that_is(name: str, siege: Siege, liar: Sandbox) -> None:
    attacked = siege.attack(prepared(answering(ANSWERS[name])), liar)
    assert attacked.execution.outcome is Outcome.OK, attacked.execution
    assert attacked.execution.answer is None
    assert attacked.execution.detail
    assert "answer" not in attacked.left


@pytest.mark.parametrize("name", ROW_NUMBERS)
def test_numbers_of_rows_are_not_believed_that_are(name: str, siege: Siege, liar: Sandbox) -> None:
    attacked = siege.attack(prepared(numbering(ROW_NUMBERS[name])), liar)
    assert attacked.execution.outcome is Outcome.OK, attacked.execution
    assert attacked.execution.origins is None
    assert "rows" not in attacked.left


@pytest.mark.parametrize("fewer_or_more", ["df = df.head(1)", "df = pd.concat([df, df])"])
def test_rows_are_not_believed_in_their_places_that_are_not_as_many(
    fewer_or_more: str, siege: Siege, liar: Sandbox
) -> None:
    execution = siege.attack(prepared(in_place(fewer_or_more)), liar).execution
    assert execution.outcome is Outcome.OK, execution
    assert execution.origins is None


TRUTHS = {
    "a scalar": ('b\'{"type": "integer", "value": 3}\'', "scalar"),
    "a missing scalar": ('b\'{"type": "missing", "value": null}\'', "scalar"),
    "a chart": (
        'b\'{"mark": {"type": "bar", "cursor": "help"}, "data": {"values": [{"url": "x"}]}}\'',
        "chart",
    ),
    "a table": ("parquet(pa.table({'x': [1]}))", "table"),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_what_is_as_agreed_is_kept_whoever_wrote_it(name: str, siege: Siege, liar: Sandbox) -> None:
    """The control: those above are refused for what they are, not for how they come."""
    attacked = siege.attack(prepared(answering(TRUTHS[name])), liar)
    assert attacked.execution.answer == TRUTHS[name][1]
    assert "answer" in attacked.left


def test_numbers_that_can_be_are_believed_whoever_wrote_them(siege: Siege, liar: Sandbox) -> None:
    """The control of the numbers."""
    truth = numbering("parquet(pa.table({'row': [2, None, 0]}))")
    assert "rows" in siege.attack(prepared(truth), liar).left
    there = siege.attack(prepared(in_place("df = df[::-1]")), liar).execution
    assert there.origins == RowOrigins()


FIELDS = {
    "exception": "'exception': cell",
    "refused": "'refused': cell",
    "names": "'exception': 'KeyError', 'names': [cell]",
    "names of a refused table": "'refused': 'duplicate_columns', 'names': [cell]",
    "line": "'line': int.from_bytes(cell.encode())",
    "all that nobody asked for": "cell: cell, 'detail': cell, 'runtime': {cell: cell}",
}


@pytest.mark.parametrize("name", FIELDS)
def test_no_cell_gets_into_the_record_by(name: str, siege: Siege) -> None:
    attacked = siege.attack(
        prepared(
            "import json\ncell = df['city'][1]\n"
            f"report = {{'outcome': 'error', {FIELDS[name]}}}\n"
            "os.write(FD, json.dumps(report).encode())\nos._exit(0)"
        )
    )
    assert attacked.execution.outcome is Outcome.ERROR
    assert "Bergen" not in attacked.out
    assert str(int.from_bytes(b"Bergen")) not in attacked.out


def test_an_exception_named_like_a_cell_stays_unnamed(siege: Siege) -> None:
    attacked = siege.attack("raise type(df['city'][1], (Exception,), {})(df['city'][0])")
    assert attacked.execution.exception == "an error of its own"
    assert "Bergen" not in attacked.out
    assert "Oslo" not in attacked.out


class _Slow:
    """Asked whether a job is cancelled, it takes its time."""

    def is_set(self) -> bool:
        time.sleep(0.5)
        return False


def test_a_reply_that_is_heard_after_the_end_is_judged_as_ever(siege: Siege) -> None:
    """The kernel has forgotten the process by then, and what it took."""
    result = siege.place / "late"
    execution = siege.sandbox.execute(
        SnippetJob(
            snippet=prepared(NEVER_OK["ok without a table"]),
            table=siege.table,
            result=result,
            seed=0,
            cancelled=_Slow(),
        )
    )
    assert execution.outcome is Outcome.CRASHED
    assert execution.peak_memory_bytes > 0
    assert not result.exists()
