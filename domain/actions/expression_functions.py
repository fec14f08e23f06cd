"""The functions that an expression may call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.actions.errors import UnreadableExpression
from domain.actions.terms import DATES, TEXT, Term, demand, either, spread
from domain.actions.value_checks import NUMERIC
from domain.table import ColumnType

Build = Callable[[Sequence[Term]], Term]


@dataclass(frozen=True, kw_only=True)
class Function:
    """How many terms it takes, and what it makes of them."""

    least: int
    most: int
    build: Build


def _on_cells(
    name: str,
    types: frozenset[ColumnType],
    template: str,
    gives: ColumnType | None = None,
    *,
    endless: bool = False,
) -> Function:
    """A function of one term; CELLS stands for its code. Without `gives`, the type stays."""

    def build(terms: Sequence[Term]) -> Term:
        term = spread(demand(terms[0], types, name))
        code = template.replace("CELLS", term.code)
        return Term(code=code, type=gives or term.type, endless=endless or term.endless)

    return Function(least=1, most=1, build=build)


def _round(terms: Sequence[Term]) -> Term:
    number = spread(demand(terms[0], NUMERIC, "round"))
    digits = terms[1].value if len(terms) > 1 else 0
    if isinstance(digits, bool) or not isinstance(digits, int) or not -15 <= digits <= 15:
        raise UnreadableExpression("round takes a whole number of digits: round(price, 2).")
    return Term(code=f"{number.code}.round({digits})", type=number.type, endless=number.endless)


def _extreme(name: str) -> Function:
    def build(terms: Sequence[Term]) -> Term:
        for term in terms:
            demand(term, NUMERIC, name)
        cells = ", ".join(spread(term).code for term in terms)
        whole = all(term.type is ColumnType.INTEGER for term in terms)
        return Term(
            code=f"pd.concat([{cells}], axis=1).{name}(axis=1)",
            type=ColumnType.INTEGER if whole else ColumnType.NUMBER,
            endless=any(term.endless for term in terms),
        )

    return Function(least=2, most=10, build=build)


def _text(term: Term) -> Term:
    if term.type is ColumnType.TEXT:
        return term
    # 3.0 is written 3, as a person would write it.
    written = "lambda x: f'{x:.15g}' if isinstance(x, float) else str(x), na_action='ignore'"
    return Term(code=f"{spread(term).code}.map({written}).astype('str')", type=ColumnType.TEXT)


def _concat(terms: Sequence[Term]) -> Term:
    parts = " + ".join(spread(_text(term)).code for term in terms)
    return Term(code=f"({parts})", type=ColumnType.TEXT)


def _coalesce(terms: Sequence[Term]) -> Term:
    found = terms[-1]
    for term in reversed(terms[:-1]):
        cells = spread(term)
        there = Term(code=f"{cells.code}.notna()", type=ColumnType.BOOLEAN, total=True)
        found = either(there, cells, found)
    return found


def _is_missing(terms: Sequence[Term]) -> Term:
    return Term(code=f"{spread(terms[0]).code}.isna()", type=ColumnType.BOOLEAN, total=True)


def _looks_into_text(method: str) -> Function:
    def build(terms: Sequence[Term]) -> Term:
        text, part = (demand(term, TEXT, method) for term in terms)
        if part.value is None:
            raise UnreadableExpression(f"{method} looks for one text in quotes.")
        plain = ", regex=False" if method == "contains" else ""
        code = f"{spread(text).code}.str.{method}({part.code}{plain}, na=False)"
        return Term(code=code, type=ColumnType.BOOLEAN, total=True)

    return Function(least=2, most=2, build=build)


_NUMBER, _WHOLE = ColumnType.NUMBER, ColumnType.INTEGER
_NUMBERS = "CELLS.astype('float64')"

FUNCTIONS: Mapping[str, Function] = {
    "abs": _on_cells("abs", NUMERIC, "CELLS.abs()"),
    "floor": _on_cells("floor", NUMERIC, f"np.floor({_NUMBERS})", _NUMBER),
    "ceil": _on_cells("ceil", NUMERIC, f"np.ceil({_NUMBERS})", _NUMBER),
    "sqrt": _on_cells("sqrt", NUMERIC, f"{_NUMBERS}.pow(0.5)", _NUMBER),
    "exp": _on_cells("exp", NUMERIC, f"np.exp({_NUMBERS})", _NUMBER, endless=True),
    # The logarithm of what is not above zero is missing, and no warning.
    "log": _on_cells("log", NUMERIC, f"np.log({_NUMBERS}.where(CELLS > 0))", _NUMBER),
    "log10": _on_cells("log10", NUMERIC, f"np.log10({_NUMBERS}.where(CELLS > 0))", _NUMBER),
    "round": Function(least=1, most=2, build=_round),
    "min": _extreme("min"),
    "max": _extreme("max"),
    "lower": _on_cells("lower", TEXT, "CELLS.str.lower()"),
    "upper": _on_cells("upper", TEXT, "CELLS.str.upper()"),
    "title": _on_cells("title", TEXT, "CELLS.str.title()"),
    "trim": _on_cells("trim", TEXT, "CELLS.str.strip()"),
    "length": _on_cells("length", TEXT, "CELLS.str.len().astype('Int64')", _WHOLE),
    "text": Function(least=1, most=1, build=lambda terms: spread(_text(terms[0]))),
    "concat": Function(least=2, most=20, build=_concat),
    "contains": _looks_into_text("contains"),
    "startswith": _looks_into_text("startswith"),
    "endswith": _looks_into_text("endswith"),
    "coalesce": Function(least=2, most=10, build=_coalesce),
    "is_missing": Function(least=1, most=1, build=_is_missing),
    "year": _on_cells("year", DATES, "CELLS.dt.year.astype('Int64')", _WHOLE),
    "month": _on_cells("month", DATES, "CELLS.dt.month.astype('Int64')", _WHOLE),
    "day": _on_cells("day", DATES, "CELLS.dt.day.astype('Int64')", _WHOLE),
    "hour": _on_cells("hour", DATES, "CELLS.dt.hour.astype('Int64')", _WHOLE),
}
