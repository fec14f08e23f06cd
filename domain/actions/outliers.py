"""Numbers that lie far from the others: dropped, capped or flagged."""

import math
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from domain.actions.errors import UnusableValue
from domain.actions.literals import column, for_each, literal_list
from domain.actions.new_names import check_new_names
from domain.actions.scaling import OnNumbers
from domain.actions.typed_action import RowEffect
from domain.actions.wording import names_text
from domain.table import ColumnType, TableShape

_FOREST_FLAG = "outlier"
_THRESHOLDS = {"iqr": 1.5, "z_score": 3}
_DO = {"drop": "Drop rows with", "cap": "Cap", "flag": "Flag"}


@dataclass(frozen=True, kw_only=True)
class HandleOutliers(OnNumbers):
    """Drop the rows with outliers, cap these at the nearest bound, or flag them in new columns.

    `iqr`: further than `threshold` (1.5) interquartile ranges below the first or above the third
    quartile. `z_score`: further than `threshold` (3) standard deviations from the mean, of which
    ten values or fewer have none. Each column is judged by itself, by its finite numbers, before
    anything changes. Flags are true/false columns such as price_outlier.
    `isolation_forest` of scikit-learn judges whole rows by all the columns, a missing number as
    the median; `threshold` is the share of rows to find, up to 0.5, else the forest decides. It
    has no bounds to cap at, and flags rows in one column, outlier.
    A missing value is no outlier. Where the spread is 0, whatever differs is one.
    """

    kind: Literal["handle_outliers"] = "handle_outliers"
    columns: tuple[str, ...]
    method: Literal["iqr", "z_score", "isolation_forest"] = "iqr"
    treatment: Literal["drop", "cap", "flag"]
    threshold: float | None = None

    # Dropping leaves fewer, the others all of them.
    rows: ClassVar = RowEffect.FEWER

    def columns_changed(self) -> tuple[str, ...]:
        match self.treatment:
            case "drop":
                return ()
            case "cap":
                return self.columns
            case "flag" if self.method == "isolation_forest":
                return (_FOREST_FLAG,)
            case "flag":
                return tuple(f"{name}_outlier" for name in self.columns)

    def check(self, shape: TableShape) -> None:
        super().check(shape)
        self._check_threshold()
        if self.treatment == "cap" and self.method == "isolation_forest":
            raise UnusableValue(
                "An isolation forest has no bounds to cap at. Drop or flag, or use the IQR."
            )
        if self.treatment == "flag":
            check_new_names(self.columns_changed(), shape.column_names)

    def _check_threshold(self) -> None:
        if self.threshold is None:
            return
        if not (math.isfinite(self.threshold) and self.threshold > 0):
            raise UnusableValue(f"{self.threshold} is no threshold. Give a number above 0.")
        if self.method == "isolation_forest" and self.threshold > 0.5:
            raise UnusableValue(
                f"A share of {self.threshold} of the rows are no outliers. Give up to 0.5."
            )

    def code(self) -> str:
        if self.method == "isolation_forest":
            return self._forest_code()
        if self.treatment == "drop" and len(self.columns) > 1:
            return (
                "import pandas as pd\n\n"
                "outliers = pd.Series(False, index=df.index)\n"
                f"{for_each(self.columns, self._treated)}\n"
                "df = df[~outliers]"
            )
        return for_each(self.columns, self._treated)

    def _treated(self, cells: str) -> str:
        found = (
            f"numbers = {cells}.astype('float64')\n"
            "finite = numbers[numbers.abs() < float('inf')]\n"
            f"{self._bounds()}"
            "outlier = (numbers < low) | (numbers > high)\n"
        )
        match self.treatment:
            case "flag" if len(self.columns) == 1:
                return f"{found}{column(self.columns_changed()[0])} = outlier"
            case "flag":
                return f"{found}df[f'{{column}}_outlier'] = outlier"
            case "drop" if len(self.columns) == 1:
                return f"{found}df = df[~outlier]"
            case "drop":
                return f"{found}outliers = outliers | outlier"
            case "cap":
                return (
                    f"{found}"
                    "capped = numbers.clip(low, high)\n"
                    "if (capped[outlier] % 1 != 0).any():  # whole numbers cannot hold a fraction\n"
                    f"    {cells} = {cells}.astype('float64')\n"
                    f"{cells} = {cells}.mask(outlier, capped)"
                )

    def _bounds(self) -> str:
        threshold = self.threshold or _THRESHOLDS[self.method]
        if self.method == "z_score":
            return (
                f"reach = {threshold!r} * finite.std(ddof=0)\n"
                "low, high = finite.mean() - reach, finite.mean() + reach\n"
            )
        return (
            "first, third = finite.quantile(0.25), finite.quantile(0.75)\n"
            f"reach = {threshold!r} * (third - first)\n"
            "low, high = first - reach, third + reach\n"
        )

    def _forest_code(self) -> str:
        share = f"contamination={self.threshold!r}, " if self.threshold else ""
        treated = (
            "df = df[~outlier]" if self.treatment == "drop" else f"{column(_FOREST_FLAG)} = outlier"
        )
        return (
            "import pandas as pd\n"
            "from sklearn.ensemble import IsolationForest\n\n"
            "outlier = pd.Series(False, index=df.index)\n"
            "if not df.empty:\n"
            "    # It counts in single precision, which ends at 3.4e38.\n"
            f"    numbers = df[{literal_list(self.columns)}].astype('float64').clip(-1e38, 1e38)\n"
            "    numbers = numbers.fillna(numbers.median()).fillna(0)\n"
            f"    forest = IsolationForest({share}random_state=0)\n"
            "    outlier = pd.Series(forest.fit_predict(numbers) == -1, index=df.index)\n"
            f"{treated}"
        )

    def describe(self) -> str:
        names = names_text(self.columns)
        return f"{_DO[self.treatment]} outliers {self._judged(names)}"

    def _judged(self, names: str) -> str:
        if self.method == "isolation_forest":
            share = f", {self.threshold:.0%} of them" if self.threshold else ""
            return f"among the rows by {names}, as an isolation forest finds them{share}"
        threshold = self.threshold or _THRESHOLDS[self.method]
        if self.method == "z_score":
            return f"in {names}: beyond {threshold:g} standard deviations from the mean"
        return f"in {names}: beyond {threshold:g} interquartile ranges from the quartiles"

    def shape_after(self, shape: TableShape) -> TableShape:
        if self.treatment == "cap":
            return shape.changed(self.columns, lambda c: replace(c, type=ColumnType.NUMBER))
        for name in self.columns_changed():
            shape = shape.with_column(name, ColumnType.BOOLEAN, distinct=2)
        return shape
