"""Last rows that are totals of those above them, told from rows that are only called so."""

import re
from collections.abc import Iterator, Sequence
from math import isclose

from infrastructure.tabular.text.cell_shapes import ColumnShapes, Shape, shape_of_cell
from infrastructure.tabular.text.splitting import Record

_MOST_TOTALS, _FEWEST_ABOVE = 4, 2
_ROUNDING = 0.005
TOTAL = re.compile(
    r"(?:(?:grand|sub)[ -]?)?totals?\b.{0,30}|(?:[a-z]+ ){1,3}totals?|sums?\b.{0,10}|averages?|mean"
    r"|summe|gesamt(?:summe)?|gesamt: .{1,30}|insgesamt|durchschnitt|mittelwert|somme"
    r"|ensemble|totaux|total général|moyenne|totale|somma|media|promedio|suma"
    r"|razem|ogółem|totaal|som|итого|всего|合計|总计|合计"
    r"|合 計|overall|all|totale (?:complessivo|generale)|gesamtergebnis|eindtotaal|suma końcowa"
    r"|общий итог|総計|총합계|합계|totalsumma|totalt|yhteensä|celkem|celkový součet|összesen"
    r"|végösszeg|(?:genel )?toplam",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NO_DIGITS = re.compile(r"[^\d.,()-]")


def first_total(records: Sequence[Record], shapes: ColumnShapes) -> int:
    """Where the totals begin that come last; how many records there are when none are proven.

    Rows are totals when an empty line parts them from the others, when they lack a cell that tells
    all the others apart, or when most of their numbers are sums, averages or counts of the others.
    """
    begin = _first_called_so(records, shapes)
    if begin == len(records):
        return begin
    parted = not any(cell.strip() for cell in records[begin - 1].cells)
    above = [record.cells for record in records[:begin] if any(map(str.strip, record.cells))]
    rows = [record.cells for record in records[begin:] if any(map(str.strip, record.cells))]
    proven = all(
        _is_sum_of_all(row, above)
        if _is_bare(row)
        else parted or _lacks_a_key(row, above) or _sums_up(row, above)
        for row in rows
    )
    return begin if proven else len(records)


def ends_in_a_doubtful_total(records: Sequence[Record], shapes: ColumnShapes) -> bool:
    """Whether the last row is called a total, but nothing proves that it is one."""
    called = _first_called_so(records, shapes) < len(records)
    return called and first_total(records, shapes) == len(records)


def _first_called_so(records: Sequence[Record], shapes: ColumnShapes) -> int:
    """Where the last rows begin that have the name of a total and numbers."""
    end = len(records)
    while end > 0 and not any(cell.strip() for cell in records[end - 1].cells):
        end -= 1
    begin = end
    while begin > 1 and end - begin < _MOST_TOTALS and is_called_a_total(records[begin - 1].cells):
        begin -= 1
    if begin == end and begin > _FEWEST_ABOVE and _is_bare(records[begin - 1].cells):
        above = (record.cells for record in records[: begin - 1] if any(record.cells))
        begin -= all(cells[0].strip() for cells in above)
    labels = (cell.strip() for record in records[:begin] for cell in record.cells[:1])
    if begin == end or end - begin == _MOST_TOTALS or not shapes.typed():
        return len(records)
    return len(records) if any(map(TOTAL.fullmatch, labels)) else begin


def is_called_a_total(cells: Sequence[str]) -> bool:
    """Whether the first cell that holds something names a total, and numbers follow."""
    label = next((cell.strip() for cell in cells if cell.strip()), "")
    numbers = any(shape_of_cell(cell) is Shape.NUMBER for cell in cells)
    return numbers and TOTAL.fullmatch(label) is not None


def _is_bare(cells: Sequence[str]) -> bool:
    """Whether a row holds numbers alone, beside an empty first cell."""
    filled = [cell for cell in cells if cell.strip()]
    numbers = bool(filled) and all(shape_of_cell(cell) is Shape.NUMBER for cell in filled)
    return numbers and not cells[0].strip()


def _lacks_a_key(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether a cell is empty in the row only, in a column of words, dates or years."""
    return len(above) > 1 and any(
        not cell.strip() and all(map(_is_key, cells))
        for cell, cells in _columns(row, above)
        if len(cells) == len(above)
    )


def _is_key(cell: str) -> bool:
    is_number = shape_of_cell(cell) is Shape.NUMBER
    return bool(cell.strip()) and (not is_number or _YEAR.fullmatch(cell.strip()) is not None)


def _is_sum_of_all(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether each number is the sum of its column, and that no column of zeros.

    A row without a name may be a row that lacks it: averages and counts are too easily met.
    """
    pairs = [(cell, cells) for cell, cells in _columns(row, above) if cell.strip()]
    return any(_number(cell, ".") for cell, _ in pairs) and any(
        all(_is_sum(cell, cells, decimal) for cell, cells in pairs) for decimal in ".,"
    )


def _sums_up(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Whether at least half of the row's numbers sum up those of their columns."""
    proven = [
        any(_is_summary(cell, cells, decimal) for decimal in ".,")
        for cell, cells in _columns(row, above)
        if shape_of_cell(cell) is Shape.NUMBER
    ]
    return sum(proven) * 2 >= len(proven) > 0 and any(proven)


def _columns(row: Sequence[str], above: Sequence[Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
    """Each cell of the row with those above it."""
    for index, cell in enumerate(row):
        yield cell, [cells[index] for cells in above if index < len(cells)]


def _is_summary(cell: str, above: Sequence[str], decimal: str) -> bool:
    """Whether a number is the sum, the average or the count of those above, but for rounding."""
    found, numbers = _number(cell, decimal), _numbers(above, decimal)
    if found is None or not numbers:
        return False
    average = sum(numbers) / len(numbers)
    return (
        _is_sum(cell, above, decimal)
        or isclose(found, average, rel_tol=_ROUNDING, abs_tol=_half(cell, decimal))
        or found == len(numbers)
    )


def _is_sum(cell: str, above: Sequence[str], decimal: str) -> bool:
    found, numbers = _number(cell, decimal), _numbers(above, decimal)
    # Each of the numbers may have been rounded before they were summed up, or afterwards.
    nearly = _half(cell, decimal) * max(1.0, len(numbers) ** 0.5)
    return (
        found is not None
        and bool(numbers)
        and isclose(found, sum(numbers), rel_tol=1e-9, abs_tol=nearly)
    )


def _half(cell: str, decimal: str) -> float:
    """A little more than half of the last digit of a number."""
    return 0.51 * 10.0 ** -(len(cell.rpartition(decimal)[2]) if decimal in cell else 0)


def _numbers(cells: Sequence[str], decimal: str) -> list[float]:
    """The numbers among the cells, none when one of them cannot be read."""
    filled = [text for text in cells if shape_of_cell(text) is Shape.NUMBER]
    numbers = [value for text in filled if (value := _number(text, decimal)) is not None]
    return numbers if len(numbers) == len(filled) else []


def _number(cell: str, decimal: str) -> float | None:
    text = _NO_DIGITS.sub("", cell)
    negative = text.startswith(("-", "(")) or text.endswith("-")
    text = text.strip("()-").replace("," if decimal == "." else ".", "").replace(decimal, ".")
    try:
        return -float(text) if negative else float(text)
    except ValueError:
        return None
