"""What follows the log says once that the database is away, however often it tries again."""

import logging
import threading
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event

from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.notifications import PostgresNotifications
from infrastructure.postgres.sequencer import Sequencer, SequencerPolicy
from tests.waiting import wait_until

# Nobody listens there.
AWAY = "postgresql://nobody@127.0.0.1:1/nothing"


def test_an_outage_of_the_database_is_told_once_by_each_who_waits(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "infrastructure.postgres")
    monkeypatch.setattr("infrastructure.postgres.notifications._RETRY_SECONDS", 0.02)
    engine, stop, tried = make_engine(AWAY), threading.Event(), Counter[str]()
    notifications = PostgresNotifications(engine)
    sequencer = Sequencer(engine, SequencerPolicy(retry=timedelta(milliseconds=20)))

    @event.listens_for(engine, "do_connect")
    def count(*_: object) -> None:
        tried[threading.current_thread().name] += 1

    leading = threading.Thread(target=sequencer.run, args=(stop,))
    leading.start()
    try:
        notifications.wait(beyond=0, timeout=timedelta(0))
        wait_until(lambda: len(tried) == 2 and min(tried.values()) > 3)
    finally:
        stop.set()
        notifications.close()
        leading.join()
    assert Counter(record.name for record in caplog.records) == {
        "infrastructure.postgres.notifications": 1,
        "infrastructure.postgres.sequencer": 1,
    }
