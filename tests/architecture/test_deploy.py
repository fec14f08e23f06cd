"""What operators find in deploy/ about jails is what jails have."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["jail.cfg", "seccomp.x86_64.kafel"])
def test_the_policy_shown_to_operators_is_the_one_in_force(name: str) -> None:
    shown = ROOT / "deploy" / "nsjail" / name
    assert shown.resolve() == ROOT / "infrastructure" / "nsjail" / name
    assert shown.is_file()
