"""A command line whose settings are the test's own."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command_line import CommandLine


@pytest.fixture
def datatrail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[CommandLine]:
    """`datatrail`, with its home in an empty directory and nothing else set."""
    for name in os.environ:
        if name.startswith("DATATRAIL_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    command_line = CommandLine(monkeypatch, capsys)
    command_line.set(home=str(tmp_path / "home"))
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield command_line
    root.handlers = handlers
    root.setLevel(level)
