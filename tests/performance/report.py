"""Results as JSON for machines and as Markdown for people."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.performance.measuring import Plan, Result


def write(
    directory: Path,
    results: Sequence[Result],
    *,
    plan: Plan,
    machine: Mapping[str, str],
    settings: Mapping[str, str],
) -> Path:
    """Write `results.json` and `results.md`; the latter's path.

    Results of benches that were not run this time are kept, with the machine and date of theirs.
    """
    directory.mkdir(parents=True, exist_ok=True)
    source = directory / "results.json"
    kept = json.loads(source.read_text()) if source.exists() else {}
    for result in results:
        kept[result.name] = {
            **_as_json(result),
            "plan": asdict(plan),
            "machine": dict(machine),
            "postgresql": dict(settings),
        }
    source.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    page = directory / "results.md"
    page.write_text(_page(kept))
    return page


def _as_json(result: Result) -> dict[str, object]:
    return {
        "how": result.how,
        "figures": {
            name: {"unit": f.unit, "median": f.median, "samples": list(f.samples)}
            for name, f in result.figures.items()
        },
        "comparisons": [{**asdict(c), "met": c.is_met} for c in result.comparisons],
        "bounds": [{**asdict(b), "met": b.is_met} for b in result.bounds],
        "notes": list(result.notes),
    }


def _page(kept: Mapping[str, dict]) -> str:  # type: ignore[type-arg]  # as it was in the file
    lines = [
        "# How fast Datatrail is, beside its peers",
        "",
        "Written by `make bench`. Each ratio is of the medians of interleaved rounds.",
        "",
        "| what | ours | against | ratio | at least | met |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for result in kept.values():
        lines += [_comparison(row, result["figures"]) for row in result["comparisons"]]
    lines += ["", "| what | measured | at most | met |", "|---|---:|---:|---|"]
    for result in kept.values():
        lines += [
            f"| {row['row']} | {row['value']:,.1f} {row['unit']} | {row['at_most']:g} "
            f"{row['unit']} | {_word(row['met'])} |"
            for row in result["bounds"]
        ]
    for name, result in kept.items():
        lines += ["", f"## {name}", "", result["how"], ""]
        lines += ["| | median | least | most |", "|---|---:|---:|---:|"]
        lines += [_figure(label, figure) for label, figure in result["figures"].items()]
        lines += ["", *(f"- {note}" for note in result["notes"])]
        lines += ["", _circumstances(result)]
    return "\n".join(lines).rstrip() + "\n"


def _comparison(row: dict, figures: dict) -> str:  # type: ignore[type-arg]  # see _page
    ours, peer = figures[row["ours"]], figures[row["peer"]]
    least = "" if row["at_least"] is None else f"{row['at_least']:g} x"
    return (
        f"| {row['row']} | {ours['median']:,.0f} | {peer['median']:,.0f} {peer['unit']} "
        f"| {row['ratio']:.2f} x | {least} | {_word(row['met'])} |"
    )


def _figure(label: str, figure: dict) -> str:  # type: ignore[type-arg]  # see _page
    samples, unit = figure["samples"], figure["unit"]
    shown = [figure["median"], min(samples), max(samples)]
    return f"| {label} | " + " | ".join(f"{value:,.1f} {unit}" for value in shown) + " |"


def _circumstances(result: dict) -> str:  # type: ignore[type-arg]  # see _page
    plan = result["plan"]
    facts = {**result["machine"], **{f"`{k}`": v for k, v in result["postgresql"].items()}}
    told = "; ".join(f"{name} {value}" for name, value in facts.items())
    return f"{plan['rounds']} rounds, scale {plan['scale']:g}; {told}."


def _word(met: bool | None) -> str:
    return {None: "", True: "yes", False: "**no**"}[met]
