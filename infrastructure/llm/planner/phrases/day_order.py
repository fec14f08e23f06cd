"""Which comes first in a written date, the day or the month."""

from infrastructure.llm.planner.reading.reader import Reader

_DAY_FIRST = (
    *(
        "day first",
        "days first",
        "dayfirst",
        "dd/mm/yyyy",
        "day/month/year",
        "dd/mm/yy",
        "dd-mm-yyyy",
        "d/m/y",
        "day comes first",
        "day is first",
    ),
    *(
        "dd.mm.yyyy",
        "day before month",
        "european",
        "european format",
        "european style",
        "day-first",
    ),
)
_MONTH_FIRST = (
    *(
        "month first",
        "months first",
        "mm/dd/yyyy",
        "month/day/year",
        "mm/dd/yy",
        "mm-dd-yyyy",
        "m/d/y",
        "month comes first",
        "month is first",
        "us format",
    ),
    *(
        "american",
        "american format",
        "us style",
        "month before day",
        "american style",
        "month-first",
    ),
)


def read_day_order(reader: Reader) -> bool | None:
    """True for day first, False for month first, None where the message does not say."""
    before = reader.position
    reader.take(",")
    bracket = reader.take("(")
    reader.skip("with", "the", "in", "using", "as", "a", "it is", "it's", "its", "they are")
    reader.skip("format is", "written as", "written", "given as")
    day = reader.take(*_DAY_FIRST)
    month = None if day else reader.take(*_MONTH_FIRST)
    if not day and not month:
        reader.position = before
        return None
    reader.take("format", "order")
    if bracket:
        reader.take(")")
    return day is not None
