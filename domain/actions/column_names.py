"""Names of columns as programs or people like them."""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from domain.actions.clean_names import clean_name, clean_names
from domain.actions.latin import code_of
from domain.actions.literals import literal, literal_list
from domain.actions.typed_action import TypedAction
from domain.actions.wording import names_text
from domain.table import TableShape

_STYLES = {
    "snake": "snake_case",
    "upper": "UPPER_CASE",
    "lower": "lower case with spaces",
    "title": "Title Case with spaces",
    "trim": "be without stray white space",
}


@dataclass(frozen=True, kw_only=True)
class NormaliseNames(TypedAction):
    """Rename columns (none means every one) in one style: ``snake`` makes unit_price of Unit Price.

    ``upper`` makes UNIT_PRICE, ``lower`` unit price, ``title`` Unit Price; ``trim`` only removes
    white space that is too much. Accents, signs and camelCase are resolved, % is percent and #
    number; snake and upper put an x before a first digit; equal names are numbered: price, price_2;
    an empty one is column.
    """

    kind: Literal["normalise_names"] = "normalise_names"
    columns: tuple[str, ...] = ()
    style: Literal["snake", "upper", "lower", "title", "trim"] = "snake"

    needs_columns: ClassVar = False

    def columns_named(self) -> tuple[str, ...]:
        return self.columns

    def code(self) -> str:
        chosen = literal_list(self.columns) if self.columns else "list(df.columns)"
        arguments = f"list(df.columns), {chosen}, {literal(self.style)}"
        return f"{code_of(clean_name, clean_names)}df = df.rename(columns=clean_names({arguments}))"

    def describe(self) -> str:
        which = names_text(self.columns) if self.columns else "all columns"
        return f"Normalise the names of {which} to {_STYLES[self.style]}"

    def shape_after(self, shape: TableShape) -> TableShape:
        names = list(shape.column_names)
        new = clean_names(names, list(self.columns or names), self.style)
        renamed = (replace(c, name=new.get(c.name, c.name)) for c in shape.columns)
        return replace(shape, columns=tuple(renamed))
