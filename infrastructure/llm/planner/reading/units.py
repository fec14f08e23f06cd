"""Units of measurement: how they are spelled, and how one is expressed in another."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """A unit of `kind`: one of it is `size` of the kind's base unit, counted from `offset`."""

    symbol: str
    kind: str
    size: float
    offset: float = 0.0


_UNITS: tuple[tuple[Unit, tuple[str, ...]], ...] = (
    (Unit("mm", "length", 0.001), ("millimeter", "millimetre")),
    (Unit("cm", "length", 0.01), ("centimeter", "centimetre")),
    (Unit("m", "length", 1.0), ("meter", "metre")),
    (Unit("km", "length", 1000.0), ("kilometer", "kilometre")),
    (Unit("in", "length", 0.0254), ("inch", "inches")),
    (Unit("ft", "length", 0.3048), ("foot", "feet")),
    (Unit("miles", "length", 1609.344), ("mile",)),
    (Unit("mg", "mass", 0.000001), ("milligram",)),
    (Unit("g", "mass", 0.001), ("gram", "gramme")),
    (Unit("kg", "mass", 1.0), ("kilo", "kilogram", "kgs")),
    (Unit("lbs", "mass", 0.45359237), ("lb", "pound")),
    (Unit("oz", "mass", 0.028349523125), ("ounce",)),
    (Unit("ms", "time", 0.001), ("millisecond", "msec", "milliseconds")),
    (Unit("seconds", "time", 1.0), ("second", "sec", "secs", "s")),
    (Unit("minutes", "time", 60.0), ("minute", "min", "mins")),
    (Unit("hours", "time", 3600.0), ("hour", "hrs", "h")),
    (Unit("days", "time", 86400.0), ("day",)),
    (Unit("ha", "area", 10_000.0), ("hectare",)),
    (Unit("acres", "area", 4046.8564224), ("acre",)),
    (Unit("ml", "volume", 0.001), ("milliliter", "millilitre")),
    (Unit("l", "volume", 1.0), ("liter", "litre")),
    (Unit("bytes", "data", 1.0), ("byte",)),
    # By 1,000 as the standard and the makers of disks have it; those by 1,024 are called KiB.
    (Unit("kb", "data", 1e3), ("kilobyte",)),
    (Unit("mb", "data", 1e6), ("megabyte",)),
    (Unit("gb", "data", 1e9), ("gigabyte",)),
    (Unit("tb", "data", 1e12), ("terabyte",)),
    (Unit("kib", "data", 1024.0), ("kibibyte",)),
    (Unit("mib", "data", 1024.0**2), ("mebibyte",)),
    (Unit("gib", "data", 1024.0**3), ("gibibyte",)),
    (Unit("c", "temperature", 1.0), ("celsius", "centigrade")),
    (Unit("f", "temperature", 5 / 9, 32.0), ("fahrenheit",)),
)
SPELLINGS: dict[str, Unit] = {
    spelling: unit
    for unit, words in _UNITS
    for word in (unit.symbol, *words)
    for spelling in (word, f"{word}s" if len(word) > len("sec") else word)
}
# Said alone, these are words of other meanings.
_LETTERS = frozenset({"in", "l", "c", "f", "m", "g", "s", "h"})
SAID = tuple(spelling for spelling in SPELLINGS if spelling not in _LETTERS)


def converted(cells: str, old: Unit, new: Unit) -> str:
    """The expression of the cells in the new unit. Both are of one kind."""
    taken = f"({cells} - {old.offset:g})" if old.offset else cells
    ratio = old.size / new.size
    scaled = f"{taken} * {ratio:.12g}" if ratio >= 1 else f"{taken} / {1 / ratio:.12g}"
    return f"{scaled} + {new.offset:g}" if new.offset else scaled


def in_unit(number: float, old: Unit, new: Unit) -> float:
    """The number of the old unit in the new one. Both are of one kind."""
    return (number - old.offset) * old.size / new.size + new.offset
