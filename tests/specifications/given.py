"""Given some events, when a command comes, then these events follow or it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pytest

from domain.dataset import Dataset, FileKind, ParseOptions
from domain.execution import StoredAnswer, Usage
from domain.parse_report import ColumnReading, Finding, ParseReport
from domain.plan import Intent, ModelCall, Plan, Review, Step
from domain.session import Session, SessionCommand, SessionEvent, session_decider
from domain.session.commands import CommitRoot, Record, StartSession, UploadDataset
from domain.session.errors import SessionError
from domain.session.events import (
    Snapshot,
    SnippetExecuted,
    SnippetReviewed,
    SnippetWritten,
)
from domain.table import Column, ColumnType, TableShape

CALL = ModelCall(model="test", prompt_digest="0" * 64, prompt_bytes=0)
APPROVED = Review(approved=True)


def uid(number: int) -> UUID:
    """A readable id: the number, as a UUID."""
    return UUID(int=number)


def a_dataset() -> Dataset:
    return Dataset(
        file_digest="d" * 64,
        file_name="people.csv",
        size_bytes=12,
        parse=ParseOptions(kind=FileKind.CSV, encoding="utf-8", delimiter=","),
    )


def a_snapshot(number: int, *, rows: int = 3, nulls: int = 0) -> Snapshot:
    return Snapshot(
        address=f"manifest:{number:064x}",
        table_digest=f"td2:{number:064x}",
        shape=TableShape(
            rows=rows,
            columns=(Column(name="age", type=ColumnType.INTEGER, nulls=nulls, distinct=rows),),
        ),
    )


def a_report() -> ParseReport:
    return ParseReport(
        rows=3,
        findings=(
            Finding(what="delimiter", found=",", confidence=1.0, evidence="Each line has one."),
        ),
        columns=(ColumnReading(name="age", type=ColumnType.INTEGER, values=3, missing=0),),
    )


def a_plan(*descriptions: str, intent: Intent = Intent.TRANSFORM, reply: str | None = None) -> Plan:
    return Plan(
        intent=intent,
        summary="; ".join(descriptions) or intent.value,
        steps=tuple(Step(description=each) for each in descriptions),
        reply=reply,
    )


@dataclass(frozen=True)
class Given:
    """A session with a history."""

    events: tuple[SessionEvent, ...]

    @property
    def state(self) -> Session:
        return session_decider.fold(self.events)

    def when(self, command: SessionCommand) -> "Outcome":
        try:
            return Outcome(self, tuple(session_decider.decide(self.state, command)), None)
        except SessionError as refusal:
            return Outcome(self, (), refusal)

    def and_then(self, *commands: SessionCommand) -> "Given":
        """The history after more commands, none of which is refused."""
        given = self
        for command in commands:
            given = Given((*given.events, *session_decider.decide(given.state, command)))
        return given


@dataclass(frozen=True)
class Outcome:
    """What a command came to."""

    given: Given
    events: tuple[SessionEvent, ...]
    refusal: SessionError | None

    def then(self, *expected: SessionEvent) -> None:
        assert self.refusal is None, self.refusal
        assert self.events == expected

    def then_nothing(self) -> None:
        self.then()

    def then_kinds(self, *expected: type) -> Sequence[SessionEvent]:
        assert self.refusal is None, self.refusal
        assert tuple(type(event) for event in self.events) == expected
        return self.events

    def refused_with(self, error: type[SessionError]) -> None:
        if not isinstance(self.refusal, error):
            pytest.fail(f"expected {error.__name__}, got {self.refusal!r} and {self.events}")
        assert self.events == ()


def given(*events: SessionEvent) -> Given:
    return Given(events)


def with_table() -> Given:
    """Session 1, whose ingest 2 made node 3."""
    return given().and_then(
        StartSession(session_id=uid(1), title="People"),
        UploadDataset(task_id=uid(2), dataset=a_dataset()),
        CommitRoot(task_id=uid(2), node_id=uid(3), snapshot=a_snapshot(0), report=a_report()),
    )


def executed_step(
    task_id: UUID,
    snapshot: Snapshot,
    *,
    step: int = 0,
    code: str = "df = df",
    answer: StoredAnswer | None = None,
    detail: str | None = None,
) -> tuple[SessionCommand, ...]:
    """What records that a step's code was written, approved and executed, and what it left."""
    return (
        Record(SnippetWritten(task_id=task_id, step=step, attempt=1, code=code)),
        Record(SnippetReviewed(task_id=task_id, step=step, attempt=1, review=APPROVED)),
        Record(
            SnippetExecuted(
                task_id=task_id,
                step=step,
                attempt=1,
                snapshot=snapshot,
                usage=Usage(wall_seconds=1),
                answer=answer,
                detail=detail,
            )
        ),
    )
