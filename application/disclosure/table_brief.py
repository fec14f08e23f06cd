"""A profile as a text for a language model, within a budget of tokens: what matters first.

It holds no row, and no cell unless values are asked for; names of columns stand in quotes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from application.disclosure.column_brief import Mask, column_lines, quoted, share_text
from application.disclosure.token_estimate import estimated_tokens

_NAMES_OF_A_PROBLEM = 8
_WORST = 3
# What headings and the last line take.
_CLOSING = 60


class _Budget:
    """Tokens that are left."""

    def __init__(self, tokens: int) -> None:
        self._left = tokens

    def take(self, text: str, instead_of: str = "") -> bool:
        """Whether the line fits, which is then paid for."""
        cost = _cost(text) - (_cost(instead_of) if instead_of else 0)
        if cost > self._left:
            return False
        self._left -= cost
        return True


def _cost(line: str) -> int:
    return estimated_tokens(line) + 2


def table_brief(
    profile: Mapping[str, Any],
    tokens: int,
    *,
    values: bool = False,
    mask: Mask = lambda _, cell: cell,
) -> str:
    """The profile in at most about `tokens` tokens, but always its size.

    First every column by its name, as far as they fit, the troubled ones first; then the worst of
    what is wrong, the types, the other problems, and more of each column. The last line counts what
    is left out.
    """
    rows, columns = profile["rows"], profile["columns"]
    head = _head(profile)
    budget = _Budget(tokens - _CLOSING)
    budget.take(head)
    forms = [column_lines(column, rows, values=values, mask=mask) for column in columns]
    order = _by_importance(profile)
    told = _named(budget, forms, order)
    problems = list(_problem_lines(profile["quality"]["problems"]))
    worst = [each for each in problems[:_WORST] if budget.take(each[0])]
    _tell_more(budget, forms, order, told, range(1, 2))
    others = [each for each in problems[_WORST:] if budget.take(each[0])]
    together = [line for line in _facts_together(profile) if budget.take(line)]
    _tell_more(budget, forms, order, told, range(2, max(map(len, forms), default=0)))
    said = worst + others
    left = sum(count for _, count in problems) - sum(count for _, count in said)
    left += profile["quality"]["more_problems"]
    return "\n".join(
        [
            head,
            *(["Problems, worst first:", *(line for line, _ in said)] if said else []),
            *together,
            *_column_lines(forms, told, columns),
            *_left_out(len(columns) - len(told), left, forms, told),
        ]
    )


def _head(profile: Mapping[str, Any]) -> str:
    quality = profile["quality"]
    parts = [f"{profile['rows']:,} rows, {profile['column_count']:,} columns"]
    if profile["duplicate_rows"]:
        parts.append(f"{profile['duplicate_rows']:,} rows repeated")
    if quality["cells"]:
        parts.append(f"{share_text(quality['missing'] / quality['cells'])} of cells missing")
    return "Table: " + ", ".join(parts) + "."


def _by_importance(profile: Mapping[str, Any]) -> list[int]:
    """Places of columns: those with problems first, in their order, then the others."""
    rank: dict[str, int] = {}
    for place, problem in enumerate(profile["quality"]["problems"]):
        if problem["column"] is not None:
            rank.setdefault(problem["column"], place)
    columns = profile["columns"]
    return sorted(
        range(len(columns)), key=lambda i: (rank.get(columns[i]["name"], len(rank) + 999), i)
    )


def _named(budget: _Budget, forms: Sequence[Sequence[str]], order: Sequence[int]) -> dict[int, int]:
    """Which columns are told, each at first by its name, which are on one line."""
    told: dict[int, int] = {}
    for index in order:
        if not budget.take(forms[index][0]):
            break
        told[index] = 0
    return told


def _tell_more(
    budget: _Budget,
    forms: Sequence[Sequence[str]],
    order: Sequence[int],
    told: dict[int, int],
    fuller: range,
) -> None:
    for form in fuller:
        for index in order:
            if index in told and form < len(forms[index]) and told[index] == form - 1:
                line, instead = forms[index][form], forms[index][form - 1]
                if budget.take("- " + line, instead):
                    told[index] = form


def _problem_lines(problems: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """One line for the problems of a kind, in the order of the worst of each."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for problem in problems:
        kinds.setdefault(problem["kind"], []).append(problem)
    for alike in kinds.values():
        first = alike[0]
        if len(alike) == 1:
            where = f"{quoted(first['column'])}: " if first["column"] is not None else ""
            yield f"- {where}{first['message']} {first['mend']}", 1
        else:
            names = [
                f"{quoted(problem['column'])} ({problem['rows']:,})"
                for problem in alike[:_NAMES_OF_A_PROBLEM]
            ]
            if len(alike) > len(names):
                names.append(f"{len(alike) - len(names)} more")
            kind = first["kind"].replace("_", " ")
            yield f"- {kind} (rows): {', '.join(names)}. {first['mend']}", len(alike)


def _facts_together(profile: Mapping[str, Any]) -> Iterator[str]:
    """What was asked for of columns together."""
    for pair in profile.get("correlations", {}).get("pairs", [])[:5]:
        for method in ("spearman", "cramers_v"):
            if abs(pair.get(method) or 0) > 0.5:
                first, second = map(quoted, pair["columns"])
                yield f"Go together: {first} and {second} ({method} {pair[method]:.2f})."
    for found in profile.get("dependencies", {}).get("found", [])[:5]:
        but = f", but for {found['violations']:,} rows" if found["violations"] else ""
        yield f"{quoted(found['from'])} determines {quoted(found['to'])}{but}."
    apart = profile.get("outliers", {})
    if apart.get("found"):
        yield f"Rows that stand apart in their numbers: {apart['found']:,} of {apart['rows']:,}."


def _column_lines(
    forms: Sequence[Sequence[str]], told: Mapping[int, int], columns: Sequence[Mapping[str, Any]]
) -> list[str]:
    if not told:
        return []
    sampled = max((column["examined"] for column in columns if column.get("sampled")), default=0)
    note = f" (shapes as in {sampled:,} values)" if sampled else ""
    lines = [f"- {forms[index][form]}" for index, form in sorted(told.items()) if form]
    bare = [forms[index][0] for index, form in sorted(told.items()) if not form]
    return [
        *([f"Columns{note}:", *lines] if lines else []),
        *([f"{'Other columns' if lines else 'Columns'}: {', '.join(bare)}"] if bare else []),
    ]


def _left_out(
    columns: int, problems: int, forms: Sequence[Sequence[str]], told: Mapping[int, int]
) -> list[str]:
    shortened = sum(1 for index, form in told.items() if form < len(forms[index]) - 1)
    parts = [
        f"{count:,} {what}"
        for count, what in (
            (columns, "columns"),
            (shortened, "columns' details"),
            (problems, "problems"),
        )
        if count
    ]
    return [f"Left out: {', '.join(parts)}."] if parts else []
