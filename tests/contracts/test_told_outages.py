"""What follows the log says once that the database is away, however often it tries again."""

import logging
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import event

from infrastructure.postgres.engine import make_engine
from infrastructure.postgres.notifications import PostgresNotifications
from infrastructure.postgres.sequencer import Sequencer, SequencerPolicy
from interfaces.composition.processes import opened
from interfaces.settings import Settings
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


def test_a_process_says_at_its_start_that_its_database_has_no_schema(
    tmp_path: Path, fresh_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(home=tmp_path, database_url=SecretStr(fresh_database), jails_waiting=0)
    with opened(settings):
        (told,) = [each for each in caplog.records if each.levelno == logging.WARNING]
    assert "run: datatrail migrate" in vars(told)["outage"]
