"""What came of executing a snippet, beside the table: what it took, printed and answered."""

from dataclasses import dataclass
from enum import StrEnum

from domain.table import TableSize


class AnswerKind(StrEnum):
    """What a snippet left in ``result``.

    A scalar is a JSON object, ``{"type": "integer", "value": 3}``; a chart is a Vega-Lite
    specification, in JSON; a table is Parquet. A model is a JSON object: ``skops`` holds the fitted
    scikit-learn estimator as `skops.io` writes it, in base64; ``scores`` and ``importance`` are
    numbers by name, of the model and of the columns that it looks at.
    """

    SCALAR = "scalar"
    TABLE = "table"
    CHART = "chart"
    MODEL = "model"


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What an execution took: seconds on the clock, seconds of processor time, and bytes.

    The latter two are None where earlier versions did not record them.
    """

    wall_seconds: float
    cpu_seconds: float | None = None
    peak_memory_bytes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Printed:
    """The beginning of what a snippet printed to a stream, in object storage under `digest`.

    `size_bytes` is how much it printed, `kept_bytes` how much of that is stored. The digest is
    salted, for what is printed may be a cell, and a digest of little tells it to who guesses.
    """

    digest: str
    size_bytes: int
    kept_bytes: int


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """What a snippet left in ``result``, in object storage.

    `address` is ``manifest:<sha256>`` for a table, which is kept as those of nodes are, and
    ``answer:<sha256>`` for all else, with a salted digest as in `Printed`. `table` is the size of
    a table. Names of its columns are not told: an answer often makes cells into names.
    """

    kind: AnswerKind
    address: str
    size_bytes: int
    table: TableSize | None = None
