"""Appends that share a call: each has the outcome that it would have had alone, in its turn."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from application.ports.event_log import NewEvent, session_stream
from infrastructure.events.codec import encode_metadata
from infrastructure.postgres.appends import Answer, Append, Outcome, Row, append_all
from infrastructure.postgres.event_log import PostgresEventLog
from tests.contracts.conftest import LogDatabase
from tests.contracts.histories import broken_links, message
from tests.fakes import CODEC

# By stream: how many events it has before the group comes, which may open the last two.
HISTORIES = (1, 2, 5, 3, 0, 0)

Wish = tuple[int, int, int, bool]
"""A stream, how far off the expected version is, how many events, and whether they are known."""

WISHES = st.lists(
    st.tuples(
        st.integers(0, len(HISTORIES) - 1),
        st.sampled_from([0, 0, 0, 0, -1, 1]),
        st.sampled_from([1, 1, 1, 2, 3]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


class Model:
    """What the streams hold, and what is to become of each append."""

    def __init__(self, database: LogDatabase) -> None:
        self.log = PostgresEventLog(database.engine, CODEC)
        # In the order of their ids, as a group is worked off.
        self.ids = sorted(uuid4() for _ in HISTORIES)
        self.events: list[list[NewEvent]] = [[] for _ in HISTORIES]
        for number, length in enumerate(HISTORIES):
            self.events[number] = [message(str(version)) for version in range(length)]
            self.log.append(self.stream(number), self.events[number], expected_version=0)

    def stream(self, number: int) -> str:
        return session_stream(self.ids[number])

    def ask(self, wish: Wish) -> tuple[Append, Outcome, int]:
        """The append that is wished for, its outcome, and the version after it."""
        number, off, count, is_repeat = wish
        known = self.events[number]
        if is_repeat and len(known) >= count:
            first = len(known) - count
            append = _append(self.ids[number], known[first:], expected=first)
            return append, Outcome.DUPLICATE, len(known)
        expected = max(0, len(known) + off)
        events = [message() for _ in range(count)]
        append = _append(self.ids[number], events, expected=expected)
        if expected != len(known):
            return append, Outcome.WRONG_VERSION, len(known)
        known += events
        return append, Outcome.APPENDED, len(known)


def _append(session_id: UUID, events: Sequence[NewEvent], *, expected: int) -> Append:
    rows = [
        Row.of(
            each,
            CODEC.encode(
                each.event,
                event_id=each.metadata.event_id,
                session_id=session_id,
                subject_id=session_id,
            ),
            encode_metadata(each.metadata),
        )
        for each in events
    ]
    return Append(
        session_id=session_id, subject_id=session_id, expected_version=expected, rows=rows
    )


def _append_together(database: LogDatabase, appends: Sequence[Append]) -> Sequence[Answer]:
    url = database.service_url.replace("+psycopg", "", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        return append_all(connection, appends)


@settings(max_examples=40, deadline=None)
@given(wishes=WISHES)
def test_each_append_of_a_group_has_the_outcome_that_it_would_have_alone(
    shared_log_database: LogDatabase, wishes: list[Wish]
) -> None:
    model = Model(shared_log_database)
    asked = [model.ask(wish) for wish in wishes]
    answers = _append_together(shared_log_database, [append for append, _, _ in asked])
    for (append, outcome, version), answer in zip(asked, answers, strict=True):
        assert answer.outcome == outcome
        if outcome is Outcome.APPENDED:
            assert answer.version == version
            assert len(answer.hashes) == len(append.rows)
    for number, events in enumerate(model.events):
        recorded = model.log.read(model.stream(number))
        assert [each.metadata for each in recorded] == [each.metadata for each in events]
        assert broken_links(recorded) == []
    hashes = {
        each.hash
        for number in range(len(HISTORIES))
        for each in model.log.read(model.stream(number))
    }
    assert {hash_ for answer in answers for hash_ in answer.hashes} <= hashes


def test_a_single_event_may_open_a_session_in_a_group(shared_log_database: LogDatabase) -> None:
    model = Model(shared_log_database)
    opening = [model.ask((number, 0, 1, False)) for number in (0, 4, 5)]
    answers = _append_together(shared_log_database, [append for append, _, _ in opening])
    assert [answer.outcome for answer in answers] == [Outcome.APPENDED] * 3
    assert [answer.version for answer in answers] == [2, 1, 1]


@pytest.mark.parametrize("events", [1, 2])
@pytest.mark.parametrize("appends", [1, 2])
def test_versions_of_schemas_count_from_one(
    shared_log_database: LogDatabase, events: int, appends: int
) -> None:
    model = Model(shared_log_database)
    asked = [model.ask((number, 0, events, False))[0] for number in range(appends)]
    wrong = [
        append._replace(rows=[row._replace(schema_version=0) for row in append.rows])
        for append in asked
    ]
    with pytest.raises(psycopg.DataError, match="count from 1"):
        _append_together(shared_log_database, wrong)
    answers = _append_together(shared_log_database, asked)
    assert [answer.outcome for answer in answers] == [Outcome.APPENDED] * appends
