"""What was spent on language models, added up where it is recorded."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from application.views.model_calls import MODEL_CALL_TYPES
from domain.plan import ModelCall
from domain.spending import Spending
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.tables import READ_MODELS

# The sessions of a day are looked through for each question, which takes seconds itself.
_ASKED = text(
    f"""
    SELECT e.payload FROM {READ_MODELS}.sessions s JOIN public.events e USING (session_id)
    WHERE s.subject_id = :subject_id AND s.updated_at >= :since AND e.recorded_at >= :since
        AND e.type IN {MODEL_CALL_TYPES}
        AND e.payload IS NOT NULL
    """  # noqa: S608 - made of names of our own
)


class PostgresExpenses:
    """See the port `Expenses`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def spent_since(self, subject_id: UUID, since: datetime) -> Spending:
        """See the port."""
        spent = Spending()
        given = {"subject_id": subject_id, "since": since}
        with reaching_the_log(), self._engine.connect() as connection:
            for row in connection.execute(_ASKED, given):
                # Not in the database: it cannot look into JSON that holds a NUL somewhere.
                spent = spent.plus(_call(json.loads(row.payload).get("call")))
        return spent


def _call(recorded: dict[str, Any] | None) -> ModelCall | None:
    """The question, as far as it was counted; what it took names nobody, and is sealed nowhere."""
    if recorded is None:
        return None
    return ModelCall(
        model=recorded["model"],
        prompt_digest="",
        prompt_bytes=0,
        input_tokens=recorded["input_tokens"],
        output_tokens=recorded["output_tokens"],
        latency_seconds=recorded["latency_seconds"],
        # Earlier versions did not count.
        attempts=recorded.get("attempts", 0),
        estimated_cost=recorded.get("estimated_cost"),
    )
