"""A date as its parts follow one another, and how it is parsed."""

import re
from dataclasses import dataclass

import polars as pl

from domain.table import ColumnType
from infrastructure.tabular.types.clock_times import Clock
from infrastructure.tabular.types.month_names import spellings
from infrastructure.tabular.types.readings import Reading, Uncertainty, matching

YEAR = "(?:[1-9][0-9]{3}|0(?:[1-9][0-9]{2}|0(?:[1-9][0-9]|0[1-9])))"
TWO_DIGITS = "[0-9]{2}"
# Every date of the Gregorian calendar from year 1 to 9999, those of leap years too.
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
CALENDAR = (
    f"(?:{YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)"
)
DAY, MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
PADDED = {DAY: "(?:0[1-9]|[12][0-9]|3[01])", MONTH: "(?:0[1-9]|1[0-2])"}
BARE = {DAY: "(?:[1-9]|[12][0-9]|3[01])", MONTH: "(?:[1-9]|1[0-2])"}
_CENTURY_TURN = 69


CENTURY = Uncertainty(
    kind="two_digit_year",
    message="years of two digits were taken to be from 1969 to 2068",
)
_OFFSETS = Uncertainty(
    kind="several_time_zones",
    message="the values have several offsets from UTC; the moments were kept, the offsets were not",
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How the parts of a date follow one another: ``form`` is of strptime, ``names`` a language."""

    form: str
    clock: Clock
    names: str | None = None

    @property
    def short_year(self) -> bool:
        return "%y" in self.form

    def parse(self, bare: pl.Expr) -> pl.Expr:
        if self.names is not None:
            months = spellings(self.names)
            bare = bare.str.replace_many(list(months), list(months.values()), leftmost=True)
        form = self.form.replace("%-", "%").replace("%B", "%m")
        if self.short_year:
            bare, form = _with_century(bare, form), form.replace("%y", "%Y")
        return self.clock.parse(bare, form)

    def reading(self, pattern: str, form: str | None = None) -> Reading:
        """Dates whose whole value matches `pattern` and are in the calendar."""

        def fits(bare: pl.Expr) -> pl.Expr:
            moments = self.parse(bare)
            known = (
                moments.dt.year().is_between(1, 9999) if self.clock.zone else moments.is_not_null()
            )
            return matching(pattern + self.clock.pattern)(bare) & known

        uncertainty = CENTURY if self.short_year else _OFFSETS if self.clock.varies else None
        return Reading(
            type=ColumnType.DATETIME,
            fits=fits,
            convert=self.parse,
            format=(form or self.form) + self.clock.format,
            uncertainty=uncertainty,
        )


def _with_century(bare: pl.Expr, form: str) -> pl.Expr:
    """Years of two digits as POSIX completes them: 69 to 99 are of the 20th century."""
    before = re.escape(form).replace("%d", "[0-9]{1,2}").replace("%m", "[0-9]{1,2}")
    place = f"^({before.split('%y', maxsplit=1)[0]})([0-9]{{2}})"
    late = bare.str.extract(place, 2).cast(pl.Int32, strict=False) >= _CENTURY_TURN
    return (
        pl.when(late)
        .then(bare.str.replace(place, "${1}19${2}"))
        .otherwise(bare.str.replace(place, "${1}20${2}"))
    )
