"""Parts of an expression: the pandas code of each, and the type of what it gives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.actions.conditions import Scalar
from domain.actions.errors import PLURALS, UnreadableExpression
from domain.actions.literals import column as cells_of
from domain.actions.literals import literal
from domain.actions.value_checks import NUMERIC, is_iso_date
from domain.table import Column, ColumnType

_TYPES: dict[type, ColumnType] = {
    bool: ColumnType.BOOLEAN,
    int: ColumnType.INTEGER,
    float: ColumnType.NUMBER,
    str: ColumnType.TEXT,
}
TRUTH = frozenset({ColumnType.BOOLEAN})
TEXT = frozenset({ColumnType.TEXT})
DATES = frozenset({ColumnType.DATETIME})
_TURNED = str.maketrans("<>", "><")


@dataclass(frozen=True, kw_only=True)
class Term:
    """Code, the type of its value where it is known, and the value if it is one for all rows.

    `total` says that it is true or false for every row, `endless` that it may be infinite. `column`
    is the name of the column that it is.
    """

    code: str
    type: ColumnType | None
    value: Scalar = None
    total: bool = False
    endless: bool = False
    column: str | None = None

    @property
    def told(self) -> str:
        """What it is called in a sentence."""
        return self.code if self.column is None else f"the column {self.column!r}"

    @property
    def truth(self) -> str:
        """The code of true or false for every row: what is missing is not true."""
        return self.code if self.total else f"{self.code}.fillna(False).astype('bool')"


def of_column(column: Column) -> Term:
    """The cells of a column. Raises UnreadableExpression where nothing can be done with them."""
    if column.type is ColumnType.OTHER:
        raise UnreadableExpression(
            f"The column {column.name!r} holds {PLURALS[column.type]}. Cast it to text first."
        )
    return Term(code=cells_of(column.name), type=column.type, column=column.name)


def of_value(value: str | float | bool) -> Term:
    """One value, the same for every row."""
    return Term(code=literal(value), type=_TYPES[type(value)], value=value)


def spread(term: Term) -> Term:
    """The term with a value for each row: methods of columns can be called on its code."""
    if term.value is None:
        return term
    return replace(term, code=f"pd.Series({term.code}, index=df.index)", value=None)


def demand(term: Term, types: frozenset[ColumnType], what: str) -> Term:
    """The term. Raises UnreadableExpression, which names `what`, if it is known to be no such."""
    if term.type is not None and term.type not in types:
        wanted = " or ".join(sorted({PLURALS[each] for each in types}))
        raise UnreadableExpression(
            f"{what} takes {wanted}, and {term.told} {_holds(term)} {PLURALS[term.type]}."
        )
    return term


def arithmetic(sign: str, left: Term, right: Term) -> Term:
    """The value of ``left sign right``, for ``+ - * / // % **``."""
    if sign == "+" and ColumnType.TEXT in {left.type, right.type}:
        return _joined_text(left, right)
    if sign == "-" and left.type is right.type is ColumnType.DATETIME:
        raise UnreadableExpression(
            "The difference of two dates is an action of its own: say in which unit, such as days."
        )
    if sign != "+":
        for term in (left, right):
            demand(term, NUMERIC, f"The sign {sign}")
    elif left.type and right.type and not {left.type, right.type} <= NUMERIC:
        demand(left if right.type in NUMERIC else right, NUMERIC, "The sign +")
    whole = {left.type, right.type} == {ColumnType.INTEGER}
    number = ColumnType.INTEGER if whole else ColumnType.NUMBER
    cells = spread(left).code
    if sign == "**":
        code = f"({cells}.astype('float64') ** {right.code})"
        return Term(code=code, type=ColumnType.NUMBER, endless=True)
    if sign in {"/", "//", "%"}:
        if sign == "/" or right.value is None:
            number = ColumnType.NUMBER
        right = replace(right, code=_never_zero(right))
    endless = left.endless or right.endless
    type_ = None if None in {left.type, right.type} else number
    return Term(code=f"({cells} {sign} {right.code})", type=type_, endless=endless)


def _holds(term: Term) -> str:
    return "is" if term.column is None else "holds"


def _joined_text(left: Term, right: Term) -> Term:
    for term in (left, right):
        if term.type not in {ColumnType.TEXT, None}:
            text = left if term is right else right
            said = text.told[:1].upper() + text.told[1:]
            raise UnreadableExpression(
                f"{said} {_holds(text)} texts, and {term.told} {_holds(term)} "
                f"{PLURALS[term.type]}. To add them, cast the texts to number first; to join them, "
                f"write text({term.code if term.column is None else f'`{term.column}`'})."
            )
    return Term(code=f"({spread(left).code} + {right.code})", type=ColumnType.TEXT)


def _never_zero(divisor: Term) -> str:
    """The divisor, missing where it is zero."""
    if divisor.value is None:
        return f"{divisor.code}.where({divisor.code} != 0)"
    if divisor.value == 0:
        raise UnreadableExpression("That divides by zero.")
    return divisor.code


def comparison(sign: str, left: Term, right: Term) -> Term:
    """True or false for every row: ``== != < <= > >=`` of two terms of one kind."""
    if left.value is not None and right.value is None:
        left, right = right, left
        sign = sign.translate(_TURNED)
    _demand_alike(left, right)
    if left.type is ColumnType.BOOLEAN and sign not in {"==", "!="}:
        raise UnreadableExpression("True and false have no order: compare them with == or !=.")
    code = f"({spread(left).code} {sign} {right.code}).fillna({sign == '!='}).astype('bool')"
    return Term(code=code, type=ColumnType.BOOLEAN, total=True)


def _demand_alike(left: Term, right: Term) -> None:
    kinds = {left.type, right.type}
    if None in kinds or len(kinds) == 1 or kinds <= NUMERIC:
        return
    hint = ""
    if ColumnType.DATETIME in kinds:
        if isinstance(right.value, str) and is_iso_date(right.value):
            return
        hint = " Write dates like '2024-03-04'."
    shown = " and ".join(
        f"{term.code} is {PLURALS[term.type]}" for term in (left, right) if term.type
    )
    raise UnreadableExpression(f"They cannot be compared: {shown}.{hint}")


def either(condition: Term, left: Term, right: Term) -> Term:
    """Where the condition is true the one, else the other."""
    demand(condition, TRUTH, "The word if")
    kinds = {left.type, right.type}
    if None not in kinds and len(kinds) > 1 and not kinds <= NUMERIC:
        raise UnreadableExpression(
            f"One side of the choice is {PLURALS[left.type or ColumnType.OTHER]} and the other is "
            f"{PLURALS[right.type or ColumnType.OTHER]}. Make both the same, such as by text(...)."
        )
    # concat() finds the type that holds both; where() would not.
    chosen = spread(condition).truth
    first, second = f"{spread(left).code}[{chosen}]", f"{spread(right).code}[~{chosen}]"
    kind = left.type if len(kinds) == 1 else None if None in kinds else ColumnType.NUMBER
    return Term(
        code=f"pd.concat([{first}, {second}]).sort_index()",
        type=kind,
        endless=left.endless or right.endless,
    )


def all_or_any(sign: str, parts: Sequence[Term]) -> Term:
    """Conditions joined by ``&`` or ``|``."""
    for part in parts:
        demand(part, TRUTH, "And/or")
    code = f" {sign} ".join(spread(part).truth for part in parts)
    return Term(code=f"({code})", type=ColumnType.BOOLEAN, total=True)


def negated(term: Term) -> Term:
    """True where the condition is not."""
    demand(term, TRUTH, "Not")
    return Term(code=f"~{spread(term).truth}", type=ColumnType.BOOLEAN, total=True)
