"""Commands that express numbers in another unit: "convert the height from cm to inches"."""

import re

from domain.actions import (
    Action,
    Derive,
    ReadInUnit,
    RenameColumns,
    Renaming,
    UnitSize,
)
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC, TEXT
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name
from infrastructure.llm.planner.reading.units import SPELLINGS, Unit, converted

_CONVERT = "(convert|change|turn|express|recompute|calculate|show|give)"
_AS = "(as|into|in|called|named|and call it|in a new column|as a new column|into a new column)"
_INTO = "(to|into|in|as)"
_NUMBERS = "[a|plain] (number|numbers|numeric|numerical)"
_WANTED = "(i want|i need|we need|we want|make|convert|turn|change|put)"


@by_patterns(
    f"{_CONVERT} {{column}} from {{old:unit}} {_INTO} {{new:unit}} [{_AS} [called|named] {{name}}]",
    f"{_CONVERT} {{column}} {_INTO} {{new:unit}} [{_AS} [called|named] {{name}}]",
    f"{{column}} (is|are) in {{old:unit}} [,|;|.] [but|and|so] {_WANTED} (it|them) {_INTO} "
    "{new:unit}",
    "{column} (in|to) {new:unit} [instead]",
    "{column} in {new:unit} (instead of|not|rather than) {old:unit}",
)
def convert_units(said: Said) -> tuple[Action, ...] | None:
    """Read "convert weight from pounds to kg": a name that tells the old unit tells the new one."""
    name, new = said["column"], said["new"]
    if name not in said.reader.of_types(NUMERIC):
        return None if "old" in said else _read_in_unit(said)
    old = said.get("old") or _told_by(name, new.kind)
    if old is None:
        raise Question(
            f"In which unit is {name!r} now? Say: convert {name} from one unit to the other."
        )
    if old.kind != new.kind:
        raise Question(f"{old.symbol} and {new.symbol} measure different things. Which is meant?")
    expression = converted(backticked(name), old, new)
    if "name" in said:
        return (Derive(new=said["name"], expression=expression),)
    renamed = _renamed(name, old, new)
    actions: tuple[Action, ...] = (Derive(new=name, expression=expression),)
    if renamed != name and renamed not in said.reader.shape.column_names:
        actions += (RenameColumns(pairs=(Renaming(old=name, new=renamed),)),)
    return actions


@by_patterns(
    f"(make|turn|convert|change|read|parse) {{column}} [{_INTO}] {_NUMBERS} (in|as|of) "
    "{new:unit}",
    f"[make|turn|convert|change|put] {{column}} (in|{_INTO}|as) {{new:unit}} [as] {_NUMBERS}",
    f"{{column}} (should|must) be {_NUMBERS} in {{new:unit}}",
    "{column} [should|must|needs to] [all] [be] in {new:unit} [,|and] "
    "[(numbers|number) only|(only|just|as) [the|plain] (numbers|number)]",
    f"{{column}} [as] {_NUMBERS} in {{new:unit}}",
)
def read_in_unit(said: Said) -> tuple[Action, ...] | None:
    """Read "make weight numeric in kg"."""
    return _read_in_unit(said)


def _read_in_unit(said: Said) -> tuple[Action, ...] | None:
    """The numbers of texts such as "350 g" and "4.2 kg", all in the one unit.

    What has no unit, or one of another kind, becomes missing: its number may mean anything.
    """
    name, new, reader = said["column"], said["new"], said.reader
    if name not in reader.of_types(TEXT) or f"{name}_unit" in reader.shape.column_names:
        return None
    # How much of the new unit one of each is; temperatures do not begin at the same zero.
    sizes = tuple(
        UnitSize(spelling=spelling, size=unit.size / new.size)
        for spelling, unit in SPELLINGS.items()
        if unit.kind == new.kind and not (unit.offset or new.offset)
    )
    if not sizes:
        return None
    return (ReadInUnit(columns=(name,), unit=new.symbol, sizes=sizes),)


@by_patterns(
    f"[{_CONVERT}|put] {{column}} {_INTO} (thousands|millions)",
    f"{{column}} (should be|must be) {_INTO} (thousands|millions)",
)
def in_thousands(said: Said) -> tuple[Action, ...] | None:
    """Read "salary in thousands"."""
    name = said["column"]
    if name not in said.reader.of_types(NUMERIC) or said.says("show", "give"):
        return None
    size = 1_000_000 if said.says("millions") else 1_000
    return (Derive(new=name, expression=f"{backticked(name)} / {size}"),)


@by_patterns(
    "[add|compute|calculate|derive|create|get] [a] [new] [column] [with|for] (bmi|body mass index) "
    "[column] [(from|of|with|using) {columns}]",
    "bmi (=|:) weight / height [(in (m|metres|meters))] squared",
)
def add_body_mass_index(said: Said) -> tuple[Action, ...] | None:
    """Read "add BMI": of the columns for the weight and the height, which tell their units."""
    reader = said.reader
    cells: list[str] = []
    for noun, symbol in (("weight", "kg"), ("height", "m")):
        named = [n for n in reader.of_types(NUMERIC) if noun in name_words(n)]
        unit = SPELLINGS[symbol]
        old = _told_by(named[0], unit.kind) if len(named) == 1 else None
        if old is None or not {*named} <= {*said.get("columns", named)}:
            raise Question(
                "From which columns, and in which units? Say it like bmi = weight_kg / "
                "(height_cm / 100) ** 2."
            )
        cells.append(
            backticked(named[0]) if old == unit else converted(backticked(named[0]), old, unit)
        )
    weight, height = cells
    return (Derive(new=free_name(reader, "bmi"), expression=f"({weight}) / ({height}) ** 2"),)


def _told_by(name: str, kind: str) -> Unit | None:
    """The unit of the kind that a word of the column's name tells, the last first."""
    units = (SPELLINGS.get(word) for word in reversed(name_words(name)))
    return next((unit for unit in units if unit is not None and unit.kind == kind), None)


def _renamed(name: str, old: Unit, new: Unit) -> str:
    """The name with the new unit in the place of the old one, as it is if it tells none."""
    words = re.split(r"([^\W_]+)", name)
    told = (SPELLINGS.get(word.casefold()) for word in words)
    return "".join(
        new.symbol if unit == old else word for word, unit in zip(words, told, strict=True)
    )


RULES = (add_body_mass_index, convert_units, read_in_unit, in_thousands)
