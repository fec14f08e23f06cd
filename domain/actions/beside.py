"""New columns that stand right behind the one that they come from."""

from collections.abc import Mapping
from dataclasses import replace

from domain.actions.literals import column, literal
from domain.table import Column, TableShape


def placed_beside(source: str, new: Mapping[str, str]) -> str:
    """Code that adds the columns, each with the expression of its cells.

    One that has the source's own name takes its place.
    """
    lines = []
    behind = 0
    for name, cells in new.items():
        if name == source:
            lines.append(f"{column(name)} = {cells}")
        else:
            behind += 1
            place = f"df.columns.get_loc({literal(source)}) + {behind}"
            lines.append(f"df.insert({place}, {literal(name)}, {cells})")
    return "\n".join(lines)


def shape_beside(shape: TableShape, source: str, *new: Column) -> TableShape:
    """The shape that such code leaves."""
    place = shape.column_names.index(source)
    own = next((each for each in new if each.name == source), shape.columns[place])
    behind = tuple(each for each in new if each.name != source)
    return replace(
        shape, columns=(*shape.columns[:place], own, *behind, *shape.columns[place + 1 :])
    )
