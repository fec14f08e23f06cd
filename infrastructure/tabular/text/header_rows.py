"""Names for columns, and whether a first row is names at all."""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.dataset import Interpretation
from infrastructure.tabular.text.cell_shapes import TYPED, Shape, shape_of_cell
from infrastructure.tabular.types.missing_words import words_beside_values

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+|\+\d[\d ()/.-]{6,}")
# They hide the column from who types its name. Joiners stay: Persian and emoji are written so.
_OF_NO_WIDTH = "\u200b\u00ad\u2060\ufeff"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LETTERS_AND_DIGITS = re.compile(r"([A-Z]+)|([a-z]+)|(\d+)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LABEL = re.compile(r"[A-Za-z_][\w.-]*[=:](?=.)")
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d+)?")
_FEWEST_OF_A_FORM = 3
_FEWEST_APART, _MOST_ALONG = 3, 2 / 3
_TELLING = TYPED | {Shape.CODE, Shape.BOOLEAN}
_MISSING = frozenset(words_beside_values(Interpretation())) - {""}
_MOMENTS = (Shape.DATE, Shape.TIME)
_MOST_HEADER_ROWS, _MOST_ALIKE = 5, 3
_LONGEST_NAME = 120
# A jail takes no name of more than 1,000, and a repeated one gets a number.
_MOST_LETTERS = 900


def unique_names(names: Sequence[str], width: int) -> list[str]:
    """`width` names, tidied; the missing ones by place (``column_3``), repeated ones numbered,
    and very long ones cut off.

    ``["a", "", "a"]`` becomes ``["a", "column_2", "a_2"]``.
    """
    wanted = [_tidy(names[index]) if index < len(names) else "" for index in range(width)]
    spoken_for = {name for name in wanted if name}
    taken: set[str] = set()
    next_count: dict[str, int] = {}
    result = []
    for index, name in enumerate(wanted):
        stem = name or f"column_{index + 1}"
        chosen, count = stem, next_count.get(stem, 2)
        while chosen in taken or (chosen in spoken_for and chosen != name):
            chosen = f"{stem}_{count}"
            count += 1
        next_count[stem] = count
        taken.add(chosen)
        result.append(chosen)
    return result


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a date, which names seldom are."""
    return shape_of_cell(cell) in {Shape.NUMBER, Shape.DATE}


def holds_an_address(cells: Sequence[str]) -> bool:
    """Whether a cell is an e-mail address or an international telephone number."""
    return any(_ADDRESS.fullmatch(cell.strip()) for cell in cells)


def is_data(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is data like the rest, so that the table has no header.

    True when the first row holds an e-mail address or a telephone number; when its cells begin
    with the same labels as those below, as in ``id=1``; when it has values where
    the columns do, unless those values count up, as years or numbered items in a header do, or
    are none of their columns, as wavelengths above what was measured at each; and,
    where no column shows what it holds, when the first row's words come again below it.
    """
    if holds_an_address(first) or _is_labelled(first, body):
        return True
    if not body:
        return _holds_values(first)
    values, names = _values_and_names(first, _typed_columns(body, len(first)))
    if values or names:
        scale = _count_up(values) or _rise_as_years(first, body) or _stand_apart(first, body)
        return len(values) > len(names) and not scale
    return _comes_again(first, body)


def _is_labelled(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether most cells of the first row begin with a label that all below them have, too."""
    again = 0
    for index, cell in enumerate(first):
        label = _LABEL.match(cell)
        below = [row[index] for row in body if index < len(row)]
        again += label is not None and bool(below) and all(c.startswith(label[0]) for c in below)
    return again > 1 and again * 2 > len(first)


def count_header_rows(rows: Sequence[Sequence[str]]) -> int:
    """How many of the first rows of a table hold the names of its columns."""
    if not rows:
        return 0
    # A row of one cell among longer ones is a note, and tells nothing of the first column.
    least = min(2, len(rows[0]))
    others = [row for row in rows[1:] if row != rows[0] and len(row) >= least]
    if _is_usual(rows, others) or is_data(rows[0], others):
        return 2 if _stand_above_names(rows) else 0
    count = 2 if len(rows) > 1 and is_underline(rows[1]) else 1
    count = 3 if len(rows) > 2 and _are_ids_of_questions(rows[2]) else count
    if count + 2 < len(rows) and _is_empty(rows[count]) and _fills_gaps(rows[0], rows[count + 1]):
        count += 2
    while count < min(_MOST_HEADER_ROWS, len(rows) - 1) and _goes_on(rows, count):
        count += 1
    return count


def _is_empty(row: Sequence[str]) -> bool:
    return not any(map(str.strip, row))


def _is_usual(rows: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> bool:
    """Whether the first row comes so often, or so often in a row, as names do not.

    Names above values may come oftener than rows, where many short files were joined.
    """
    again = sum(list(row) == list(rows[0]) for row in rows[1:])
    run = sum(1 for _ in itertools.takewhile(lambda row: list(row) == list(rows[0]), rows))
    often = again > max(1, len(others)) and not has_names([rows[0], *others])
    return often or run > _MOST_ALIKE


def is_underline(row: Sequence[str]) -> bool:
    """Whether a row below the names adds nothing to them.

    It is dashes alone, as the client of SQL Server draws them, or ids of questions, as Qualtrics
    writes them.
    """
    marks = [cell.strip() for cell in row]
    if _are_ids_of_questions(row):
        return True
    return any("--" in mark for mark in marks) and not any(mark.strip("-:") for mark in marks)


def _are_ids_of_questions(row: Sequence[str]) -> bool:
    return bool(row) and all(cell.startswith('{"ImportId":') for cell in row)


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has words where the columns below have values."""
    values, names = _values_and_names(rows[0], _typed_columns(rows[1:], len(rows[0])))
    return len(names) > len(values)


def has_row_names(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the rows begin with names of their own that no column is named for, as R writes them.

    They have one cell more than there are names, the first ones differ, and most of the last hold
    something, which delimiters at the ends of rows and notes beside a table do not. A comma that
    was not quoted makes a cell too many as well, but one that begins with a space.
    """
    width = len(names) + 1
    if width < 3 or len(rows) < 2 or any(len(row) != width for row in rows):
        return False
    if sum(bool(row[-1].strip()) for row in rows) * 2 <= len(rows):
        return False
    if not all(map(str.strip, names)) or len({row[0].strip() for row in rows}) < len(rows):
        return False
    return not any(all(row[index][:1] == " " for row in rows) for index in range(2, width))


def joined_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """One name for each column of a header of several rows, its parts as they are written.

    A gap above a name takes what stands left of it, as merged cells do.
    """
    return [" ".join(filter(str.strip, parts)) or parts[-1] for parts in _parts(rows)]


def filled_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """As `joined_names`, but a part that only repeats the one before it is left out."""
    if len(rows) <= 1:
        return [cell for row in rows for cell in row]
    stripped = [[part.strip() for part in parts if part.strip()] for parts in _parts(rows)]
    return [" ".join(part for part, _ in itertools.groupby(parts)) for parts in stripped]


def _parts(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of each column, from above, with gaps above a name filled."""
    width = max(map(len, rows), default=0)
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    for above, row in enumerate(padded):
        if any(left.strip() and left == right for left, right in itertools.pairwise(row)):
            # Who writes the name of a group above each of its columns leaves no gaps in it.
            continue
        for index in range(1, width):
            named = any(below[index].strip() for below in padded[above + 1 :])
            if named and not row[index].strip():
                row[index] = row[index - 1]
    return [list(parts) for parts in zip(*padded, strict=True)]


def _stand_above_names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the values of the first row, as years, name groups of the columns named below it.

    The first column is in no group, and each one has a name of its own.
    """
    groups, *below = rows
    names = below[0] if below else []
    return (
        len(below) > 2
        and not groups[0].strip()
        and len(groups) == len(names)
        and all(name.strip() and shape_of_cell(name) not in TYPED for name in names)
        and has_names(below)
    )


def _goes_on(rows: Sequence[Sequence[str]], index: int) -> bool:
    """Whether the row is names too: as the first one, or words above columns of values."""
    row, body = rows[index], rows[index + 1 :]
    if list(row) == list(rows[0]):
        return True
    if _fills_gaps(rows[0], row):
        return True
    if len(body) < 2:
        return False
    # Of a row that is divided by another delimiter, a few cells are there at most.
    typed = _typed_columns(body, max(len(row), len(rows[0])))
    values, names = _values_and_names(row, typed)
    if len(values) > 1 and _count_up(values) and _stand_below_gaps(rows[index - 1], row):
        return True
    if values or any(shape_of_cell(cell) in TYPED for cell in row):
        return False
    if names and _are_units_of_few(row, body, typed):
        return True
    # Below units, how a column was come by may be named for half of the columns alone.
    least = len(typed) / 2 if index > 1 else len(typed) / 2 + 0.5
    return len(names) >= max(2.0, least)


def _are_units_of_few(
    row: Sequence[str], body: Sequence[Sequence[str]], typed: Collection[int]
) -> bool:
    """Whether a row lacks its first cell, as no row below does, and holds words above values.

    A word for a missing value stands in a row.
    """
    if any(cell.strip() in _MISSING for cell in row):
        return False
    filled = {index for index, cell in enumerate(row) if cell.strip()}
    complete = all(other[:1] and other[0].strip() for other in body)
    return 0 in typed and 0 not in filled and filled <= set(typed) and complete


def _stand_below_gaps(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row names all columns, below one that names few, as pivot tables have it."""
    filled = sum(map(bool, map(str.strip, above)))
    return all(map(str.strip, row)) and 0 < filled * 2 < len(row) and not above[-1].strip()


def _fills_gaps(above: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row names what the one above leaves open, below names that span several columns."""
    gaps = {index for index, cell in enumerate(above) if not cell.strip()}
    filled = {index for index, cell in enumerate(row) if cell.strip()}
    if 0 in gaps or 0 in filled or len(filled) < 2 or len(above) - len(gaps) < 2:
        return False
    words = not any(shape_of_cell(row[index]) in _TELLING for index in filled)
    return words and len(filled & gaps) * 2 >= len(filled) and len(gaps - filled) <= 1


@dataclass(frozen=True)
class _Usual:
    """What most cells of a column are, and the one form of its codes, None where it has several."""

    shape: Shape
    form: str | None

    def is_like(self, cell: str) -> bool:
        return shape_of_cell(cell) is self.shape and self.form in {None, _form_of(cell)}


def _form_of(code: str) -> str:
    """How a code is written: ``A45-06`` as ``A9-9``, and ``col_7`` as ``a_9``."""
    return _LETTERS_AND_DIGITS.sub(lambda run: "Aa9"[(run.lastindex or 1) - 1], code.strip())


def _typed_columns(body: Sequence[Sequence[str]], width: int) -> dict[int, _Usual]:
    """The columns nearly all of whose cells are values or codes, and which."""
    found = {}
    for index in range(width):
        cells = [row[index] for row in body if index < len(row)]
        shapes = Counter(map(shape_of_cell, cells))
        present = shapes.total() - shapes[Shape.EMPTY]
        if present and sum(shapes[shape] for shape in _TELLING) >= 0.9 * present:
            shape = max(_TELLING, key=lambda shape: (shapes[shape], shape))
            found[index] = _Usual(shape, _one_form(cells) if shape is Shape.CODE else None)
    return found


def _one_form(cells: Sequence[str]) -> str | None:
    codes = [cell for cell in cells if shape_of_cell(cell) is Shape.CODE]
    forms = set(map(_form_of, codes))
    return forms.pop() if len(codes) >= _FEWEST_OF_A_FORM and len(forms) == 1 else None


def _values_and_names(
    row: Sequence[str], columns: Mapping[int, _Usual]
) -> tuple[list[str], list[str]]:
    """The cells of a row that are values as those of their columns are, and those that are not."""
    values, names = [], []
    for index, usual in columns.items():
        if index >= len(row):
            continue
        shape = shape_of_cell(row[index])
        if shape in _MOMENTS and usual.shape is Shape.NUMBER:
            # Days or hours in a row name the columns of what was counted then.
            names.append(row[index])
        elif shape in TYPED or usual.is_like(row[index]):
            values.append(row[index])
        elif shape is not Shape.EMPTY:
            names.append(row[index])
    return values, names


def _holds_values(row: Sequence[str]) -> bool:
    """Whether a lone row is values: all of it, or most of it and not the years of a header."""
    values = [cell for cell in row if shape_of_cell(cell) in TYPED]
    if len(values) == len(row):
        return True
    return len(values) * 2 > len(row) and not (len(values) > 1 and _count_up(values))


def _comes_again(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether cells of the first row are repeated in their columns, or are too long for names."""
    filled = [index for index, cell in enumerate(first) if cell.strip()]
    if any(len(first[index]) > _LONGEST_NAME for index in filled):
        return True
    again = [
        index for index in filled if any(row[index : index + 1] == [first[index]] for row in body)
    ]
    return len(again) * 4 >= len(filled) > 0 and bool(again)


def _tidy(name: str) -> str:
    # Control characters are invisible in a name, and Arrow cannot pass on one with a NUL.
    shown = "".join(letter for letter in name if letter not in _OF_NO_WIDTH)
    name = " ".join(_CONTROL.sub(" ", shown).split())
    return name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1] + "…"


def _count_up(cells: Sequence[str]) -> bool:
    if not all(cell.strip().isdecimal() for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    years = all(1900 <= number <= 2100 for number in numbers)
    if len(numbers) == 1:
        return years
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    return len(steps) == 1 and (steps == {1} or (years and steps != {0}))


def _rise_as_years(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether the numbers of the first row are years in their order, above columns of others."""
    places = [index for index, cell in enumerate(first) if _number(cell) is not None]
    years = [first[index].strip() for index in places]
    if (
        len(years) < _FEWEST_APART
        or not all(map(_YEAR.fullmatch, years))
        or _way(first, places) is None
    ):
        return False
    below = [row[index].strip() for row in body for index in places if index < len(row)]
    return sum(_YEAR.fullmatch(cell) is not None for cell in below) * 2 <= len(
        list(filter(None, below))
    )


def _stand_apart(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Whether numbers rise or fall along the first row, each far from all below it.

    Where most rows rise or fall along with it, as people of countries by years do, it is another
    row, of a larger country.
    """
    places = [index for index, cell in enumerate(first) if _number(cell) is not None]
    numbers = [number for cell in first if (number := _number(cell)) is not None]
    way = _way(first, places)
    if len(numbers) < _FEWEST_APART or way is None:
        return False
    if sum(_way(row, places) is way for row in body) > _MOST_ALONG * len(body):
        return False
    words = [cell for cell in first if shape_of_cell(cell) in {Shape.WORD, Shape.TEXT}]
    if len(words) + len(numbers) < len(first) or not words:
        return False
    for place, number in zip(places, numbers, strict=True):
        column = [row[place] for row in body if place < len(row) and row[place].strip()]
        below = [value for cell in column if (value := _number(cell)) is not None]
        if len(below) < 2 or len(below) < len(column):
            return False
        least, most = min(below), max(below)
        if least - (most - least) <= number <= most + (most - least):
            return False
    return True


def _way(row: Sequence[str], places: Sequence[int]) -> bool | None:
    """Whether the numbers at the places rise throughout, or fall; None if they do neither."""
    numbers = [_number(row[place]) if place < len(row) else None for place in places]
    steps = {
        None if before is None or after is None or after == before else after > before
        for before, after in itertools.pairwise(numbers)
    }
    return steps.pop() if len(steps) == 1 else None


def _number(cell: str) -> float | None:
    """A number as programs write it."""
    return float(cell) if _PLAIN.fullmatch(cell.strip()) else None
