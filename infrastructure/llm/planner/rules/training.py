"""Commands that train a model."""

from domain.actions import Action, TrainModel
from domain.actions.training import Algorithm, Task
from domain.table import ColumnType
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.column_kinds import NUMERIC
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader

_TRAIN = "(train|fit|build|learn|create|make) [a|an] [new]"
_MODEL = (
    "(model|classifier|regressor|predictor|regression|regression model|machine learning model|"
    "random forest|random forest model|linear model|linear regression|logistic regression|"
    "gradient boosting|gradient boosting model)"
)
_TO = "[to|that|which|for] (predict|predicts|predicting|estimate|estimating|classify|classifying)"
_FROM = "(from|by|using|with|based on|out of|given)"
_BY = f"[,] [(with|using|by|via) [a|an] {_MODEL}]"
_FEATURES = "[the] [column|columns] {features:columns}"
_LEARNED = (ColumnType.TEXT, ColumnType.BOOLEAN, *NUMERIC)


@by_patterns(
    f"(predict|estimate|classify) {{target:column}} {_FROM} {_FEATURES} {_BY}",
    f"{_TRAIN} {_MODEL} {_TO} {{target:column}} {_FROM} {_FEATURES} {_BY}",
    f"{_TRAIN} {_MODEL} (for|on|of) {{target:column}} {_FROM} {_FEATURES}",
)
def train_model(said: Said) -> tuple[Action, ...] | None:
    """Read "predict salary from age and country by linear regression"."""
    target = said["target"]
    features = tuple(name for name in said["features"] if name != target)
    if not features:
        return None
    task = _task(said, target)
    return (TrainModel(target=target, features=features, task=task, algorithm=_algorithm(said)),)


@by_patterns(
    "(predict|classify) {target:column}",
    f"{_TRAIN} {_MODEL} {_TO} {{target:column}}",
    f"{_TRAIN} {_MODEL} (for|on|of) {{target:column}}",
)
def ask_features(said: Said) -> tuple[Action, ...] | None:
    """Ask what is to tell the target."""
    target = said["target"]
    others = [name for name in _learnable(said.reader) if name != target]
    example = " and ".join(others[:2]) or "other columns"
    raise Question(
        f"From which columns should {target} be predicted? Say: predict {target} from {example}."
    )


_OTHERS = "[(all|the|every) [the] [other|remaining]] (columns|others|rest|features|variables)"


@by_patterns(
    f"(predict|estimate|classify) {{target:column}} {_FROM} ({_OTHERS}|everything else|other "
    f"columns) {_BY}",
    f"{_TRAIN} {_MODEL} {_TO} {{target:column}} {_FROM} ({_OTHERS}|everything else|other columns) "
    f"{_BY}",
)
def train_on_others(said: Said) -> tuple[Action, ...] | None:
    """Read "predict salary from all other columns": those that a model can learn from."""
    target = said["target"]
    features = tuple(name for name in _learnable(said.reader) if name != target)
    if not features:
        raise Question(f"There is no other column to predict {target} from.")
    task = _task(said, target)
    return (TrainModel(target=target, features=features, task=task, algorithm=_algorithm(said)),)


def _task(said: Said, target: str) -> Task:
    if said.says("classify", "classifier", "classifying", "logistic"):
        return "classification"
    return "regression" if target in said.reader.of_types(NUMERIC) else "classification"


def _algorithm(said: Said) -> Algorithm:
    if said.says("linear", "logistic"):
        return "linear"
    return "gradient_boosting" if said.says("boosting") else "random_forest"


def _learnable(reader: Reader) -> tuple[str, ...]:
    return reader.of_types(frozenset(_LEARNED))


RULES = (train_on_others, train_model, ask_features)
