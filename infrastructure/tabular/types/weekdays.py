"""The name of the day of the week before a date, as in RFC 5322 and in letters."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from infrastructure.tabular.types.readings import Expression, Reading, matching

_NAMES = {
    "en": (
        "monday tuesday wednesday thursday friday saturday sunday",
        "mon tue wed thu fri sat sun",
        "mon tues weds thur fri sat sun",
        "mon tues wed thurs fri sat sun",
    ),
    "de": (
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "mo di mi do fr sa so",
        "montag dienstag mittwoch donnerstag freitag sonnabend sonntag",
    ),
    "fr": (
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lun mar mer jeu ven sam dim",
    ),
    "es": (
        "lunes martes miércoles jueves viernes sábado domingo",
        "lun mar mié jue vie sáb dom",
    ),
}
TIME_OF_DAY = r"(?:T|t|,? +)[0-9]{1,2}:[0-9]{2}.*$"
_CELL = re.compile(r"(?P<name>[^\W\d_]{2,12})(?P<mark>\.?,? )(?P<date>\S.*)")


@dataclass(frozen=True)
class Weekday:
    """``numbers`` are those of the names in one language, Monday's is 1; ``mark`` follows them."""

    numbers: dict[str, int]
    mark: str

    @property
    def pattern(self) -> str:
        return f"(?:{'|'.join(self.numbers)}){re.escape(self.mark)}"

    def date(self, bare: pl.Expr) -> pl.Expr:
        """What follows the name."""
        return bare.str.replace(f"^{self.pattern}", "")

    def number(self, bare: pl.Expr) -> pl.Expr:
        name = bare.str.extract(f"^({'|'.join(self.numbers)}){re.escape(self.mark)}")
        return name.replace_strict(self.numbers, default=None, return_dtype=pl.Int8)


def after_weekday(values: Sequence[str]) -> tuple[Weekday, list[str]] | None:
    """How the weekdays are written that all values begin with, and what follows them."""
    cells = [_CELL.fullmatch(value) for value in values]
    found = [cell for cell in cells if cell]
    if not found or len(found) < len(cells) or len({cell["mark"] for cell in found}) > 1:
        return None
    names = {cell["name"].lower() for cell in found}
    for rows in _NAMES.values():
        numbers = {name: number for row in rows for number, name in enumerate(row.split(), start=1)}
        if names <= numbers.keys():
            spelt = {
                spelling(name): number
                # The longest first, so that none is taken for the beginning of another.
                for name, number in sorted(numbers.items(), key=lambda item: -len(item[0]))
                for spelling in (str.lower, str.capitalize, str.upper)
            }
            return Weekday(spelt, found[0]["mark"]), [cell["date"] for cell in found]
    return None


def with_weekdays(
    weekday: Weekday, moments: Iterable[Reading], days: Sequence[Reading]
) -> Iterator[Reading]:
    """Readings of dates after a weekday, which must be the day's own: then nothing is lost.

    `days` are readings of the same dates without time and zone, by which the weekday is that of
    the place and not of UTC.
    """
    for moment in moments:
        found = _after(weekday, moment, days)
        if found is not None:
            yield found


def _after(weekday: Weekday, moment: Reading, days: Sequence[Reading]) -> Reading | None:
    """The same after the weekday, None when it cannot be held against the dates.

    What could be several dates is so only where the weekday is that of each of them.
    """
    day = next((d for d in days if _is_day_of(d, moment)), None)
    choices = [_after(weekday, choice, days) for choice in moment.choices]
    fits, ways = moment.fits, [choice for choice in choices if choice is not None]
    if fits is None or len(ways) < len(choices):
        return None
    if moment.convert and (day is None or day.convert is None):
        return None
    return replace(
        moment,
        fits=_fits(weekday, fits, None if moment.is_text else day, ways),
        convert=_converts(weekday, moment.convert),
        format=f"%a{weekday.mark}{moment.format}" if moment.format else None,
        choices=tuple(ways),
    )


def _is_day_of(day: Reading, moment: Reading) -> bool:
    return bool(day.format and moment.format and moment.format.startswith(day.format))


def _fits(
    weekday: Weekday, fits: Expression, day: Reading | None, ways: Sequence[Reading]
) -> Expression:
    named = matching(f"{weekday.pattern}.*")
    convert = day.convert if day else None

    def whole(bare: pl.Expr) -> pl.Expr:
        date = weekday.date(bare)
        each = [way.fits(bare) for way in ways if way.fits is not None]
        kept = pl.all_horizontal(named(bare), fits(date), *each)
        if convert is None:
            return kept
        local = date.str.replace(TIME_OF_DAY, "")
        return kept & (convert(local).dt.weekday() == weekday.number(bare))

    return whole


def _converts(weekday: Weekday, convert: Expression | None) -> Expression | None:
    return None if convert is None else lambda bare: convert(weekday.date(bare))
