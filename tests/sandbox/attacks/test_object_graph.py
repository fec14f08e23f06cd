"""No object at hand leads out of the jail, nor does any that is handed out."""

import pickle

import pytest

from application.ports.sandbox import Outcome
from tests.sandbox.attacks.objects import OBJECTS, PLANTS
from tests.sandbox.attacks.siege import Siege, prepared, theft
from tests.sandbox.attacks.unjailed import Unjailed


@pytest.mark.parametrize("name", OBJECTS)
def test_no_object_leads_to_the_secret(name: str, siege: Siege) -> None:
    attacked = siege.attack(theft(OBJECTS[name]), siege.hostile)
    assert attacked.execution.outcome is Outcome.OK


def test_each_leads_there_without_a_jail(siege: Siege) -> None:
    """The control: these attacks work."""
    with Unjailed(siege.table, siege.treasure.path) as unjailed:
        for name, body in OBJECTS.items():
            got = unjailed.got(siege.treasure.aimed(theft(body)))
            assert siege.treasure.secret in got, (name, got)


@pytest.mark.parametrize("name", PLANTS)
def test_nothing_handed_out_runs_on_the_host(name: str, siege: Siege) -> None:
    attacked = siege.attack(prepared(PLANTS[name]))
    assert attacked.execution.outcome in {Outcome.OK, Outcome.ERROR, Outcome.CRASHED}


def test_such_a_payload_runs_where_it_is_unpickled(siege: Siege) -> None:
    """The control."""
    names: dict[str, object] = {}
    source = PLANTS["a pickle as the answer"].split("result =")[0]
    exec(siege.treasure.aimed(source), names)  # noqa: S102 - a harmless payload of our own
    payload = names["Payload"]
    assert isinstance(payload, type)
    reduced = payload().__reduce__()
    assert isinstance(reduced, tuple)
    pickle.loads(pickle.dumps(_Reduced(*reduced))).close()  # noqa: S301 - just made here
    assert siege.treasure.plant.exists()
    siege.treasure.plant.unlink()


class _Reduced:
    def __init__(self, *reduced: object) -> None:
        self._reduced = reduced

    def __reduce__(self) -> tuple[object, ...]:
        return self._reduced
