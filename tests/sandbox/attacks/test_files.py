"""No file of the host is read or changed, and none of the jail's but those of the job."""

import pytest

from application.ports.sandbox import Outcome
from tests.sandbox.attacks.files import PLACES, READERS, SHARED
from tests.sandbox.attacks.siege import REACHED, Siege, theft
from tests.sandbox.attacks.unjailed import Unjailed


@pytest.mark.parametrize("name", READERS)
def test_the_secret_is_not_read_by(name: str, siege: Siege) -> None:
    attacked = siege.attack(theft(READERS[name]), siege.hostile)
    assert attacked.execution.outcome is Outcome.OK
    assert REACHED not in attacked.out


@pytest.mark.parametrize("name", PLACES)
def test_a_snippet_does_not_reach(name: str, siege: Siege) -> None:
    attacked = siege.attack(theft(PLACES[name]), siege.hostile)
    assert attacked.execution.outcome is Outcome.OK
    assert REACHED not in attacked.out
    assert "NameError" not in attacked.out


def test_each_reads_it_without_a_jail(siege: Siege) -> None:
    """The control: these attacks work."""
    with Unjailed(siege.table, siege.treasure.path) as unjailed:
        for name, body in READERS.items():
            got = unjailed.got(siege.treasure.aimed(theft(body)))
            assert siege.treasure.secret in got or got == REACHED, (name, got)
        for name in SHARED:
            assert unjailed.got(siege.treasure.aimed(theft(PLACES[name]))) == REACHED, name
