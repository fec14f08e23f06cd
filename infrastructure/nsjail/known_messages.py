"""What pandas, numpy and scikit-learn mean by the messages that people meet most.

A message comes from the jail and may hold cells: it only selects a sentence from here.
"""

import re
from collections.abc import Sequence
from typing import Final

_MISSING_IS_FLOAT: Final = (
    "a missing text is no text but NaN or None; use the methods of .str, or "
    ".map(..., na_action='ignore')"
)
_ONE_ZONE: Final = (
    "one side has a time zone and the other has none; give both one with dt.tz_localize, or take "
    "it off with dt.tz_localize(None)"
)
_ONE_VALUE: Final = (
    "the function takes one value, and was given a whole column; use methods of the column, as "
    "astype, .str or .dt, or functions of numpy"
)
_NO_PATTERN: Final = (
    "the pattern is no regular expression; put a backslash before its special signs, or use "
    "regex=False"
)
_REMEDIES: Final = (
    (
        r"(int|float)\(\) argument must be .*'(Series|DataFrame)'|must be real number, not Series|"
        r"unsupported format string passed to Series|cannot convert the series to|"
        r"expected string or bytes-like object, got 'Series'",
        _ONE_VALUE,
    ),
    (
        r"boolean value of NA is ambiguous",
        "a missing value is neither true nor false; add .fillna(False) to the condition, or ask "
        "pd.isna first",
    ),
    (
        r"The truth value of a \w+ is ambiguous",
        "a condition on a whole column has many answers; combine conditions with & | ~ and "
        "parentheses, choose with np.where, or ask .any() or .all()",
    ),
    (
        r"Invalid value '.*' for dtype",
        "the value does not fit the column's type; cast the column first, with astype('Float64') "
        "for fractions or astype('string') for text, or round the value",
    ),
    (
        r"Cannot setitem on a Categorical with a new category",
        "the label is not among the categories; add it first with cat.add_categories, or "
        "astype('str')",
    ),
    (
        r"Unordered Categoricals can only|Cannot perform \w+ with non-ordered Categorical|"
        r"Categorical is not ordered",
        "the column is a category whose values have no order; use astype('str') before comparing",
    ),
    (
        r"cannot convert (NA|float NaN) to integer|int\(\) argument must be .*NAType",
        "a missing value is no int; use astype('Int64'), or fill it first",
    ),
    (
        r"could not convert string to float|invalid literal for int|Unable to parse string",
        "a text is no number; remove what is no digit, and use pd.to_numeric(..., errors='coerce')",
    ),
    (
        r"Length of values|All arrays must be of the same length|Columns must be same length|"
        r"Must have equal len keys|Length of indexer",
        "what is assigned has another length than the table or its columns; compare both with len",
    ),
    (
        r"Cannot perform reduction|dtype '?str'? does not support operation|.*agg function failed|"
        r"Cannot aggregate non-numeric type|Cannot interpolate with str|Column '.*' has dtype str,",
        "text has no mean or sum; convert it with pd.to_numeric first, or leave it out with "
        "numeric_only=True",
    ),
    (
        r".* (does|do) not support( operation '\w+'| \w+ operations)$|"
        r"Accumulation \w+ not supported",
        "dates have no sum, and categories neither sum nor mean; name the columns that are meant, "
        "or leave the others out with numeric_only=True",
    ),
    (
        r"Invalid comparison between dtype=datetime64\[.*, .*\]|Cannot (subtract|compare) tz-",
        _ONE_ZONE,
    ),
    (r"Invalid comparison between dtype=datetime64.* and date$", "compare with pd.Timestamp"),
    (
        r"Invalid comparison between|operation '\w+' not supported for dtype|can only concatenate|"
        r"'[<>]=?' not supported between|unsupported operand type|"
        r"ufunc '\w+' (not supported|did not contain)|unary '.' not supported|"
        r"Can only string multiply",
        "the two sides have types that do not go together; check the dtypes, cast one with astype, "
        "pd.to_numeric or pd.to_datetime, and drop or fill missing values before sorting",
    ),
    (r"Already tz-aware", "the column has a time zone already; use dt.tz_convert"),
    (r"Cannot convert tz-naive", "the column has no time zone yet; use dt.tz_localize first"),
    (
        r".* is (a nonexistent|an ambiguous) time|Cannot infer dst time",
        "a clock change makes that time doubtful; give dt.tz_localize "
        "nonexistent='shift_forward' and ambiguous='NaT'",
    ),
    (
        r"columns overlap but no suffix",
        "both tables have columns of the same name; use merge with on= the key, or give suffixes",
    ),
    (
        r"You are trying to merge on",
        "the keys have different types; cast one of them with astype before the merge",
    ),
    (
        r"cannot reindex on an axis with duplicate labels|Index contains duplicate entries",
        "the same label is there twice; use drop_duplicates first, or pivot_table with an aggfunc",
    ),
    (r"cannot insert .*, already exists", "a column of that name is there; choose another name"),
    (
        r"(Unknown datetime string format|time data|day is out of range|month must be in)",
        "a text is no date of that form; use errors='coerce', and format='mixed' or dayfirst=True "
        "where they differ",
    ),
    (
        r"data type '.*' not understood",
        "there is no type of that name; write 'Int64', 'Float64', 'string', 'boolean', 'category' "
        "or 'datetime64[us]'",
    ),
    (
        r"'.*' is not a valid Merge type",
        "how is one of 'left', 'right', 'inner', 'outer' and 'cross'",
    ),
    (r"Mixed timezones detected", "the times have several offsets; use utc=True"),
    (
        r"Input (X|y) contains NaN",
        "the model takes no missing values; drop them, or fill them, for example by SimpleImputer",
    ),
    (r"y should be a 1d array", "it takes one column: df['column'] with one bracket"),
    (r"n_samples=\d+ should be", "there are fewer rows than groups to make; ask for fewer"),
    (r"Unknown label type", "a classifier needs classes; use a regressor for numbers"),
    (
        r"Expected a? ?2-?[Dd]",
        "the model wants a table; give it df[['column']] with two brackets",
    ),
    (
        r"(\w+ )*(array|destination) is read-only",
        "what .values and .to_numpy() give can only be read; change a copy, .to_numpy(copy=True), "
        "and assign that to the column",
    ),
    (
        r"unhashable type",
        "lists and dicts cannot be compared as keys; turn them into text or tuples first",
    ),
    (
        r"Object of type \w+ is not JSON serializable",
        "json knows no types of pandas; convert with int(), float(), str() or .tolist(), and "
        "missing values to None",
    ),
    (
        r"Bin edges must be unique",
        "too many equal values for so many bins; add duplicates='drop'",
    ),
    (r"Bin labels must be one fewer", "there must be one label less than bin edges"),
    (
        r"Only valid with DatetimeIndex",
        "it needs dates as index; use on='column', or set_index with a column of dates first",
    ),
    (
        r"window must be an integer",
        "a window of time such as '7D' goes by dates: sort by them, and give on='column'",
    ),
    (
        r"include_groups=True is no longer",
        "groupby(...).apply gives its function no column that is grouped by; use head, nlargest, "
        "rank or transform of the groups, or assign the column anew",
    ),
    (r"No objects to concatenate", "the list of tables to join is empty; check what fills it"),
    (
        r"Length mismatch: Expected axis",
        "there must be as many names as columns; compare with len(df.columns), or use rename",
    ),
    (
        r"Cannot set a DataFrame (with multiple|without) columns",
        "one column is set, and what is assigned is a table; choose one of its columns",
    ),
    (
        r"Cannot perform 'r?(and|or|xor)_'",
        "& and | bind before == and >; put each comparison into parentheses",
    ),
    (
        r"Addition/subtraction of integers",
        "a number of what? add pd.Timedelta(days=…) or pd.DateOffset(months=…)",
    ),
    (r"only list-like objects are allowed", "give it a list: isin(['a', 'b'])"),
    (r"cannot assign without a target", "in an expression, == compares; = gives a new column"),
    (r"list of cases must be", "there must be as many choices as conditions"),
    (r"either both or neither of x and y", "np.where takes a value for each of both cases"),
    (r"sequence item \d+: expected str", "only texts can be joined; use astype('str') first"),
    (
        r"(too many|not enough) values to unpack",
        "the names on the left are not as many as the values; rows come from df.iterrows()",
    ),
    (r"Cannot index by location index", "iloc counts from 0; for names there is loc"),
    (r"pattern contains no capture group", "put the part that is wanted into parentheses: r'(…)'"),
    (
        r"Invalid regular expression|missing [)>],|unterminated character set|"
        r"unbalanced parenthesis|nothing to repeat|multiple repeat|bad (escape|character range)",
        _NO_PATTERN,
    ),
    (r"NaTType does not support", "a missing date has no parts; use the methods of .dt"),
    (r"Cannot take a larger sample|Replace has to be set", "there are fewer rows than asked for"),
    (r"Expecting (value|property name|',' delimiter)", "a text is no JSON; leave such rows out"),
    (
        r"'Series' object has no attribute '(upper|lower|title|strip|lstrip|rstrip|split|"
        r"startswith|endswith|contains|capitalize|zfill|len|extract)'",
        "the methods of text are at .str: df['column'].str.upper()",
    ),
    (
        r"'Series' object has no attribute '(year|month|day|hour|minute|weekday|strftime|date)'",
        "the parts of dates are at .dt: df['column'].dt.year",
    ),
    (r"'DataFrame' object has no attribute '(str|dt|cat)'", "choose a column first: df['column']"),
    (r"cannot import name", "that library has nothing of this name; check how it is written"),
    (
        r".*[Ii]mport \w+`? failed|Missing optional dependency",
        "a library that it needs is not here; do it with pandas alone",
    ),
    (
        r"matplotlib is required",
        "nothing is drawn here; leave a Vega-Lite specification as a dict in result for a chart",
    ),
    (
        r"Can only use \.str accessor",
        "the column is no text; use astype('str') before .str",
    ),
    (
        r"Can only use \.dt accessor",
        "the column holds no dates; use pd.to_datetime before .dt",
    ),
    (
        r"Can only use \.cat accessor",
        "the column is not categorical; use astype('category') before .cat",
    ),
    (
        r"'NoneType' object (has no attribute|is not subscriptable)",
        "there is None instead of a table or text; a method with inplace=True returns nothing",
    ),
    (
        r"'(float|NAType)' object has no attribute|object of type '(float|NoneType|NAType)' has no|"
        r"argument of type '(float|NoneType|NAType)'|expected string or bytes-like object",
        _MISSING_IS_FLOAT,
    ),
)
_PATTERNS: Final = tuple((re.compile(pattern), remedy) for pattern, remedy in _REMEDIES)


def remedy_for(messages: Sequence[str]) -> str | None:
    """The sentence of ours for the first known one of `messages`."""
    for message in messages:
        for pattern, remedy in _PATTERNS:
            if pattern.match(message):
                return remedy
    return None
