"""Doing what a case says, and judging what came of it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from application.evaluation.cases import Case, StatedTable
from application.evaluation.comparing import (
    FoundTable,
    answers_as_expected,
    is_as_expected,
    same_cell,
    tells,
)
from application.evaluation.disposable_session import DisposableSession, Turned
from application.outcomes import fetch_answer
from application.perform import Performer
from application.ports.snapshots import RowQuery
from domain.execution import AnswerKind, StoredAnswer
from domain.session.events import Snapshot, TurnFailed

_MOST_ROWS = 100_000


class Verdict(StrEnum):
    """What came of a case.

    Abstained: nothing was done, and the person was asked or told so. Failed: nothing was done, for
    an error; the table is as it was, and the person knows. Wrong: anything else was done.
    """

    RIGHT = "right"
    WRONG = "wrong"
    ABSTAINED = "abstained"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A case with its verdict. `said` is the sentence that the last turn ended with, `reason` the
    word for why it failed.

    `replies` are those of a model, `repairs` how often one was sent back, or code written again.
    `cost` is None without prices.
    """

    case: Case
    verdict: Verdict
    said: str
    reason: str | None = None
    repairs: int = 0
    replies: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


@dataclass(kw_only=True)
class Evaluation:
    """Judges cases, each in a session of its own.

    `write` makes a file of a stated table. A table is read once, however many cases have it.
    """

    performer: Performer
    write: Callable[[StatedTable, Path], None]
    _opened: dict[int, tuple[StatedTable, DisposableSession]] = field(default_factory=dict)

    def judge(self, case: Case) -> Judged:
        """Say what the case says, look at what came of it, and forget it all.

        Raises what `Performer.perform` raises.
        """
        session = self._session(case.table)
        started = time.perf_counter()
        turns: list[Turned] = []
        for message in case.messages:
            session, turned = session.say(message)
            turns.append(turned)
        calls = [call for turn in turns for call in turn.calls]
        costs = [call.estimated_cost for call in calls if call.estimated_cost is not None]
        end = turns[-1].end
        return Judged(
            case=case,
            verdict=self._verdict(case, session, turns[-1]),
            said=(end.detail if isinstance(end, TurnFailed) else end.answer) or "",
            reason=end.reason if isinstance(end, TurnFailed) else None,
            repairs=sum(turn.repairs for turn in turns),
            replies=sum(call.attempts for call in calls),
            input_tokens=sum(call.input_tokens for call in calls),
            output_tokens=sum(call.output_tokens for call in calls),
            cost=sum(costs) if costs else None,
            seconds=time.perf_counter() - started,
        )

    def _session(self, table: StatedTable) -> DisposableSession:
        if id(table) not in self._opened:
            with self.performer.artifacts.workspace() as directory:
                file = directory / "table.parquet"
                self.write(table, file)
                opened = DisposableSession.opened(self.performer, file)
            self._opened[id(table)] = (table, opened)
        return self._opened[id(table)][1]

    def _verdict(self, case: Case, session: DisposableSession, turned: Turned) -> Verdict:
        end = turned.end
        if isinstance(end, TurnFailed):
            return Verdict.FAILED
        if case.answer is not None and not turned.moved:
            if end.result is not None:
                right = self._answers(end.result, case.answer)
                return Verdict.RIGHT if right else Verdict.WRONG
            return Verdict.RIGHT if tells(end.answer or "", case.answer) else Verdict.ABSTAINED
        if not turned.moved and end.result is None:
            return Verdict.RIGHT if case.asks_back else Verdict.ABSTAINED
        if case.table_after is None or not turned.moved:
            return Verdict.WRONG
        right = is_as_expected(self._found(session.table), case.table_after)
        return Verdict.RIGHT if right else Verdict.WRONG

    def _answers(self, stored: StoredAnswer, expected: StatedTable | Any) -> bool:  # noqa: ANN401 - any cell
        if stored.kind is AnswerKind.TABLE:
            found = self._found(self.performer.snapshots.at(stored.address))
            return answers_as_expected(found, expected)
        scalar = json.loads(fetch_answer(self.performer.artifacts, stored))
        if stored.kind is not AnswerKind.SCALAR or isinstance(expected, StatedTable):
            return False
        is_date = scalar["type"] in {"moment", "date"}
        return same_cell(scalar["value"], expected, is_date=is_date)

    def _found(self, table: Snapshot) -> FoundTable:
        page = self.performer.snapshots.page(table, RowQuery(offset=0, limit=_MOST_ROWS))
        types = {column.name: column.type for column in table.shape.columns}
        return FoundTable(
            columns=page.columns, types=[types[name] for name in page.columns], rows=page.rows
        )
