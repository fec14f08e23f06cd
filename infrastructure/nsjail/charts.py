"""What a chart is. Runs in the jail and outside, where pandas is not loaded for it."""

from typing import Any


def is_chart(value: dict[Any, Any]) -> bool:
    """Whether it is a Vega-Lite specification: it says so, or how its marks are composed."""
    schema = value.get("$schema")
    if isinstance(schema, str):
        return "vega-lite" in schema
    views = ("layer", "hconcat", "vconcat", "concat", "spec")
    return isinstance(value.get("mark"), str | dict) or any(_is_view(value.get(v)) for v in views)


def _is_view(part: object) -> bool:
    """Whether it may be one view or several; a table may have columns of such names."""
    if isinstance(part, list):
        return bool(part) and all(isinstance(each, dict) for each in part)
    return isinstance(part, dict)
