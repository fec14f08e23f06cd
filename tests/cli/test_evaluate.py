"""Scoring the configured model from the command line: `eval`."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine
from tests.model_server import Behaviour, Exchange, ModelServer, Received, fails, says

TABLE = {"columns": ["name", "age"], "rows": [["Ann", 1], [None, 2]]}
NAMES = {"columns": ["name"], "rows": [["Ann"], [None]]}
CASES = [
    {"id": "right", "table": "people", "message": "drop age", "expected": {"table": NAMES}},
    {"id": "wrong", "table": TABLE, "message": "drop age", "expected": {"table": TABLE}},
    {"id": "asked", "table": TABLE, "message": "drop city", "expected": {"table": NAMES}},
    {"id": "asks", "table": TABLE, "message": "drop city", "expected": "abstain"},
]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    (tmp_path / "tables.json").write_text(json.dumps({"people": TABLE}))
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join(map(json.dumps, CASES)))
    return file


def test_cases_are_really_done_and_what_came_of_them_is_counted(
    datatrail: CommandLine, cases: Path
) -> None:
    ended = datatrail("eval", cases, "--json")

    assert ended.code == 0
    report = json.loads(ended.out)
    verdicts = {each["id"]: each["verdict"] for each in report["results"]}
    assert verdicts == {"right": "right", "wrong": "wrong", "asked": "abstained", "asks": "right"}
    assert (report["model"], report["right"], report["wrong"]) == ("built-in planner", 2, 1)
    assert (report["abstained"], report["failed"], report["percent"]["wrong"]) == (1, 0, 25)


@pytest.mark.parametrize(
    ("option", "percent", "code"),
    [
        ("--max-wrong", 25, 0),
        ("--max-wrong", 24, 1),
        ("--min-right", 50, 0),
        ("--min-right", 51, 1),
    ],
)
def test_a_threshold_makes_it_a_check(
    datatrail: CommandLine, cases: Path, option: str, percent: int, code: int
) -> None:
    ended = datatrail("eval", cases, option, percent)

    assert ended.code == code
    assert "wrong wrong: drop age" in ended.out


def test_a_line_that_is_no_case_is_told_by_its_place(datatrail: CommandLine, cases: Path) -> None:
    with cases.open("a") as file:
        file.write("\nnonsense\n")

    ended = datatrail("eval", cases)

    assert ended.code == 1
    assert "cases.jsonl, line 5" in ended.err


ASKED_BACK = says(
    json.dumps({"intent": "clarify", "summary": "Ask.", "reply": "Which one?"}), tokens=(1_000, 50)
)


@pytest.fixture
def server(datatrail: CommandLine) -> Iterator[ModelServer]:
    with ModelServer() as running:
        running.script(ASKED_BACK)
        datatrail.set(model_base_url=running.url, model_name="scripted", jails_waiting="0")
        yield running


@pytest.fixture
def unclear(tmp_path: Path) -> Path:
    file = tmp_path / "unclear.jsonl"
    said = [{"table": TABLE, "message": f"drop {n}", "expected": "abstain"} for n in range(4)]
    file.write_text("\n".join(map(json.dumps, said)))
    return file


def test_what_a_model_is_sent_is_told_and_kept_and_holds_no_cell(
    datatrail: CommandLine, server: ModelServer, unclear: Path, tmp_path: Path
) -> None:
    datatrail.set(model_input_price="2", model_output_price="10")
    sent = tmp_path / "sent.jsonl"

    ended = datatrail("eval", unclear, "--limit", 2, "--sent", sent)

    assert ended.code == 0
    assert "scripted is told the messages" in ended.err
    assert "2 replies, 2,000 tokens in, 100 out, an estimated cost of 0.0050" in ended.out
    kept = [json.loads(line) for line in sent.read_text().splitlines()]
    assert [each["messages"] for each in kept] == [each.body["messages"] for each in server.asked]
    assert [each["id"] for each in kept] == ["1", "2"]
    assert '"profile"' in server.asked[0].text
    assert "Ann" not in sent.read_text()


@pytest.mark.usefixtures("heeding_ctrl_c")
def test_an_evaluation_that_is_broken_off_tells_what_is_done_and_goes_on_from_there(
    datatrail: CommandLine, server: ModelServer, unclear: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.jsonl"
    server.script(ASKED_BACK, interrupts(), ASKED_BACK)

    ended = datatrail("eval", unclear, "--report", report)

    assert ended.code == 130
    assert "scripted, 1 of 4 cases" in ended.out
    assert "Interrupted. The same command goes on" in ended.err
    assert datatrail("eval", unclear, "--report", report).code == 0
    assert len(server.asked) == 5
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line["id"] for line in lines] == ["1", "2", "3", "4"]
    assert {line["verdict"] for line in lines} == {"right"}


def test_a_model_that_does_not_answer_any_more_ends_the_evaluation(
    datatrail: CommandLine, server: ModelServer, unclear: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.jsonl"
    server.script(fails(401))

    ended = datatrail("eval", unclear, "--report", report)

    assert ended.code == 1
    assert "DATATRAIL_MODEL_API_KEY" in ended.err
    assert len(server.asked) == 3
    server.script(ASKED_BACK)
    assert "right          4" in datatrail("eval", unclear, "--report", report).out


def test_a_file_that_is_no_report_is_left_alone(datatrail: CommandLine, cases: Path) -> None:
    before = cases.read_text()

    ended = datatrail("eval", cases, "--report", cases)

    assert ended.code == 1
    assert "no line of a report" in ended.err
    assert cases.read_text() == before


@pytest.fixture
def heeding_ctrl_c() -> Iterator[None]:
    """Who starts the tests in the background of a shell has them ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupts() -> Behaviour:
    """Ctrl-C, while the answer is waited for."""

    def behaviour(_: Received, exchange: Exchange) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        exchange.wait()

    return behaviour
