"""Orders to measure with: such numbers, days, labels, texts, ids and gaps as shops have."""

from pathlib import Path

import numpy as np
import polars as pl

_CHUNK = 500_000
_FIRST_ID = 10_000_000
_SECONDS = 5 * 365 * 86_400
_COUNTRIES = ("DE", "FR", "US", "GB", "ES", "IT", "PL", "NL", "SE", "AT", "CH", "CZ", "PT", "IE")
_STATES = ("delivered", "shipped", "paid", "returned", "cancelled", "on hold")
_CHANNELS = ("web", "app", "store", "telephone")
_PHRASE = (
    "please leave the parcel with our neighbours behind the blue door and ring twice thanks "
    "box was damaged but everything inside is fine great quality, fast delivery will buy again "
    "colour differs from the picture customer asked for an invoice with two addresses"
)
_MADE_PHRASES = 5000
_CITIES = 400

SCHEMA = pl.Schema(
    {
        "order_id": pl.Int64(),
        "customer_id": pl.Int64(),
        "code": pl.String(),
        "zip": pl.String(),
        "country": pl.String(),
        "city": pl.String(),
        "state": pl.String(),
        "channel": pl.String(),
        "ordered_at": pl.Datetime("us"),
        "shipped_on": pl.Date(),
        "quantity": pl.Int64(),
        "unit_price": pl.Float64(),
        "discount": pl.Float64(),
        "weight": pl.Float64(),
        "latitude": pl.Float64(),
        "longitude": pl.Float64(),
        "paid": pl.Boolean(),
        "rating": pl.Int64(),
        "email": pl.String(),
        "comment": pl.String(),
    }
)


def orders(rows: int, first: int = 0) -> pl.DataFrame:
    """So many orders, the same ones for the same `first`: twenty columns, about 200 bytes a row."""
    random = np.random.default_rng(first + 1)
    ids = pl.Series(np.arange(first, first + rows) + _FIRST_ID)
    customers = _some(random, pl.Series(random.zipf(1.3, rows) % 900_000 + 100_000), 0.02)
    moments = pl.Series(random.integers(0, _SECONDS, rows) + 1_577_836_800).cast(pl.Int64)
    ordered = (moments * 1_000_000).cast(pl.Datetime("us"))
    days = pl.Series(random.integers(0, 9, rows)) * 86_400_000_000
    shipped = (moments * 1_000_000 + days).cast(pl.Datetime("us")).dt.date()
    frame = pl.DataFrame(
        {
            "order_id": ids,
            "customer_id": customers,
            "code": _labelled(random, rows),
            "zip": pl.Series(random.integers(501, 99_951, rows)).cast(pl.String).str.zfill(5),
            "country": _of(random, _COUNTRIES, rows),
            "city": _of(random, _cities(), rows),
            "state": _of(random, _STATES, rows),
            "channel": _of(random, _CHANNELS, rows),
            "ordered_at": ordered,
            "shipped_on": _some(random, shipped, 0.1),
            "quantity": random.geometric(0.4, rows),
            "unit_price": np.round(random.lognormal(3, 1, rows), 2),
            "discount": _some(random, pl.Series(np.round(random.beta(1, 9, rows), 3)), 0.3),
            "weight": np.round(random.gamma(2, 1.5, rows), 3),
            "latitude": np.round(random.normal(49, 4, rows), 5),
            "longitude": np.round(random.normal(9, 6, rows), 5),
            "paid": random.random(rows) < 0.9,
            "rating": _some(random, pl.Series(random.integers(1, 6, rows)), 0.4),
            "email": _addresses(random, customers),
            "comment": _some(random, _of(random, _phrases(), rows), 0.4),
        }
    )
    return frame.cast(dict(SCHEMA))  # type: ignore[arg-type]  # names to types are such a mapping


def write_csv(target: Path, rows: int) -> int:
    """Write so many orders as CSV; the file's size in bytes."""
    with target.open("wb") as opened:
        for first in range(0, rows, _CHUNK):
            frame = orders(min(_CHUNK, rows - first), first)
            frame.write_csv(opened, include_header=first == 0, datetime_format="%Y-%m-%d %H:%M:%S")
    return target.stat().st_size


def write_parquet(target: Path, rows: int) -> int:
    """Write so many orders as Parquet; the size in bytes."""
    pl.concat(
        orders(min(_CHUNK, rows - first), first) for first in range(0, rows, _CHUNK)
    ).write_parquet(target)
    return target.stat().st_size


def _of(random: np.random.Generator, labels: tuple[str, ...], rows: int) -> pl.Series:
    """Labels of which the first are the most frequent."""
    places = (len(labels) * random.random(rows) ** 2).astype(np.uint32)
    return pl.Series(labels).gather(pl.Series(places))


def _some(random: np.random.Generator, values: pl.Series, missing: float) -> pl.Series:
    return pl.select(
        pl.when(pl.Series(random.random(len(values)) >= missing)).then(values)
    ).to_series()


def _labelled(random: np.random.Generator, rows: int) -> pl.Series:
    letters = _of(random, ("A", "B", "K", "X"), rows)
    return letters + "-" + pl.Series(random.integers(0, 10**9, rows)).cast(pl.String).str.zfill(9)


def _addresses(random: np.random.Generator, customers: pl.Series) -> pl.Series:
    hosts = _of(random, ("example.org", "mail.example", "post.example.net"), len(customers))
    return "customer" + customers.cast(pl.String) + "@" + hosts


def _cities() -> tuple[str, ...]:
    random = np.random.default_rng(7)
    syllables = ("ber", "lin", "mün", "ster", "paris", "ton", "ville", "burg", "stad", "åsa")
    made = (random.choice(syllables, size=random.integers(2, 4)) for _ in range(_CITIES))
    return tuple("".join(parts).capitalize() for parts in made)


def _phrases() -> tuple[str, ...]:
    random = np.random.default_rng(8)
    made = (
        random.choice(_PHRASE.split(), size=random.integers(3, 16)) for _ in range(_MADE_PHRASES)
    )
    return tuple(" ".join(words) for words in made)
