"""What a chart is. Runs in the jail and outside, where pandas is not loaded for it."""

from typing import Any


def is_chart(value: dict[Any, Any]) -> bool:
    """Whether it is a Vega-Lite specification: it says so, or how its marks are composed."""
    schema = value.get("$schema")
    if isinstance(schema, str):
        return "vega-lite" in schema
    views = ("layer", "hconcat", "vconcat", "concat", "spec")
    return "mark" in value or any(isinstance(value.get(view), list | dict) for view in views)
