"""What evaluates the planner quickly: no jail for its own compiled code, and tables in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from application.artifacts import ArtifactKind, Artifacts
from application.evaluation.scoring import Evaluation
from application.manifests import address_of
from application.ports.language_model import LanguageModel
from application.ports.sandbox import Execution, Outcome, SnippetJob
from application.ports.snapshots import CarriedRows, Difference, GivenTable, Page, RowQuery
from domain.execution import AnswerKind
from domain.session.events import Snapshot
from domain.table import TableShape
from infrastructure.nsjail.answers import write_answer
from infrastructure.nsjail.frames import read_table, to_arrow
from infrastructure.storage.object_store import ObstoreObjectStore
from infrastructure.tabular.json_values import json_value
from infrastructure.tabular.shapes import column_of
from infrastructure.tabular.snapshots.held_texts import columns_holding
from interfaces.composition.evaluating import evaluation_of
from tests.fake_sandbox import FakeSandbox

_MOST_COLUMNS = 1_000
_MOST_READ = 64


def quick_evaluation(model: LanguageModel, directory: Path) -> Evaluation:
    """What judges a model whose code is our own; all of its files are in the directory."""
    artifacts = Artifacts(ObstoreObjectStore.local(directory), scratch=directory)
    return evaluation_of(model, FakeSandbox(run_here), artifacts, InMemorySnapshots())


def run_here(job: SnippetJob) -> Execution:
    """Run code of our own in this process."""
    np.random.seed(job.seed % 2**32)
    frame = _read(job.table.read_bytes()).copy()
    before, scope = frame.shape, {"df": frame, "pd": pd, "np": np}
    try:
        exec(job.snippet, scope)  # noqa: S102 - the code under test is our own
    except Exception as error:  # noqa: BLE001 - any failure of a snippet is an outcome
        return Execution(outcome=Outcome.ERROR, exception=type(error).__name__, before=before)
    left = to_arrow(scope["df"], _MOST_COLUMNS)
    pq.write_table(left, job.result)
    return Execution(
        outcome=Outcome.OK, before=before, after=left.shape, answer=_kept(scope, job.answer)
    )


@lru_cache(maxsize=_MOST_READ)
def _read(content: bytes) -> pd.DataFrame:
    """What `read_table` makes of the file; most cases begin with one of a few."""
    return read_table(pa.BufferReader(content))


def _kept(scope: dict[str, object], answer: Path | None) -> AnswerKind | None:
    left = scope.get("result")
    if answer is None or left is None or left is scope["df"]:
        return None
    with answer.open("wb") as file:
        kind = write_answer(left, file, _MOST_COLUMNS).get("answer")
    return None if kind is None else AnswerKind(kind)


@dataclass(frozen=True)
class _Kept:
    snapshot: Snapshot
    content: bytes
    frame: pl.DataFrame


class InMemorySnapshots:
    """Tables in memory, each read once; of the port ``Snapshots``, what turns need."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def keep(
        self,
        table: Path,
        like: Sequence[Snapshot] = (),
        carried: CarriedRows | None = None,
        given: GivenTable | None = None,
    ) -> Snapshot:
        content = table.read_bytes()
        address = address_of(ArtifactKind.SNAPSHOT, sha256(content).hexdigest())
        if address not in self._kept:
            frame = pl.read_parquet(content)
            self._kept[address] = _Kept(_snapshot(address, frame), content, frame)
        return self.at(address)

    def at(self, address: str) -> Snapshot:
        return self._kept[address].snapshot

    def assemble(self, snapshot: Snapshot, destination: Path) -> Path:
        destination.write_bytes(self._kept[snapshot.address].content)
        return destination

    def unchanged(self, before: Snapshot, after: Snapshot) -> frozenset[str]:
        first, second = self._kept[before.address].frame, self._kept[after.address].frame
        both = set(first.columns).intersection(second.columns)
        return frozenset(name for name in both if _same(first[name], second[name]))

    def page(self, snapshot: Snapshot, query: RowQuery) -> Page:
        frame = self._kept[snapshot.address].frame
        rows = [[json_value(value) for value in row] for row in frame.iter_rows()]
        return Page(columns=frame.columns, rows=rows, offset=query.offset, total=frame.height)

    def profile(
        self, snapshot: Snapshot, columns: Sequence[str] | None = None
    ) -> Mapping[str, Any]:
        raise NotImplementedError

    def columns_holding(
        self, snapshot: Snapshot, texts: Collection[str]
    ) -> Mapping[str, Mapping[str, bool]]:
        frame = self._kept[snapshot.address].frame
        return columns_holding(frame.select(pl.col(pl.String)), texts)

    def diff(
        self, before: Snapshot, after: Snapshot, *, key: Sequence[str] = (), sample: int = 20
    ) -> Difference:
        raise NotImplementedError


def _snapshot(address: str, frame: pl.DataFrame) -> Snapshot:
    shape = TableShape(
        rows=frame.height,
        columns=tuple(map(column_of, frame.get_columns())),
        duplicate_rows=frame.height - frame.n_unique() if frame.width else 0,
    )
    content = repr((frame.schema, frame.rows())).encode("utf-8", "surrogatepass")
    return Snapshot(address=address, table_digest=sha256(content).hexdigest(), shape=shape)


def _same(before: pl.Series, after: pl.Series) -> bool:
    return before.dtype == after.dtype and before.equals(after, null_equal=True)
