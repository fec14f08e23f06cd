"""What an evaluation came to, in figures and for people."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import typer

from application.evaluation.scoring import Verdict
from interfaces.cli.evaluation_lines import Line
from interfaces.cli.plain_text import one_line, printable

_SHOWN = 50


def summary_of(model: str, lines: Sequence[Line], *, cases: int) -> dict[str, Any]:
    """The figures of the cases that were done, of `cases` in all, and the lines themselves."""
    counts = Counter(line["verdict"] for line in lines)
    seconds = sorted(line["seconds"] for line in lines) or [0.0]
    costs = [line["cost"] for line in lines if line["cost"] is not None]
    return {
        "model": model,
        "cases": cases,
        "done": len(lines),
        **{verdict.value: counts[verdict] for verdict in Verdict},
        "percent": {v.value: round(100 * counts[v] / (len(lines) or 1), 2) for v in Verdict},
        **{
            name: sum(line[name] for line in lines)
            for name in ("repairs", "replies", "input_tokens", "output_tokens")
        },
        "cost": round(sum(costs), 6) if costs else None,
        "seconds": {
            "total": round(sum(seconds), 3),
            "median": round(seconds[len(seconds) // 2], 4),
            "p95": round(seconds[int(len(seconds) * 0.95)], 4),
        },
        "results": lines,
    }


def tell(summary: dict[str, Any]) -> None:
    """Print what went wrong, and the figures."""
    shown = [each for each in summary["results"] if each["verdict"] in {"wrong", "failed"}]
    for each in shown[:_SHOWN]:
        said = one_line(" / ".join(each["messages"]))
        typer.echo(printable(f"{each['verdict']} {each['id']}: {said} -> {one_line(each['said'])}"))
    if len(shown) > _SHOWN:
        typer.echo(f"… and {len(shown) - _SHOWN} more; --json and --report tell all.")
    done, cases = summary["done"], summary["cases"]
    typer.echo(f"{summary['model']}, {done} {'' if done == cases else f'of {cases} '}cases:")
    for verdict in Verdict:
        typer.echo(
            f"  {verdict.value:<10}{summary[verdict.value]:>6}  "
            f"{summary['percent'][verdict.value]:>6.2f} %"
        )
    typer.echo(f"  {_spent(summary)}")
    times = summary["seconds"]
    typer.echo(
        f"  {times['total']:.1f} s; per case median {times['median'] * 1000:.0f} ms, "
        f"p95 {times['p95'] * 1000:.0f} ms"
    )


def _spent(summary: dict[str, Any]) -> str:
    if not summary["replies"]:
        return "no language model was asked"
    cost = "of unknown cost; set DATATRAIL_MODEL_INPUT_PRICE and DATATRAIL_MODEL_OUTPUT_PRICE"
    if summary["cost"] is not None:
        cost = f"an estimated cost of {summary['cost']:,.4f}"
    return (
        f"{summary['repairs']} repairs, {summary['replies']} replies, {summary['input_tokens']:,} "
        f"tokens in, {summary['output_tokens']:,} out, {cost}"
    )
