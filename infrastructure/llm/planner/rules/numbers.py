"""Commands about numbers as a whole: rounding, scaling, bins, bounds."""

from domain.actions import Action, Bin, Derive, RoundNumbers, Scale
from infrastructure.llm.planner.phrases.expressed import backticked
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import free_name

_PLACES = (
    "[decimal|decimals|places|digits|digit|place] [places|place|digits|after the comma|points]"
)
_WHOLE_UNITS = "whole (dollars|euros|pounds|units|points|years)"
_TO_WHOLE = "to [the] [next|nearest] (integer|integers|full number|full|whole) [{noun:word}]"


@by_patterns(
    f"round [off] [values of|values in] {{columns}} to {{digits:whole}} {_PLACES}",
    f"{{columns}} (with|to) {{digits:whole}} (decimal|decimals|digits) {_PLACES}",
    f"{{columns}} rounded [off] to {{digits:whole}} {_PLACES}",
    f"(limit|shorten|restrict) {{columns}} to {{digits:whole}} (decimal|decimals) {_PLACES}",
    "round [off] [values of|values in] {columns} to [the] [nearest] "
    f"(integer|integers|whole number|whole numbers|whole|no decimals|unit|{_WHOLE_UNITS})",
    "round [off] {columns} to [the] nearest (ten|tens|hundred|hundreds|thousand|thousands)",
    "{columns} without [any|the] (decimals|decimal places|digits after the comma)",
)
def round_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "round price to two decimal places", "round salary to the nearest thousand"."""
    digits = said.get("digits", 0)
    for step, word in enumerate(("ten", "hundred", "thousand"), start=1):
        if said.says(word, f"{word}s"):
            digits = -step
    return (RoundNumbers(columns=said["columns"], digits=digits),)


@by_patterns(f"round [it|them] [off] to {{digits:whole}} {_PLACES}")
def round_it(said: Said) -> tuple[Action, ...] | None:
    """Read "round to 2 decimals" behind the step that changed the numbers."""
    changed = said.reader.changed
    if not changed or not {*changed} <= {*said.reader.of_types(NUMERIC)}:
        return None
    return (RoundNumbers(columns=changed, digits=said["digits"]),)


@by_patterns(
    "round [values of|values in] {columns} (up|down)",
    "round (up|down) {columns}",
    f"round [values of|values in] {{columns}} (up|down) {_TO_WHOLE}",
    f"round (up|down) {{columns}} {_TO_WHOLE}",
    "round [off] {columns} to [the] nearest {step:number}",
)
def round_otherwise(said: Said) -> tuple[Action, ...] | None:
    """Read "round price up", "round minutes to the nearest 15"."""
    if said.says("up", "down"):
        function = "ceil" if said.says("up") else "floor"
        return computed_each(said, f"{function}(CELLS)")
    step = said["step"]
    if step <= 0:
        raise Question("Round to the nearest what? Give a number above zero.")
    return computed_each(said, f"round(CELLS / {step!r}) * {step!r}")


@by_patterns("round [off] {columns}")
def ask_digits(said: Said) -> tuple[Action, ...] | None:
    """Ask for the digits of "round price"."""
    first = said["columns"][0]
    raise Question(f"To how many decimals? Say: round {first} to 2 decimals.")


_SCALE = "(scale|rescale|normalise|normalize|transform)"


@by_patterns(
    "(log|ln|log-transform|logtransform|logarithmise|logarithmize) [transform] {columns}",
    "(transform|scale) {columns} (with|by|to|using|on) [a|the] [natural] (log|logarithm|log scale)",
    "(apply|use) [a|the] [natural] (log|logarithm|log transform|log transformation) (to|on) "
    "{columns}",
)
def take_logarithms(said: Said) -> tuple[Action, ...] | None:
    """Read "log transform count": the natural logarithm, missing of what is not above zero."""
    return computed_each(said, "log(CELLS)")


_UNIT_RANGE = (
    "(between 0 and 1|between zero and one|to 0-1|to the range 0 to 1|to the range 0-1|"
    "to range 0 to 1|to a range of 0 to 1|from 0 to 1|to 0 to 1|into the range 0 to 1|"
    "to the interval 0 to 1|to between 0 and 1|into 0 to 1|to values between 0 and 1)"
)


@by_patterns(
    "(standardise|standardize|z-score|zscore|z-standardise|z-standardize) {columns} "
    "[[with|by|using|«] (z-score|z-scores|zscore|z score|z scores) [»]]",
    "(z-score|zscore|z score|standard) (normalise|normalize|scale|normalisation of|"
    "normalization of|scaling of|scaling to|standardise|standardize) {columns}",
    f"{_SCALE} {{columns}} to [have] [a] (mean|average) [of] (zero|0) and [a] [unit|standard] "
    "(variance|deviation|std|unit variance|standard deviation) [of] [one|1]",
    f"{_SCALE} {{columns}} (with|by|using) [the] (z-score|z-scores|zscore|standard scaler|"
    "standard scaling|standardscaler|standardization|standardisation)",
    "(apply|use) [the] (standard scaling|standard scaler|z-score|standardisation|standardization) "
    "(to|on) {columns}",
    "(convert|turn|change) {columns} (to|into) (z-scores|z scores|z-score|standard scores)",
)
def standardise(said: Said) -> tuple[Action, ...] | None:
    """Read "standardize price", "scale price to mean zero and unit variance"."""
    return (Scale(columns=said["columns"], method="standard"),)


@by_patterns(
    "(add|create|compute|calculate|make|get) [a] [column] [with|for] [the] (z score|z-score|zscore|"
    "z scores|z-scores|standard score|standard scores) (of|for) {column} "
    "[(as|in|called|named|in a column|into) [a] [new] [column] [called|named] {name}]",
)
def add_standard_scores(said: Said) -> tuple[Action, ...] | None:
    """Read "add the z score of pH": beside what it is computed from."""
    name = said["column"]
    if name not in said.reader.of_types(NUMERIC):
        return None
    new = said.get("name") or free_name(said.reader, f"{name}_z_score")
    if new in said.reader.shape.column_names:
        raise Question(f"There is already a column {new!r}. What should the new one be called?")
    copied = Derive(new=new, expression=backticked(name))
    return (copied, Scale(columns=(new,), method="standard"))


@by_patterns(
    "(min-max|minmax|min max) (scale|normalise|normalize|rescale|scaling of|scaling to|"
    "normalisation of|normalization of) {columns}",
    f"{_SCALE} {{columns}} {_UNIT_RANGE}",
    "(bring|put|map) {columns} (onto|on|to|into) a (0 to 1|0-1|unit) (scale|range|interval)",
    f"{_SCALE} {{columns}} (with|by|using) [the] (min-max|minmax|min max) [scaling|scaler|"
    "normalisation|normalization]",
    "(apply|use) [the] (min-max|minmax|min max) (scaling|scaler|normalisation|normalization) "
    "(to|on) {columns}",
)
def scale_to_unit(said: Said) -> tuple[Action, ...] | None:
    """Read "min-max scale price", "rescale qty between 0 and 1"."""
    return (Scale(columns=said["columns"], method="min_max"),)


@by_patterns(
    "(robust|robustly) (scale|normalise|normalize|scaling of|scaling to) {columns}",
    f"{_SCALE} {{columns}} (with|by|using) [the] [median and] (iqr|interquartile range|"
    "robust scaler|robust scaling|median and iqr|median and the iqr)",
    f"{_SCALE} {{columns}} robustly",
    "(apply|use) [the] (robust scaling|robust scaler) (to|on) {columns}",
)
def scale_robustly(said: Said) -> tuple[Action, ...] | None:
    """Read "robust scale price"."""
    return (Scale(columns=said["columns"], method="robust"),)


@by_patterns("(scale|rescale|normalise|normalize) {columns}")
def ask_scale(said: Said) -> tuple[Action, ...] | None:
    """Ask how to scale."""
    name = said["columns"][0]
    if name not in said.reader.of_types(NUMERIC):
        return None
    raise Question(
        f"How should {name} be scaled? Say: standardize {name}, min-max scale {name}, "
        f"or: robust scale {name}."
    )


_CAP = "(cap|clip|winsorise|winsorize|limit|clamp|winsor)"


@by_patterns(
    f"{_CAP} {{columns}} [to] (between|to|from|at|within) [the range] {{low:number}} "
    "(and|to|-) {high:number}",
    f"{_CAP} {{columns}} [to|at] (at most|up to|a maximum of|max|maximum|no more than) "
    "{high:number}",
    f"{_CAP} {{columns}} [to|at] (at least|a minimum of|min|minimum|no less than) {{low:number}}",
    "cap {columns} (at|to) {high:number}",
    "floor {columns} at {low:number}",
)
def bound_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "clip reading to between 4.5 and 10", "cap price at 100"."""
    low, high = said.get("low"), said.get("high")
    if low is not None and high is not None and low > high:
        return None
    written = "CELLS"
    if high is not None:
        written = f"({high!r} if CELLS > {high!r} else {written})"
    if low is not None:
        written = f"({low!r} if CELLS < {low!r} else {written})"
    return computed_each(said, written)


_BIN = "(bin|cut|bucket|discretise|discretize|categorise|categorize|group|split|divide|put|sort)"
_NEW = (
    "[,] (as|in|into|called|named|in a new column|into a new column|in new column|in a column|"
    "into a column|and call it|in the column|as a new column) [a] [new] [column] [called|named] "
    "{name}"
)
_GROUPS = "(groups|bins|buckets|categories|ranges|intervals|classes|bands)"
_LABELS = "[,|and] [with] [the] (labels|labelled|labeled|called|named|names) [:] {labels:labels}"


@by_patterns(
    f"{_BIN} {{column}} [into|in] [{_GROUPS}] (with|at|using|by) [the] (edges|bounds|breaks|"
    f"boundaries|cut points|breakpoints|limits) [at|of|:] {{edges:numbers}} {_LABELS} {_NEW}",
    f"{_BIN} {{column}} [into|in] [{_GROUPS}] (with|at|using|by) [the] (edges|bounds|breaks|"
    f"boundaries|cut points|breakpoints|limits) [at|of|:] {{edges:numbers}} {_NEW} {_LABELS}",
    f"{_BIN} {{column}} (at|by) {{edges:numbers}} (into|as|to|with labels|labelled|labeled) "
    f"{{labels:labels}} {_NEW}",
    f"{_BIN} {{column}} into {{labels:labels}} (at|by|with cuts at) {{edges:numbers}} {_NEW}",
    f"{_BIN} {{column}} (at|by) {{edges:numbers}} {_NEW}",
    f"{_BIN} {{column}} into {{count:whole}} [equal-width|equal width|equally wide|even|equal] "
    f"{_GROUPS} {_LABELS} {_NEW}",
    f"{_BIN} {{column}} into {{count:whole}} [equal-width|equal width|equally wide] {_GROUPS} "
    f"[{_NEW}]",
)
def bin_numbers(said: Said) -> tuple[Action, ...] | None:
    """Read "cut age at 20 and 40 into young, middle and old as age_group"."""
    edges = tuple(float(edge) for edge in said.get("edges", ()))
    labels = said.get("labels", ())
    if "count" in said and said.says("equal", "even"):
        return None
    if edges and labels and len(labels) not in {len(edges) - 1, len(edges) + 1}:
        raise Question(
            f"{len(edges)} edges make {len(edges) - 1} bins, or {len(edges) + 1} if the outer ones "
            f"are open, and there are {len(labels)} labels. Which belong together?"
        )
    return (
        Bin(
            column=said["column"],
            new=_free(said),
            bins=said.get("count"),
            edges=edges,
            labels=labels,
        ),
    )


_QUANTILES = {"quartiles": 4, "quintiles": 5, "deciles": 10, "tertiles": 3, "terciles": 3}


@by_patterns(
    f"{_BIN} {{column}} (into|by|in) (quartiles|quintiles|deciles|tertiles|terciles) {_LABELS} "
    f"{_NEW}",
    f"{_BIN} {{column}} (into|by|in) (quartiles|quintiles|deciles|tertiles|terciles) {_NEW} "
    f"{_LABELS}",
    f"{_BIN} {{column}} (into|by|in) (quartiles|quintiles|deciles|tertiles|terciles) {_NEW}",
    f"{_BIN} {{column}} into {{count:whole}} (quantiles|equal-sized {_GROUPS}|"
    f"equally sized {_GROUPS}|quantile {_GROUPS}|equal-frequency {_GROUPS}) {_LABELS} {_NEW}",
    f"{_BIN} {{column}} into {{count:whole}} (quantiles|equal-sized {_GROUPS}|"
    f"equally sized {_GROUPS}|quantile {_GROUPS}|equal-frequency {_GROUPS}) {_NEW}",
)
def bin_by_quantile(said: Said) -> tuple[Action, ...] | None:
    """Read "bin math into quartiles labelled Q1, Q2, Q3, Q4 as math_q"."""
    named = [count for word, count in _QUANTILES.items() if said.says(word)]
    labels = said.get("labels", ())
    bins = said.get("count") or named[0]
    if labels and len(labels) != bins:
        raise Question(f"There are {bins} groups and {len(labels)} labels. Give as many labels.")
    name = _free(said)
    return (Bin(column=said["column"], new=name, bins=bins, labels=labels, method="quantile"),)


@by_patterns("(bin|bucket|discretise|discretize) {column}", f"{_BIN} {{column}} into {_GROUPS}")
def ask_bins(said: Said) -> tuple[Action, ...] | None:
    """Ask for the edges of "bin age"."""
    name = said["column"]
    if name not in said.reader.of_types(NUMERIC):
        return None
    raise Question(
        f"Where should {name} be cut, and what should the new column be called? Say: "
        f"bin {name} at 18 and 65 into young, middle and old as {name}_group."
    )


def computed_each(
    said: Said, written: str, columns: tuple[str, ...] | None = None
) -> tuple[Action, ...]:
    """Each column replaced by what is written of its CELLS. Raises Question for other types."""
    columns = columns or said["columns"]
    for name in columns:
        if name not in said.reader.of_types(NUMERIC):
            raise Question(
                f"{name!r} holds no numbers, so I cannot compute with it. "
                f"Say first: convert {name} to number."
            )
    return tuple(
        Derive(new=name, expression=written.replace("CELLS", backticked(name))) for name in columns
    )


def _free(said: Said) -> str:
    if "name" not in said:
        return free_name(said.reader, f"{said['column']}_group")
    name: str = said["name"]
    if name in said.reader.shape.column_names:
        raise Question(f"There is already a column {name!r}. What should the new one be called?")
    return name


RULES = (
    round_numbers,
    round_it,
    round_otherwise,
    ask_digits,
    take_logarithms,
    standardise,
    add_standard_scores,
    scale_to_unit,
    scale_robustly,
    ask_scale,
    bound_numbers,
    bin_numbers,
    bin_by_quantile,
    ask_bins,
)
