"""With the policy before the jail, every attack is refused by it, or as harmless as without."""

from string import Template

import pytest

from application.ports.sandbox import Outcome
from domain.snippet_policy import violations
from infrastructure.nsjail import NsjailSandbox
from tests.sandbox.attacks.conftest import LIMITS
from tests.sandbox.attacks.files import PLACES, READERS
from tests.sandbox.attacks.kernel import MACHINERY, PROCESSES, RIGHTS
from tests.sandbox.attacks.lies import ANSWERS, NEVER_OK, ROW_NUMBERS, answering, numbering
from tests.sandbox.attacks.network import CALLS, OLD_NUMBERS, SOCKETS
from tests.sandbox.attacks.objects import OBJECTS, PLANTS
from tests.sandbox.attacks.resources import RESOURCES
from tests.sandbox.attacks.siege import REACHED, Siege, prepared, theft
from tests.sandbox.attacks.test_sessions import FULL_CHANNEL, LEFT_RUNNING

THEFTS = OBJECTS | READERS | PLACES | CALLS | SOCKETS | PROCESSES | RIGHTS | MACHINERY
ATTACKS = {
    **{name: theft(body) for name, body in THEFTS.items()},
    **{name: prepared(body) for name, body in (PLANTS | NEVER_OK | LEFT_RUNNING).items()},
    # Those that the policy lets through are in the jail what they are without it.
    **{name: prepared(body) for name, (body, _) in RESOURCES.items() if violations(prepared(body))},
    **{f"answer: {name}": prepared(answering(each)) for name, each in ANSWERS.items()},
    **{f"rows: {name}": prepared(numbering(each)) for name, each in ROW_NUMBERS.items()},
    "the numbers of another architecture": theft(OLD_NUMBERS),
    "a full channel": prepared(FULL_CHANNEL),
}


def passes(snippet: str) -> bool:
    """Whether the policy lets it through, wherever it is aimed."""
    places = dict.fromkeys(("SECRET", "PLANT", "SOCKET", "ABSTRACT"), "'x'")
    return not violations(Template(snippet).safe_substitute(places, PORT="1"))


@pytest.fixture(scope="module")
def polite(besieged: Siege) -> NsjailSandbox:
    """The same jails with the policy before them."""
    return NsjailSandbox(LIMITS, besieged.place, enforce_policy=True)


LET_THROUGH = [name for name, snippet in ATTACKS.items() if passes(snippet)]


@pytest.mark.parametrize("name", LET_THROUGH)
def test_what_the_policy_lets_through_is_as_harmless_as_without_it(
    name: str, siege: Siege, polite: NsjailSandbox
) -> None:
    attacked = siege.attack(ATTACKS[name], polite)
    assert attacked.execution.outcome is not Outcome.POLICY
    assert REACHED not in attacked.out


def test_all_others_are_refused_and_leave_nothing(siege: Siege, polite: NsjailSandbox) -> None:
    for name in ATTACKS.keys() - set(LET_THROUGH):
        attacked = siege.attack(ATTACKS[name], polite)
        assert (attacked.execution.outcome, attacked.left) == (Outcome.POLICY, frozenset()), name


def test_nearly_all_are_refused() -> None:
    """It is a courtesy; but one that sees what is plain to see."""
    assert len(LET_THROUGH) < len(ATTACKS) / 10, LET_THROUGH
