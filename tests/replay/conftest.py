"""A session of which nothing is told yet, with real jails."""

from pathlib import Path

import pytest

from infrastructure.nsjail import NsjailSandbox
from tests.replay.story import Story


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path, NsjailSandbox(scratch=tmp_path))
