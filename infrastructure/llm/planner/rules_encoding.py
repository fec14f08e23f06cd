"""Commands that turn values into numbers for models."""

from domain.actions import Action, LabelEncode, OneHot
from infrastructure.llm.planner.patterns import Said, by_patterns

_ENCODE = "(encode|encoding of|encoding for|encoding to|encoding on)"


@by_patterns(
    f"(one-hot|onehot|one hot|dummy) {_ENCODE} {{columns}}",
    f"(apply|use|do|perform) [a] (one-hot|onehot|one hot|dummy) {_ENCODE} {{columns}}",
    "encode {columns} (as|with|using|by|into) [a] (one-hot|onehot|one hot|dummy variables|"
    "dummies|dummy columns) [encoding|columns|vectors|variables]",
    "(create|make|get|build|generate|add) [the] [one-hot] (dummy variables|dummies|dummy columns|"
    "indicator variables|indicator columns|one-hot columns|dummy coding) (for|of|from|out of) "
    "{columns}",
    "(convert|turn|transform) {columns} (into|to) (dummy variables|dummies|dummy columns|"
    "indicator variables|indicator columns|one-hot columns|one-hot encoding|one hot encoding)",
    "(dummify|one-hot|get_dummies) {columns}",
)
def one_hot_encode(said: Said) -> tuple[Action, ...] | None:
    """Read "one-hot encode group", "create dummy variables for grade"."""
    return (OneHot(columns=said["columns"]),)


@by_patterns(
    f"(label|ordinal|label-|integer) {_ENCODE} {{columns}}",
    "encode {columns} (as|with|using|by|into) [label|integer|numeric|number] "
    "(labels|codes|integers|label encoding|numbers|codes|encoding)",
    "(convert|turn|transform|change) {columns} (into|to) [integer|numeric|numerical|category|"
    "categorical|number] codes",
    "(assign|give) [a] [numeric|integer] (code|codes|number|numbers) to [each|every] [value|"
    "category] [of|in] {columns}",
)
def label_encode(said: Said) -> tuple[Action, ...] | None:
    """Read "label encode grade", "turn group into numeric codes"."""
    return (LabelEncode(columns=said["columns"]),)


RULES = (one_hot_encode, label_encode)
