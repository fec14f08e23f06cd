"""Running `datatrail` in this process, edge and all."""

import sys
from dataclasses import dataclass

import pytest

from interfaces.cli.main import main


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


class CommandLine:
    """Runs verbs as the installed script would, with arguments as they are typed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def set(self, **settings: str) -> None:
        """Set DATATRAIL_ variables for the commands that follow."""
        for name, value in settings.items():
            self._monkeypatch.setenv(f"DATATRAIL_{name.upper()}", value)

    def __call__(self, *arguments: object) -> Ended:
        self._monkeypatch.setattr(sys, "argv", ["datatrail", *map(str, arguments)])
        self._capsys.readouterr()
        code: object = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code or 0
        said = self._capsys.readouterr()
        assert isinstance(code, int), code
        return Ended(code=code, out=said.out, err=said.err)
