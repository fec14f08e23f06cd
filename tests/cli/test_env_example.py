"""`.env.example` is the list of settings."""

import os
import re
from pathlib import Path

import pytest

from interfaces.settings import Settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"
LINE = re.compile(r"^# DATATRAIL_([A-Z0-9_]+)=(.*)$", re.MULTILINE)


def test_every_setting_and_no_other_is_in_the_example() -> None:
    named = [name.lower() for name, _ in LINE.findall(EXAMPLE.read_text())]

    assert sorted(named) == sorted(Settings.model_fields)


def test_the_defaults_in_the_example_are_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Those that are optional have none: their values are examples."""
    (tmp_path / ".env").write_text(
        "\n".join(
            f"DATATRAIL_{name}={value}"
            for name, value in LINE.findall(EXAMPLE.read_text())
            if Settings.model_fields[name.lower()].default is not None
        )
    )
    _forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path / "..")
    defaults = Settings()
    monkeypatch.chdir(tmp_path)

    settings = Settings()

    assert settings == defaults
    assert settings.model_fields_set


def test_the_example_uncommented_is_valid(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    filled = {name: value or "x" for name, value in LINE.findall(EXAMPLE.read_text())}
    lines = [f"DATATRAIL_{name}={value}" for name, value in filled.items()]
    (tmp_path / ".env").write_text("\n".join(lines))
    _forget_settings(monkeypatch)
    monkeypatch.chdir(tmp_path)

    settings = Settings()

    assert settings.model_fields_set == set(Settings.model_fields)


def _forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("DATATRAIL_"):
            monkeypatch.delenv(name)
