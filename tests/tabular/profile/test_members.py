"""What is kept with a column must be read by later versions of the program."""

import datetime as dt
from collections.abc import Mapping

import polars as pl
import pytest

from infrastructure.tabular.profile import PROFILE_VERSION, column_profile

_EVERYWHERE = "type storage rows nulls distinct distinct_method role top_values"
_MEMBERS = {
    "integer": (pl.Series([1, 2, 2]), "kinds numeric distribution"),
    "number": (pl.Series([1.5, 2.0]), "kinds numeric distribution"),
    "text": (
        pl.Series(["a", "b c"]),
        "text unlike_role missing_words lengths variants examined sampled words garbled "
        "control_characters kinds patterns date_formats within",
    ),
    "datetime": (pl.Series([dt.date(2024, 1, 1)]), "datetime median calendar distribution"),
    "boolean": (pl.Series([True, False]), "boolean"),
    "other": (pl.Series([[1], [2]]), "span"),
}
_WITHIN = {
    "numeric": "min max mean std median quantiles zeros negative nan infinite",
    "distribution": "skew kurtosis iqr histogram outliers placeholders whole",
    "text": "min_length max_length mean_length blank padded top_values",
    "calendar": "days whole_days step_seconds gaps longest_gaps before_1900 from_2100 placeholders",
}


@pytest.mark.parametrize("kind", list(_MEMBERS))
def test_other_members_of_a_profile_need_another_version_of_it(kind: str) -> None:
    series, own = _MEMBERS[kind]
    profile = column_profile(series)
    assert PROFILE_VERSION == 1, "write down here what the new version has"
    assert profile["type"] == kind
    assert set(profile) == {*_EVERYWHERE.split(), *own.split()}
    for name, members in _WITHIN.items():
        # Of moments, distribution has a histogram only.
        if isinstance(profile.get(name), Mapping) and (name, kind) != ("distribution", "datetime"):
            assert set(profile[name]) == set(members.split()), name
