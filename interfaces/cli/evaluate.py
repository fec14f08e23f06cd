"""Scoring a language model, or the built-in planner, on cases in files."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from application.evaluation.cases import Case, read_cases, read_tables
from application.evaluation.scoring import Judged, Verdict
from interfaces.cli.plain_text import one_line, printable
from interfaces.cli.startup import started_settings
from interfaces.cli.whole_files import require_readable
from interfaces.composition.evaluating import evaluation

_TABLES = "tables.json"
_SHOWN = 50


class NoCases(Exception):
    """The files hold no case."""

    def __init__(self) -> None:
        super().__init__("There is no case in the files. A case is one JSON object a line.")


def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="Cases, one JSON object a line.")
    ],
    *,
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
    """
    settings = started_settings(quiet=True)
    cases = [case for file in files for case in _cases(file)]
    if not cases:
        raise NoCases
    with evaluation(settings) as (judge, model), _progress(quiet=as_json) as progress:
        name = model.name
        judged = list(progress.track(judge.judged(cases), total=len(cases), description=name))
    report = _report(name, judged)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _tell(report)
    too_wrong = max_wrong is not None and report["percent"]["wrong"] > max_wrong
    too_few = min_right is not None and report["percent"]["right"] < min_right
    if too_wrong or too_few:
        raise typer.Exit(1)


def _cases(file: Path) -> Sequence[Case]:
    require_readable(file)
    beside = file.parent / _TABLES
    tables = read_tables(beside.read_text("utf-8"), beside.name) if beside.is_file() else {}
    with file.open(encoding="utf-8") as lines:
        return read_cases(lines, tables, file.name)


def _progress(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet,
    )


def _report(model: str, judged: Sequence[Judged]) -> dict[str, Any]:
    counts = Counter(each.verdict for each in judged)
    seconds = sorted(each.seconds for each in judged)
    return {
        "model": model,
        "cases": len(judged),
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "percent": {v.value: round(100 * counts[v] / len(judged), 2) for v in Verdict},
        "repairs": sum(each.repairs for each in judged),
        "model_calls": sum(each.model_calls for each in judged),
        "input_tokens": sum(each.input_tokens for each in judged),
        "output_tokens": sum(each.output_tokens for each in judged),
        "seconds": {
            "total": round(sum(seconds), 3),
            "median": round(seconds[len(seconds) // 2], 4),
            "p95": round(seconds[int(len(seconds) * 0.95)], 4),
        },
        "results": [
            {
                "id": each.case.id,
                "verdict": each.verdict.value,
                "messages": each.case.messages,
                "said": each.said,
                "seconds": round(each.seconds, 4),
            }
            for each in judged
        ],
    }


def _tell(report: dict[str, Any]) -> None:
    shown = [each for each in report["results"] if each["verdict"] in {"wrong", "failed"}]
    for each in shown[:_SHOWN]:
        said = one_line(" / ".join(each["messages"]))
        typer.echo(printable(f"{each['verdict']} {each['id']}: {said} -> {one_line(each['said'])}"))
    if len(shown) > _SHOWN:
        typer.echo(f"… and {len(shown) - _SHOWN} more; --json tells all.")
    typer.echo(f"{report['model']}, {report['cases']} cases:")
    for verdict in Verdict:
        typer.echo(
            f"  {verdict.value:<10}{report[verdict.value]:>6}  "
            f"{report['percent'][verdict.value]:>6.2f} %"
        )
    tokens = f"{report['input_tokens']} tokens in, {report['output_tokens']} out"
    typer.echo(f"  {report['repairs']} repairs, {report['model_calls']} model calls, {tokens}")
    times = report["seconds"]
    typer.echo(
        f"  {times['total']:.1f} s; per case median {times['median'] * 1000:.0f} ms, "
        f"p95 {times['p95'] * 1000:.0f} ms"
    )
