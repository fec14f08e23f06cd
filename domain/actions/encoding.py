"""Categories as numbers, as models need them."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from domain.actions.errors import UnusableValue
from domain.actions.literals import literal, literal_list
from domain.actions.type_code import PANDAS
from domain.actions.typed_action import OnColumns
from domain.actions.value_checks import demand
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_MOST_COLUMNS = 200
_MOST_LISTED = 1000
_PLAIN = frozenset({*ColumnType} - {ColumnType.OTHER})


_BY_PARTS = """
separator = {separator}
parts_of = {{}}
for column in {names}:
    parts = df[column].str.split(separator, regex=False).explode()
    parts_of[column] = parts.astype('str').str.strip()
encoded = pd.DataFrame(index=df.index)
for column, parts in parts_of.items():
    distinct = sorted(part for part in parts.dropna().unique() if part)
    if len(distinct) > MOST:
        raise ValueError(f'{{column!r}} has {{len(distinct)}} distinct parts: too many')
    for part in distinct:
        has = (parts == part).groupby(level=0).any()
        encoded[f'{{column}}_{{part}}'] = has.reindex(df.index).astype('int64')
""".lstrip().replace("MOST", str(_MOST_COLUMNS))
_ADDED = """
taken = set(df.columns)
unique = []
for name in encoded.columns:
    free, number = name, 1
    while free in taken:
        number += 1
        free = f'{name}_{number}'
    taken.add(free)
    unique.append(free)
df = pd.concat([df, encoded.set_axis(unique, axis='columns')], axis='columns')
""".strip()


@dataclass(frozen=True, kw_only=True)
class OneHot(OnColumns):
    """Make a column of 0 and 1 of each distinct value, such as city_Oslo, at the end of the table.

    With a `separator`, each text is split at it, and each of its parts has a column.
    They take the place of the column unless it is to `keep`. A missing value is 0 in all of them.
    A name that there is already gets a number: city_Oslo_2. With more than 200 distinct values the
    code raises ValueError.
    """

    kind: Literal["one_hot"] = "one_hot"
    columns: tuple[str, ...]
    keep: bool = False
    separator: str | None = None

    columns_from_cells: ClassVar = True

    def columns_changed(self) -> tuple[str, ...]:
        return ()

    def check(self, shape: TableShape) -> None:
        columns = [shape.column(name) for name in self.columns]
        demand(columns, _PLAIN, "which are no categories", "Cast it to text first.")
        if self.separator is not None:
            demand(columns, {ColumnType.TEXT}, "and only texts can be split", "")
            if not self.separator.strip():
                raise UnusableValue("The parts need a sign between them other than a space.")
        for each in columns:
            if each.distinct == 0:
                raise UnusableValue(f"The column {each.name!r} has no value to make a column of.")
            if each.distinct > _MOST_COLUMNS and self.separator is None:
                raise UnusableValue(
                    f"The column {each.name!r} has {each.distinct} distinct values, and each would "
                    f"become a column; up to {_MOST_COLUMNS} can. Merge the rare ones first, or "
                    "label encode it."
                )

    def code(self) -> str:
        names = literal_list(self.columns)
        if self.separator is not None:
            parted = _BY_PARTS.format(names=names, separator=literal(self.separator))
            return f"{PANDAS}{parted}{self._others()}{_ADDED}"
        return (
            f"{PANDAS}for column in {names}:\n"
            "    distinct = df[column].nunique()\n"
            f"    if distinct > {_MOST_COLUMNS}:\n"
            "        raise ValueError(f'{column!r} has {distinct} distinct values: too many')\n"
            f"encoded = pd.get_dummies(df[{names}], columns={names}, dtype='int64')\n"
            f"{self._others()}{_ADDED}"
        )

    def _others(self) -> str:
        return "" if self.keep else f"df = df.drop(columns={literal_list(self.columns)})\n"

    def describe(self) -> str:
        kept = ", kept" if self.keep else ""
        each = "each value" if self.separator is None else f"each part at {self.separator!r}"
        return f"Make a column of 0 and 1 of {each} of {names_text(self.columns)}{kept}"


@dataclass(frozen=True, kw_only=True)
class LabelEncode(OnColumns):
    """Replace the distinct values of each column by the whole numbers 0, 1, 2 … in their order.

    Text is ordered by its characters, capitals first. Missing values stay missing. The answer lists
    which value became which number.
    """

    kind: Literal["label_encode"] = "label_encode"
    columns: tuple[str, ...]

    def check(self, shape: TableShape) -> None:
        columns = (shape.column(name) for name in self.columns)
        demand(columns, _PLAIN, "which have no order", "Cast it to text first.")

    def code(self) -> str:
        return (
            f"{PANDAS}"
            "meanings = []\n"
            f"for column in {literal_list(self.columns)}:\n"
            "    numbers, values = pd.factorize(df[column], sort=True)  # -1 where it is missing\n"
            "    numbers = pd.Series(numbers, index=df.index, dtype='Int64')\n"
            "    df[column] = numbers.mask(numbers < 0)\n"
            "    meaning = {'column': column, 'number': range(len(values)), 'value': values}\n"
            f"    meanings.append(pd.DataFrame(meaning).head({_MOST_LISTED}))\n"
            "    meanings[-1]['value'] = meanings[-1]['value'].astype('str')\n"
            "result = pd.concat(meanings, ignore_index=True)"
        )

    def describe(self) -> str:
        return f"Number the values of {names_text(self.columns)} from 0, in their order"

    def shape_after(self, shape: TableShape) -> TableShape:
        return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.INTEGER))
