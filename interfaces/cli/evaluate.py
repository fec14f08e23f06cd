"""Scoring a language model, or the built-in planner, on cases in files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from application.evaluation.cases import Case, read_cases, read_tables
from interfaces.cli.evaluation_lines import appended_to
from interfaces.cli.evaluation_run import EvaluationRun
from interfaces.cli.evaluation_summary import summary_of, tell
from interfaces.cli.startup import started_settings
from interfaces.cli.whole_files import require_readable
from interfaces.composition.evaluating import evaluating

_TABLES = "tables.json"
_TOLD = (
    "is told the messages of the cases, and names, types and statistics of their columns, but no "
    "cell; --sent FILE keeps it word for word."
)
_WITHOUT_REPORT = "With --report FILE, a next time goes on from what was done."
_WITH_REPORT = "The same command goes on from what was done."


class NoCases(Exception):
    """The files hold no case."""

    def __init__(self) -> None:
        super().__init__("There is no case in the files. A case is one JSON object a line.")


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Cases, one JSON object a line.")
    ],
    *,
    limit: Annotated[
        int | None, typer.Option(metavar="CASES", min=1, help="Do only the first so many.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Keep what came of each case as a line of JSON. Those that the file has "
            "already, of the same model, are not done again.",
        ),
    ] = None,
    sent: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep each question to the model, word for word, as JSON lines."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all as JSON.")] = False,
    max_wrong: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT", min=0, max=100, help="Exit with 1 if more of them are wrong."
        ),
    ] = None,
    min_right: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT", min=0, max=100, help="Exit with 1 if fewer of them are right."
        ),
    ] = None,
) -> None:
    """Score the configured model, or the built-in planner, on what people say about tables.

    Each case is really done: planned, written, reviewed and executed in the jail, in a session that
    is gone afterwards; then the table, or the answer, is compared with what was expected.

    A model is told the messages, and names, types and statistics of the tables' columns, but none
    of their cells. Ctrl-C ends it with the figures of what is done; with --report, the same command
    goes on from there.
    """
    settings = started_settings(quiet=True)
    cases = [case for file in files for case in _cases(file)][:limit]
    if not cases:
        raise NoCases
    with appended_to(sent) as questions:
        run = EvaluationRun(cases, sent=questions)
        with evaluating(settings, run.heard) as judging:
            if judging.outside:
                typer.echo(f"{judging.name} {_TOLD}", err=True)
            run.score(judging, report, quiet=as_json)
    summary = summary_of(judging.name, run.lines, cases=len(cases))
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        tell(summary)
    if run.stopped is not None:
        typer.echo(f"{run.stopped} {_WITHOUT_REPORT if report is None else _WITH_REPORT}", err=True)
        raise typer.Exit(run.exit_code)
    too_wrong = max_wrong is not None and summary["percent"]["wrong"] > max_wrong
    too_few = min_right is not None and summary["percent"]["right"] < min_right
    if too_wrong or too_few:
        raise typer.Exit(1)


def _cases(file: Path) -> Sequence[Case]:
    require_readable(file)
    beside = file.parent / _TABLES
    tables = read_tables(beside.read_text("utf-8"), beside.name) if beside.is_file() else {}
    with file.open(encoding="utf-8") as lines:
        return read_cases(lines, tables, file.name)
