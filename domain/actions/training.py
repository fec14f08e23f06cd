"""Training a model that predicts a column."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Literal, TypeAlias

from domain.actions.errors import NothingNamed, UnusableName, UnusableValue
from domain.actions.literals import column, literal_list
from domain.actions.typed_action import TypedAction
from domain.actions.value_checks import NUMERIC, demand
from domain.actions.wording import name_text, names_text
from domain.table import ColumnType, TableShape

Task: TypeAlias = Literal["classification", "regression"]
Algorithm: TypeAlias = Literal["linear", "random_forest", "gradient_boosting"]

_LEAST_ROWS = 20
_FEATURES = frozenset({*NUMERIC, ColumnType.TEXT, ColumnType.BOOLEAN})
_CLASSES = frozenset({ColumnType.INTEGER, ColumnType.TEXT, ColumnType.BOOLEAN})
_SEEDED = "max_depth=12, random_state=0"
_ESTIMATORS: Mapping[tuple[Task, Algorithm], tuple[str, str, str]] = {
    ("classification", "linear"): ("linear_model", "LogisticRegression", "max_iter=1000"),
    ("classification", "random_forest"): ("ensemble", "RandomForestClassifier", _SEEDED),
    ("classification", "gradient_boosting"): (
        "ensemble",
        "HistGradientBoostingClassifier",
        "random_state=0",
    ),
    ("regression", "linear"): ("linear_model", "LinearRegression", ""),
    ("regression", "random_forest"): ("ensemble", "RandomForestRegressor", _SEEDED),
    ("regression", "gradient_boosting"): (
        "ensemble",
        "HistGradientBoostingRegressor",
        "random_state=0",
    ),
}
_ALGORITHMS = {
    "linear": "a linear model",
    "random_forest": "a random forest",
    "gradient_boosting": "gradient boosting",
}
_KNOWN: Mapping[Task, str] = {
    "classification": """
known = pd.Series(known.tolist(), index=known.index)
if len(known) < 20 or not 2 <= known.nunique() <= 100:
    raise ValueError('it takes 20 rows of 2 to 100 classes to learn to tell them apart')
evenly = known if known.value_counts().min() > 1 and known.nunique() * 4 <= len(known) else None
""",
    "regression": """
known = known.astype('float64')
known = known[known.abs() < float('inf')]
if len(known) < 20:
    raise ValueError('it takes 20 rows with a number to learn from')
evenly = None
""",
}
_SCORES: Mapping[Task, str] = {
    "classification": """
    'accuracy': metrics.accuracy_score(y_test, guessed),
    'balanced accuracy': metrics.balanced_accuracy_score(y_test, guessed),
    'F1, weighted by class': metrics.f1_score(y_test, guessed, average='weighted'),
    'accuracy of always guessing the most frequent': (y_test == y_train.mode()[0]).mean(),
""",
    "regression": """
    'R2': metrics.r2_score(y_test, guessed),
    'mean absolute error': metrics.mean_absolute_error(y_test, guessed),
    'root mean squared error': metrics.root_mean_squared_error(y_test, guessed),
    'mean absolute error of always guessing the mean': (y_test - y_train.mean()).abs().mean(),
""",
}
_CODE = Template("""\
import pandas as pd
from sklearn import metrics
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.$module import $estimator
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

features = df[$features].copy()
for name in features:
    if pd.api.types.is_numeric_dtype(features[name]):
        numbers = features[name].astype('float64')
        features[name] = numbers.where(numbers.abs() < float('inf'))
    else:
        features[name] = features[name].astype('object').where(features[name].notna(), 'missing')
known = $target.dropna().sample(frac=1, random_state=0).iloc[:50_000]
$known
x_train, x_test, y_train, y_test = train_test_split(
    features.loc[known.index], known, test_size=0.25, random_state=0, stratify=evenly
)
middle = SimpleImputer(strategy='median', keep_empty_features=True)
words = OneHotEncoder(handle_unknown='infrequent_if_exist', max_categories=50, sparse_output=False)
model = make_pipeline(
    make_column_transformer(
        (make_pipeline(middle, StandardScaler()), make_column_selector(dtype_include='number')),
        (words, make_column_selector(dtype_include='object')),
    ),
    $estimator($options),
)
model.fit(x_train, y_train)
guessed = model.predict(x_test)
scores = {
    $scores
    'rows learned from': len(x_train),
    'rows tested on': len(x_test),
}
shuffled = permutation_importance(
    model, x_test.iloc[:2000], y_test.iloc[:2000], n_repeats=3, random_state=0
)
importance = dict(zip(features, shuffled.importances_mean))
result = {'model': model, 'scores': scores, 'importance': importance}
$new = pd.Series(model.predict(features).tolist(), index=df.index)""")


@dataclass(frozen=True, kw_only=True)
class TrainModel(TypedAction):
    """Learn to predict `target` from `features`, and put what is predicted for each row into `new`.

    Classification tells text, true/false or few whole numbers, regression any number. A quarter of
    the rows that have a target is not learned from: the scores are of these. At most 50,000 rows
    are taken. Missing and infinite numbers count as the median, missing texts as a word of their
    own; of a text column the 50 most frequent values are told apart. Without `new`, the column is
    called like price_predicted. The answer is the fitted model, with its scores and how much each
    feature counts: how much the score falls when its values are shuffled (Breiman, 2001).
    """

    kind: Literal["train_model"] = "train_model"
    target: str
    features: tuple[str, ...]
    task: Task
    algorithm: Algorithm = "random_forest"
    new: str | None = None

    def columns_named(self) -> tuple[str, ...]:
        return (self.target, *self.features)

    def columns_changed(self) -> tuple[str, ...]:
        return (self._new,)

    @property
    def _new(self) -> str:
        return f"{self.target}_predicted" if self.new is None else self.new

    def check(self, shape: TableShape) -> None:
        if not self.features:
            raise NothingNamed(f"It is not said from which columns {self.target!r} is told.")
        if not self._new.strip():
            raise UnusableName("The column of predictions has no name. Give it at least a letter.")
        if self._new in self.columns_named():
            raise UnusableName(f"{self._new!r} is learned from. Give the predictions another name.")
        features = [shape.column(name) for name in self.features]
        remedy = "Leave it out, or take parts of it such as the year first."
        demand(features, _FEATURES, "which cannot be learned from", remedy)
        target = shape.column(self.target)
        if self.task == "regression":
            demand([target], NUMERIC, "and regression predicts numbers", "Use classification.")
        else:
            remedy = "Use regression, or bin it first."
            demand([target], _CLASSES, "and classification tells few values apart", remedy)
        if shape.rows - target.nulls < _LEAST_ROWS:
            raise UnusableValue(
                f"Only {shape.rows - target.nulls} rows have a value of {self.target!r}; "
                f"a model needs {_LEAST_ROWS} to learn from."
            )

    def code(self) -> str:
        module, estimator, options = _ESTIMATORS[self.task, self.algorithm]
        return _CODE.substitute(
            module=module,
            estimator=estimator,
            options=options,
            features=literal_list(self.features),
            target=column(self.target),
            known=_KNOWN[self.task].strip(),
            scores=_SCORES[self.task].strip(),
            new=column(self._new),
        )

    def describe(self) -> str:
        by = _ALGORITHMS[self.algorithm]
        return (
            f"Learn to predict {name_text(self.target)} from {names_text(self.features)} by {by}, "
            f"into {name_text(self._new)}"
        )

    def shape_after(self, shape: TableShape) -> TableShape:
        regression = self.task == "regression"
        predicted = ColumnType.NUMBER if regression else shape.column(self.target).type
        return shape.with_column(self._new, predicted)
