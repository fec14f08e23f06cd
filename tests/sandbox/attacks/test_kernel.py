"""The kernel does for a snippet what tables need, and nothing else."""

import pytest

from application.ports.sandbox import Outcome
from tests.sandbox.attacks.kernel import (
    FORBIDDEN,
    MACHINERY,
    PROCESSES,
    RIGHTS,
    SAFE,
    UNFILTERED,
)
from tests.sandbox.attacks.siege import REACHED, Siege, theft
from tests.sandbox.attacks.unjailed import Unjailed

ALL = PROCESSES | RIGHTS | MACHINERY


@pytest.mark.parametrize("name", ALL)
def test_the_kernel_does_not_grant(name: str, siege: Siege) -> None:
    attacked = siege.attack(theft(f"import os\n{ALL[name]}"), siege.hostile)
    assert attacked.execution.outcome is Outcome.OK, attacked.execution
    assert REACHED not in attacked.out
    assert not {"NameError", "SyntaxError", "ArgumentError"} & set(attacked.out.split("'"))


def test_it_grants_some_without_a_jail(siege: Siege) -> None:
    """The control: these calls are made as they are meant to be made."""
    with Unjailed(siege.table, siege.treasure.path) as unjailed:
        for name in sorted(SAFE):
            assert unjailed.got(theft(f"import os\n{ALL[name]}")) == REACHED, name


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize("table_of_calls", [0, 0x40000000], ids=["native", "x32"])
def test_no_system_call_opens(name: str, table_of_calls: int, siege: Siege) -> None:
    assert not UNFILTERED.intersection(FORBIDDEN[name])
    attacked = siege.attack(
        theft(
            "got = []\n"
            f"for number in {FORBIDDEN[name]}:\n"
            "    ctypes.set_errno(0)\n"
            f"    returned = libc.syscall({table_of_calls} | number, 0, 0, 0, 0, 0, 0)\n"
            "    got.append(f'{number}: {returned} {ctypes.get_errno()}')"
        ),
        siege.hostile,
    )
    unimplemented = [f"{number}: -1 38" for number in FORBIDDEN[name]]
    assert str(unimplemented) in attacked.out
