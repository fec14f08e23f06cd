"""Real tables that no one here made: from the packages palmerpenguins and vega_datasets."""

from importlib.resources import files


def penguins() -> bytes:
    """344 rows, 17 columns of field notes, with missing values and odd spellings (CC0)."""
    return (files("palmerpenguins") / "data" / "penguins-raw.csv").read_bytes()


def vega(name: str) -> bytes:
    """A table of the vega datasets."""
    return (files("vega_datasets") / "_data" / name).read_bytes()
