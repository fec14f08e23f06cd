"""What older versions of the libraries had, which much code is still written for, and what to
write today. Knows the snippet alone: no cell can get into a sentence."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

MEMBERS: Final = {
    "Float64Index": "pd.Index",
    "Inf": "np.inf",
    "Int64Index": "pd.Index",
    "NINF": "-np.inf",
    "NaN": "np.nan",
    "PINF": "np.inf",
    "_append": "pd.concat([df, other])",
    "TimeGrouper": "pd.Grouper(freq=...)",
    "alltrue": "np.all",
    "append": "pd.concat([df, other])",
    "applymap": "df.map",
    "as_matrix": "df.to_numpy()",
    "asscalar": "value.item()",
    "backfill": "df.bfill()",
    "bool": "value.item()",
    "categories": "column.cat.rename_categories([...])",
    "clip_lower": "df.clip(lower=...)",
    "clip_upper": "df.clip(upper=...)",
    "convert_objects": "df.infer_objects()",
    "datetime": "from datetime import datetime",
    "first": "df.head(n), or df.loc[df.index < df.index[0] + duration]",
    "float_": "np.float64",
    "get_dtype_counts": "df.dtypes.value_counts()",
    "get_feature_names": "get_feature_names_out()",
    "get_value": "df.at[row, column]",
    "in1d": "np.isin",
    "is_monotonic": "is_monotonic_increasing",
    "iteritems": "df.items",
    "ix": "df.loc or df.iloc",
    "last": "df.tail(n), or df.loc[df.index > df.index[-1] - duration]",
    "lookup": "df.loc or df.melt",
    "mad": "(df - df.mean()).abs().mean()",
    "np": "np itself",
    "pad": "df.ffill()",
    "product": "np.prod",
    "ravel": "column.to_numpy()",
    "reindex_axis": "df.reindex(labels, axis=...)",
    "rolling_mean": "column.rolling(n).mean()",
    "rolling_std": "column.rolling(n).std()",
    "rolling_sum": "column.rolling(n).sum()",
    "row_stack": "np.vstack",
    "set_value": "df.at[row, column] = value",
    "sometrue": "np.any",
    "sort": "df.sort_values(...)",
    "swapaxes": "df.T",
    "swaplevel": "df.swaplevel on a MultiIndex",
    "to_pydatetime": "the column itself; it holds moments",
    "trapz": "np.trapezoid",
    "tshift": "df.shift(n, freq=...)",
    "value_counts": "column.value_counts()",
    "view": "column.astype(...)",
    "weekday_name": "column.dt.day_name()",
    "week": "column.dt.isocalendar().week",
    "weekofyear": "column.dt.isocalendar().week",
}
_LEAVE_OUT = "leave it out"
_TRANSPOSE = "work on df.T and transpose the outcome"
# By argument: the functions that it is gone from (none for all), and what to write.
_ARGUMENTS: Final[dict[str, tuple[frozenset[str], str]]] = {
    "affinity": (frozenset({"AgglomerativeClustering"}), "metric"),
    "axis": (frozenset({"ewm", "expanding", "groupby", "resample", "rolling"}), _TRANSPOSE),
    "base": (frozenset({"Grouper", "resample"}), "origin or offset"),
    "base_estimator": (frozenset(), "estimator"),
    "closed": (frozenset({"bdate_range", "date_range"}), "inclusive"),
    "datetime_is_numeric": (frozenset(), _LEAVE_OUT),
    "fill_method": (frozenset({"pct_change"}), "ffill() before it"),
    "infer_datetime_format": (frozenset(), _LEAVE_OUT),
    "join_axes": (frozenset(), "reindex after it"),
    "level": (
        frozenset({"count", "max", "mean", "median", "min", "prod", "std", "sum", "var"}),
        "df.groupby(level=...) before it",
    ),
    "loffset": (frozenset(), "an addition to the index after it"),
    "method": (frozenset({"fillna", "replace"}), "ffill() or bfill()"),
    "multi_class": (frozenset({"LogisticRegression"}), _LEAVE_OUT),
    "normalize": (frozenset({"Lasso", "LinearRegression", "Ridge"}), "StandardScaler before it"),
    "sparse": (frozenset({"OneHotEncoder"}), "sparse_output"),
    "squared": (frozenset({"mean_squared_error"}), "root_mean_squared_error"),
    "squeeze": (frozenset({"groupby"}), _LEAVE_OUT),
}
_INPLACE: Final = frozenset(
    {
        *("bfill", "clip", "drop", "drop_duplicates", "dropna", "eval", "ffill", "fillna"),
        *("interpolate", "mask", "query", "rename", "rename_axis", "replace", "reset_index"),
        *("set_index", "sort_index", "sort_values", "where"),
    }
)
_ONE_WITHOUT_NAME: Final = frozenset(
    {
        *("concat", "drop", "drop_duplicates", "fillna", "ffill", "groupby"),
        *("reset_index", "set_axis", "set_index", "sort_index", "sort_values"),
    }
)
_NONE_WITHOUT_NAME: Final = frozenset({"dropna", "pivot"})
_PYTHONS_OWN: Final = frozenset({"bool", "complex", "float", "int", "object", "str"})
_ENDS: Final = {
    "A": "YE",
    "AS": "YS",
    "BA": "BYE",
    "BAS": "BYS",
    "BM": "BME",
    "BQ": "BQE",
    "BY": "BYE",
    "CBM": "CBME",
    "M": "ME",
    "Q": "QE",
    "SM": "SME",
    "Y": "YE",
}
_PERIODS: Final = {today: once for once, today in _ENDS.items() if today.endswith("E")}
_STEPS: Final = {"H": "h", "L": "ms", "N": "ns", "S": "s", "T": "min", "U": "us"}
_OF_PERIODS: Final = frozenset({"Period", "period_range", "to_period"})
_TAKE_FREQUENCIES: Final = _OF_PERIODS | {
    *("DateOffset", "Grouper", "Timedelta", "asfreq", "bdate_range", "ceil", "date_range", "floor"),
    *("interval_range", "resample", "rolling", "round", "shift", "timedelta_range", "to_offset"),
    *("to_timedelta",),
}
_FREQUENCY: Final = re.compile(r"(\d*)([A-Z]{1,4})((?:-[A-Z]{3})?)")


def instead_of(snippet: str, line: int, exception: str) -> str | None:
    """What to write for what `line` has from older versions, where that raises `exception`."""
    try:
        tree = ast.parse(snippet)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    tree = _WithConstants(tree).visit(tree)
    there = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    calls = [node for node in there if isinstance(node, ast.Call)]
    match exception:
        case "AttributeError":
            found = chain.from_iterable(map(_of_members, there))
        case "TypeError":
            rules = (_of_values, _of_arguments)
            found = chain.from_iterable(
                rule(call, _called(call)) for rule in rules for call in calls
            )
        case "ValueError":
            rules = (_of_values, _of_chosen_values)
            found = chain(
                chain.from_iterable(map(_of_groups, there)),
                chain.from_iterable(rule(call, _called(call)) for rule in rules for call in calls),
            )
        case "SpecificationError":
            found = chain.from_iterable(_of_names(_called(call)) for call in calls)
        case "OptionError":
            return "there is no such option; leave it out"
        case _:
            return None
    return next(found, None)


class _WithConstants(ast.NodeTransformer):
    """Puts a text in the place of a name that stands for nothing else."""

    def __init__(self, tree: ast.Module) -> None:
        stored = [
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        self._texts = {
            target.id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name) and stored.count(target.id) == 1
        }

    def visit_Name(self, node: ast.Name) -> ast.expr:
        text = self._texts.get(node.id) if isinstance(node.ctx, ast.Load) else None
        return node if text is None else ast.copy_location(ast.Constant(text.value), node)


def _of_members(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name) if name in _PYTHONS_OWN:
            yield f"np.{name} is gone; write {name}"
        case ast.Attribute(attr=name) if name in MEMBERS:
            yield f"there is no {name!r} here; write {MEMBERS[name]} instead"


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _of_arguments(call: ast.Call, name: str) -> Iterator[str]:
    for argument in (keyword.arg for keyword in call.keywords if keyword.arg is not None):
        functions, instead = _ARGUMENTS.get(argument, (frozenset({""}), ""))
        if not functions or name in functions:
            yield f"{name} has no {argument!r}; {_instead(instead)}"
        if argument == "inplace" and name not in _INPLACE:
            yield f"{name} has no 'inplace'; assign what it returns"
    if name in _NONE_WITHOUT_NAME and call.args:
        yield f"{name} takes no argument without a name; write axis=, index= or the like"
    elif len(call.args) > 1 and _takes_names(call.func):
        yield f"{name} takes its first argument alone without a name; write axis=, n= or the like"


def _takes_names(function: ast.expr) -> bool:
    """Whether all arguments but the first must be named; not so for the methods of Python's str."""
    match function:
        case ast.Attribute(attr="split" | "rsplit", value=text):
            return isinstance(text, ast.Attribute) and text.attr == "str"
        case ast.Attribute(attr=name):
            return name in _ONE_WITHOUT_NAME
    return False


def _instead(instead: str) -> str:
    return instead if instead in {_LEAVE_OUT, _TRANSPOSE} else f"use {instead}"


def _of_values(call: ast.Call, name: str) -> Iterator[str]:
    yield from _of_frequencies(call, name)
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    texts = {value.value for value in given if isinstance(value, ast.Constant)}
    names = {value.id for value in given if isinstance(value, ast.Name)}
    if name.startswith("to_") and "ignore" in texts:
        yield "errors='ignore' is gone; use errors='coerce', or try and except"
    if name == "astype" and ("bool" in texts or "bool" in names):
        yield "missing values do not fit bool; use astype('boolean'), or fill them first"
    if name == "astype" and "datetime64" in texts:
        yield "a moment has a unit; write astype('datetime64[us]'), or pd.to_datetime(column)"
    if name == "astype" and ("int" in names or texts & {"int", "int32", "int64"}):
        yield (
            "a missing value or a text is no int; use "
            "pd.to_numeric(column, errors='coerce').astype('Int64')"
        )


def _of_chosen_values(call: ast.Call, name: str) -> Iterator[str]:
    for keyword in call.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if name == "between" and keyword.arg == "inclusive" and isinstance(value, bool):
            yield f"inclusive is 'both', 'neither', 'left' or 'right', not {value}"
        elif name == "pct_change" and keyword.arg == "fill_method" and value is not None:
            yield "pct_change has no 'fill_method'; use ffill() before it"
        elif name == "stack" and keyword.arg == "dropna":
            yield "stack has no 'dropna'; leave it out"


def _of_names(called: str) -> Iterator[str]:
    if called in {"agg", "aggregate"}:
        yield "a dict in a dict names nothing any more; write agg(new_name=('column', 'mean'))"


def _of_groups(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Subscript(value=ast.Call() as call, slice=ast.Tuple()):
            if _called(call) == "groupby":
                yield "several columns are chosen with a list; write groupby(...)[['a', 'b']]"


def _of_frequencies(call: ast.Call, name: str) -> Iterator[str]:
    if name not in _TAKE_FREQUENCIES:
        return
    for value in (*call.args, *(keyword.value for keyword in call.keywords)):
        text = value.value if isinstance(value, ast.Constant) else None
        written = _FREQUENCY.fullmatch(text) if isinstance(text, str) else None
        if written is None:
            continue
        number, unit, anchor = written.groups()
        today = _STEPS.get(unit) or (_PERIODS if name in _OF_PERIODS else _ENDS).get(unit)
        if today is not None:
            yield f"the frequency {text!r} is written {number + today + anchor!r} now"
