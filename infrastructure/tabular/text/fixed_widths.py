"""Text whose columns begin at the same characters in every line, as terminals and reports show it.

Its delimiter is written ``at 7 19 30``: the characters, from 1, at which columns but the first one
begin.
"""

import re
from collections.abc import Sequence
from itertools import accumulate, groupby, takewhile
from operator import or_

from infrastructure.tabular.text.cell_shapes import Shape, shape_of_cell

_WRITTEN = re.compile(r"at \d+(?: \d+)*")
_FEWEST_LINES, _FEWEST_COLUMNS = 4, 3
_MOST_ABOVE, _MOST_LINES_ABOVE = 6, 60
_RULE = re.compile(r"[-=_]+")
_DASHES = re.compile(r" *(?:-+|=+)(?: +(?:-+|=+))+")
_NEARLY_ALL, _MOST_OF = 0.8, 0.6
_LETTERS = re.compile(r"[^ ]+")


def places_of(delimiter: str | None) -> tuple[int, ...]:
    """The places, from 0, at which columns but the first one begin; none of other delimiters.

    They may be written in any order, and that of the first column among them.
    """
    if delimiter is None or not _WRITTEN.fullmatch(delimiter):
        return ()
    return tuple(sorted({int(place) - 1 for place in delimiter.split()[1:]} - {-1, 0}))


def cut_at(line: str, places: Sequence[int]) -> list[str]:
    """The cells of a line; the line itself where a cell reaches into the next one.

    A number may begin before its column does, as the last figures stand below each other.
    """
    edges = [0]
    for place in places:
        edge = place
        if line[place - 1 : place].strip() and line[place : place + 1].strip():
            edge = max(line.rfind(" ", 0, place) + 1, edges[-1])
            number = line[edge:].split(" ", 1)[0]
            if edge == edges[-1] or shape_of_cell(number) is not Shape.NUMBER:
                return [line.strip()]
        edges.append(edge)
    ends = [*edges[1:], len(line)]
    return [line[begin:end].strip() for begin, end in zip(edges, ends, strict=True)]


def fixed_widths(lines: Sequence[str]) -> str | None:
    """The delimiter of lines whose columns stand below each other, if that tells more than spaces.

    It does not where spaces divide each line into as many cells as there are columns.
    """
    block = _longest_block(lines)
    if len(block) < _FEWEST_LINES:
        return None
    table, places = _below_a_rule(block) or _lined_up(block)
    if len(places) < _FEWEST_COLUMNS or not _are_filled_up(table, places[1:]):
        return None
    if {len(line.split()) for line in table} == {len(places)}:
        return None
    return "at " + " ".join(str(place + 1) for place in places[1:])


def lines_above_a_rule(lines: Sequence[str]) -> int:
    """How many lines an empty one parts from names that dashes stand below."""
    rule = _rule_of(lines)
    above = [] if rule is None else lines[: max(0, rule - 1)]
    return max((n + 1 for n, line in enumerate(above) if not line.strip()), default=0)


def ruled_widths(lines: Sequence[str]) -> str | None:
    """The delimiter of lines below names and dashes, which show where the columns begin.

    None where spaces alone divide each line into as many cells as there are columns.
    """
    rule = _rule_of(lines)
    if rule is None or any("\t" in line for line in lines):
        return None
    rows = list(takewhile(bool, (line.rstrip() for line in lines[rule + 1 :])))
    places = [dashes.start() for dashes in _LETTERS.finditer(lines[rule].rstrip())]
    table = [lines[rule - 1].rstrip(), *rows]
    if not rows or not _cut_well(table, places[1:]):
        return None
    if all(len(line.split()) == len(places) for line in table):
        return None
    return "at " + " ".join(str(place + 1) for place in places[1:])


def _rule_of(lines: Sequence[str]) -> int | None:
    """The first line of dashes for each column, right below a line that holds something."""
    above = [line.rstrip() for line in lines[: _MOST_LINES_ABOVE + 1]]
    rules = (n for n, line in enumerate(above) if n and _DASHES.fullmatch(line))
    rule = next((n for n in rules if _are_named(above[n], above[n - 1])), None)
    # Within quotes it is of the text of a cell.
    within = rule is not None and sum(line.count('"') for line in above[:rule]) % 2
    return None if within else rule


def _are_named(rule: str, names: str) -> bool:
    """Whether a name stands above each of the dashes, and none reaches over two of them."""
    places = [dashes.start() for dashes in _LETTERS.finditer(rule)]
    cells = (names[begin:end] for begin, end in zip(places, [*places[1:], None], strict=True))
    parted = not any(names[place - 1 : place].strip() for place in places[1:])
    return parted and all(cell.strip() for cell in cells)


def _are_filled_up(table: Sequence[str], places: Sequence[int]) -> bool:
    """Whether spaces fill up a cell that is narrower than its column.

    One space before each column is but a delimiter of cells that are all of one length.
    """
    return any("  " in line[place - 2 : place + 1] for line in table for place in places)


def _below_a_rule(block: Sequence[str]) -> tuple[Sequence[str], list[int]] | None:
    """The table that begins with names and dashes below them, and where those begin."""
    for number, line in enumerate(block[1 : _MOST_ABOVE + 1]):
        if _DASHES.fullmatch(line):
            places = [dashes.start() for dashes in _LETTERS.finditer(line)]
            table = block[number:]
            return (table, [0, *places[1:]]) if _cut_well(table, places[1:]) else None
    return None


def _cut_well(table: Sequence[str], places: Sequence[int]) -> bool:
    return sum(len(cut_at(line, places)) > 1 for line in table) >= _NEARLY_ALL * len(table)


def _lined_up(block: Sequence[str]) -> tuple[Sequence[str], list[int]]:
    """The table whose columns stand below each other, and where those begin."""
    filled = list(accumulate(map(_filled, reversed(block)), or_))[: _FEWEST_LINES - 2 : -1]
    found = list(map(_beginnings, filled[:_MOST_ABOVE]))
    # A title fills most places where nothing stands below it, and names fill a few.
    enough = _MOST_OF * max(map(len, found))
    above, begun = next((n, places) for n, places in enumerate(found) if len(places) >= enough)
    table = block[above:]
    return table, _of_columns(table, begun)


def _of_columns(table: Sequence[str], begun: Sequence[int]) -> list[int]:
    """The beginnings but for those of words of a name, or by chance of words of each cell."""
    names, *rows = table
    dropped = set[int | None]()
    for begin, end in zip(begun, [*begun[1:], None], strict=True):
        if not any(row[begin:end].strip() for row in rows):
            # Where figures stand to the right below a longer name, its first words do alone.
            right = end is not None and bool(names[end - 2 : end - 1].strip())
            dropped.add(end if right and _is_parted(table, begin) else begin)
        elif not names[begin:end].strip() and not _is_parted(table, begin):
            dropped.add(begin)
    return [begin for begin in begun if begin not in dropped]


def _is_parted(table: Sequence[str], begin: int) -> bool:
    """Whether more than one space stands before a column in all lines."""
    return begin < 2 or not any(line[begin - 2 : begin - 1].strip() for line in table)


def _longest_block(lines: Sequence[str]) -> list[str]:
    """The most lines that no empty one parts, those aside that are drawn through all columns."""
    bare = [line.rstrip() for line in lines]
    blocks = [list(block) for filled, block in groupby(bare, bool) if filled]
    longest = max(blocks, key=len, default=[])
    if any("\t" in line for line in longest):
        return []
    return [line for line in longest if not _RULE.fullmatch(line.strip())]


def _filled(line: str) -> int:
    """A bit for each place of a line, set where something stands."""
    bits = _LETTERS.sub(lambda letters: "1" * len(letters[0]), line).replace(" ", "0")
    return int(bits[::-1] or "0", 2)


def _beginnings(filled: int) -> list[int]:
    """Where something stands in a line or more, right after a place where nothing does in any."""
    begun = f"{filled & ~(filled << 1):b}"
    return [place for place, bit in enumerate(reversed(begun)) if bit == "1"]
