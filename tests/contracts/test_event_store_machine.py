"""The store against a model in memory: any sequence of appends, repeats and reads."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from application.ports.event_log import (
    EventLog,
    IdempotencyConflict,
    NewEvent,
    RecordedEvent,
    WrongVersion,
    session_stream,
)
from infrastructure.postgres.event_log import PostgresEventLog
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import message, new
from tests.fakes import CODEC, InMemoryEventLog

STREAMS = st.integers(0, 2)
TEXTS = st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=4)


class StoreMachine(RuleBasedStateMachine):
    """Three streams. The model keeps each as a list, and knows every id that was ever recorded."""

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self._log = log
        self._names = [session_stream(uuid4()) for _ in range(3)]
        self._streams: list[list[NewEvent]] = [[], [], []]
        self._ids: set[UUID] = set()

    @rule(stream=STREAMS, texts=TEXTS)
    def append_at_the_head(self, stream: int, texts: list[str]) -> None:
        events = [message(text) for text in texts]
        before = len(self._streams[stream])
        recorded = self._log.append(self._names[stream], events, expected_version=before)
        self._streams[stream] += events
        self._ids |= {event.metadata.event_id for event in events}
        assert [each.event for each in recorded] == [each.event for each in events]
        assert [each.version for each in recorded] == list(
            range(before + 1, before + len(events) + 1)
        )

    @rule(stream=STREAMS, texts=TEXTS.filter(bool), off=st.integers(-3, 3).filter(bool))
    def append_elsewhere(self, stream: int, texts: list[str], off: int) -> None:
        expected = max(0, len(self._streams[stream]) + off)
        if expected == len(self._streams[stream]):
            return
        with pytest.raises(WrongVersion) as refusal:
            self._log.append(
                self._names[stream], [message(text) for text in texts], expected_version=expected
            )
        assert refusal.value.actual == len(self._streams[stream])

    @rule(stream=STREAMS, data=st.data())
    def append_the_same_again(self, stream: int, data: st.DataObject) -> None:
        known = self._streams[stream]
        if not known:
            return
        first = data.draw(st.integers(0, len(known) - 1))
        last = data.draw(st.integers(first + 1, len(known)))
        again = self._log.append(self._names[stream], known[first:last], expected_version=first)
        assert list(again) == list(self._read(stream)[first:last])

    @rule(stream=STREAMS, other=STREAMS, data=st.data(), at_head=st.booleans())
    def append_a_known_id_as_another_event(
        self, stream: int, other: int, data: st.DataObject, at_head: bool
    ) -> None:
        if not self._streams[other]:
            return
        taken = data.draw(st.sampled_from(self._streams[other])).metadata.event_id
        fresh = [message()] if data.draw(st.booleans()) else []
        events = [*fresh, new(message("another").event, event_id=taken)]
        expected = len(self._streams[stream]) if at_head else 0
        with pytest.raises(IdempotencyConflict) as refusal:
            self._log.append(self._names[stream], events, expected_version=expected)
        assert refusal.value.event_id == taken

    @rule(stream=STREAMS, after=st.integers(0, 10), limit=st.none() | st.integers(1, 5))
    def read_a_part(self, stream: int, after: int, limit: int | None) -> None:
        part = self._log.read(self._names[stream], after_version=after, limit=limit)
        expected = self._streams[stream][after:][:limit]
        assert [each.metadata for each in part] == [each.metadata for each in expected]
        assert [each.event for each in part] == [each.event for each in expected]

    @invariant()
    def every_stream_is_as_the_model_says(self) -> None:
        for number, events in enumerate(self._streams):
            recorded = self._read(number)
            assert [each.metadata.event_id for each in recorded] == [
                each.metadata.event_id for each in events
            ]
            assert [each.version for each in recorded] == list(range(1, len(events) + 1))

    def _read(self, stream: int) -> Sequence[RecordedEvent]:
        return self._log.read(self._names[stream])


def check(log: EventLog) -> None:
    class Machine(StoreMachine):
        def __init__(self) -> None:
            super().__init__(log)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


def test_the_store_in_postgresql_does_as_the_model(shared_log_database: LogDatabase) -> None:
    check(PostgresEventLog(shared_log_database.engine, CODEC))


def test_the_store_in_memory_does_as_the_model() -> None:
    check(InMemoryEventLog())
