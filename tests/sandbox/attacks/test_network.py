"""A snippet reaches nothing that listens, and makes no socket."""

import pytest

from application.ports.sandbox import Outcome
from infrastructure.nsjail import NsjailSandbox
from tests.sandbox.attacks.network import CALLS, OLD_NUMBERS, SOCKETS
from tests.sandbox.attacks.siege import REACHED, Siege, theft
from tests.sandbox.attacks.unjailed import Unjailed
from tests.waiting import wait_until


@pytest.mark.parametrize("name", CALLS)
def test_nobody_is_reached_by(name: str, siege: Siege) -> None:
    attacked = siege.attack(theft(CALLS[name]), siege.hostile)
    assert attacked.execution.outcome is Outcome.OK
    assert attacked.execution.output
    assert b"error" in attacked.execution.output.stdout.lower()


@pytest.mark.parametrize("name", SOCKETS)
def test_there_is_no(name: str, siege: Siege) -> None:
    attacked = siege.attack(theft(SOCKETS[name]), siege.hostile)
    assert attacked.execution.outcome is Outcome.OK
    assert REACHED not in attacked.out
    assert "NameError" not in attacked.out


def test_there_is_none_by_the_numbers_of_another_architecture(
    siege: Siege, impatient: NsjailSandbox
) -> None:
    """The kernel ends the thread; what is left of the process does nothing any more."""
    attacked = siege.attack(theft(OLD_NUMBERS), impatient)
    assert attacked.execution.outcome in {Outcome.CRASHED, Outcome.TIMEOUT}
    assert REACHED not in attacked.out


def test_each_reaches_somebody_without_a_jail(siege: Siege) -> None:
    """The control: these attacks work."""
    listening = siege.treasure.listening
    with Unjailed(siege.table, siege.treasure.path) as unjailed:
        for name, body in CALLS.items():
            listening.forget()
            got = unjailed.got(siege.treasure.aimed(theft(body)))
            wait_until(lambda: bool(listening.reached()), f"{name}: {got}")
        for name in ("a pair of sockets", "netlink", "a port of its own"):
            assert unjailed.got(theft(SOCKETS[name])) == REACHED
    listening.forget()
