"""What an owner spent is added up over sessions, replies that came to nothing included."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from application.ports.event_log import session_stream
from domain.plan import Intent, Plan, Review
from domain.session.events import (
    PlanMade,
    SessionEvent,
    SessionStarted,
    SnippetReviewed,
    SnippetWritten,
    TurnFailed,
)
from domain.spending import Spending
from infrastructure.postgres.event_log import PostgresEventLog
from infrastructure.postgres.expenses import PostgresExpenses
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import CALL, new
from tests.fakes import CODEC

OWNER, TASK = UUID(int=1), UUID(int=9)
PAID = replace(
    CALL, attempts=2, input_tokens=1_000, output_tokens=100, estimated_cost=0.5, model="gpt\0"
)


def recorded(engine: Engine, session_id: UUID, subject_id: UUID, *events: SessionEvent) -> None:
    start = SessionStarted(session_id=session_id, title="t", subject_id=subject_id)
    log = PostgresEventLog(engine, CODEC)
    written = [new(each, at=datetime.now(UTC)) for each in (start, *events)]
    log.append(session_stream(session_id), written, expected_version=0)


def test_what_an_owner_spent_is_added_up_over_sessions(log_database: LogDatabase) -> None:
    engine = log_database.engine
    plan = Plan(intent=Intent.ANSWER, summary="s", reply="r")
    review = Review(approved=True)
    recorded(
        engine,
        UUID(int=2),
        OWNER,
        PlanMade(task_id=TASK, plan=plan, call=PAID),
        SnippetWritten(task_id=TASK, step=0, attempt=1, code="x", call=replace(PAID, attempts=1)),
        SnippetWritten(task_id=TASK, step=0, attempt=1, code="compiled"),
        SnippetReviewed(task_id=TASK, step=0, attempt=1, review=review, call=PAID),
    )
    failed = TurnFailed(task_id=TASK, reason="model_misbehaved", detail="no", call=PAID)
    free = replace(PAID, estimated_cost=None)
    recorded(engine, UUID(int=3), OWNER, failed, replace(failed, call=free))
    recorded(engine, UUID(int=4), UUID(int=5), failed)
    expenses, now = PostgresExpenses(engine), datetime.now(UTC)
    spent = expenses.spent_since(OWNER, now - timedelta(days=1))
    assert spent == Spending(calls=9, tokens=5_500, cost=2.0)
    assert expenses.spent_since(OWNER, now + timedelta(hours=1)) == Spending()
    assert expenses.spent_since(UUID(int=77), now - timedelta(days=1)) == Spending()
