"""The time of day after a date, with or without its zone: what it looks like, how it is parsed."""

import re
from dataclasses import dataclass

import polars as pl

_HOUR, _SIXTY = "(?:[01]?[0-9]|2[0-3])", "[0-5][0-9]"
_TIME = re.compile(
    r"(?P<separator>T|t|,? +)[0-9]{1,2}:[0-9]{2}(?P<seconds>:[0-9]{2})?"
    r"(?P<fraction>[.,][0-9]+)?(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|GMT|[+-][0-9:]+))?"
)
_ZERO_ZONE = " ?(?:Z|UTC|GMT|[+-]00(?::?00)?)"
_ZONE = " ?(?:Z|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What follows a date. ``zone`` is a pattern; ``offset`` is the one that all values have."""

    separator: str = ""
    form: str = ""
    shape: str = ""
    zone: str = ""
    offset: str = ""

    @property
    def pattern(self) -> str:
        return f"{re.escape(self.separator)}{self.shape}{re.escape(self.offset) or self.zone}"

    @property
    def format(self) -> str:
        """How times are written; a zone that all values share is written out."""
        return f"{self.separator}{self.form}{self.offset or ('%z' if self.zone else '')}"

    @property
    def varies(self) -> bool:
        """Whether the values have several zones."""
        return self.zone == _ZONE and not self.offset

    def parse(self, text: pl.Expr, date_form: str) -> pl.Expr:
        """Moments in microseconds, naive, or in UTC when there is a zone; null where impossible."""
        form = f"{date_form}{self.separator}{self.form}".replace("%S,%f", "%S%.f")
        form = form.replace("%S.%f", "%S%.f")
        if "," in self.form:
            text = text.str.replace(r"(:[0-9]{2}),([0-9]+)", "$1.$2")
        if not self.zone:
            # What is in numbers alone is parsed in less time than found again in a cache.
            cache = "%p" in form or "%.f" in form
            return text.str.to_datetime(form, time_unit="us", strict=False, cache=cache)
        if self.zone == _ZERO_ZONE:
            local = text.str.replace(f"{_ZERO_ZONE}$", "")
            parsed = local.str.to_datetime(form, time_unit="us", strict=False)
            return parsed.dt.replace_time_zone("UTC")
        named = text.str.replace(" ?(?:Z|UTC|GMT)$", "+00:00").str.replace(r" ([+-][0-9:]+)$", "$1")
        moments = named.str.to_datetime(f"{form}%#z", time_unit="us", strict=False)
        return moments.dt.convert_time_zone("UTC")


NO_TIME = Clock()


def clocks_of(time: str) -> list[Clock]:
    """How times could be written when one of them is `time`: the narrower before the wider.

    Empty when it is no time that we know.
    """
    if not time:
        return [NO_TIME]
    found = _TIME.fullmatch(time)
    if found is None:
        return []
    hour = "(?:0?[1-9]|1[0-2])" if found["half"] else _HOUR
    shape, form = f"{hour}:{_SIXTY}", "%I:%M" if found["half"] else "%H:%M"
    if found["seconds"]:
        shape, form = f"{shape}:{_SIXTY}", f"{form}:%S"
    fraction = found["fraction"]
    if fraction:
        # Beyond microseconds there may only be zeros.
        shape, form = (
            f"{shape}(?:{re.escape(fraction[0])}[0-9]{{1,6}}0*)?",
            f"{form}{fraction[0]}%f",
        )
    if found["half"]:
        space = " " if " " in found["half"] else ""
        shape, form = f"{shape}{space}[AaPp][Mm]", f"{form}{space}%p"
    parts = {"separator": found["separator"], "form": form, "shape": shape}
    if not found["zone"]:
        return [Clock(**parts)]
    zones = [Clock(**parts, zone=_ZERO_ZONE)]
    offset = found["zone"]
    return [*zones, Clock(**parts, zone=_ZONE, offset=offset), Clock(**parts, zone=_ZONE)]
