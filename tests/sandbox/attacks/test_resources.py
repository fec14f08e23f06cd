"""A snippet that wants too much ends, is told apart, and takes nothing from others."""

import threading

import pytest

from application.ports.sandbox import Outcome, SnippetJob
from infrastructure.nsjail import NsjailSandbox
from tests.sandbox.attacks.conftest import LIMITS
from tests.sandbox.attacks.resources import RESOURCES
from tests.sandbox.attacks.siege import Siege, prepared


@pytest.mark.parametrize("name", RESOURCES)
def test_there_is_an_end_to(name: str, siege: Siege, impatient: NsjailSandbox) -> None:
    snippet, expected = RESOURCES[name]
    outcomes = expected if isinstance(expected, tuple) else (expected,)
    sandbox = impatient if Outcome.TIMEOUT in outcomes else siege.sandbox
    execution = siege.attack(prepared(snippet), sandbox).execution
    assert execution.outcome in outcomes, execution
    assert execution.detail or execution.outcome is Outcome.OK
    assert execution.output is not None
    assert len(execution.output.stdout) <= LIMITS.output_bytes
    assert len(execution.output.stderr) <= LIMITS.output_bytes


def test_others_work_while_one_holds_all_its_threads(siege: Siege) -> None:
    snippet, _ = RESOURCES["a bomb of threads that stay"]
    result = siege.place / "held"
    holding = threading.Thread(
        target=lambda: siege.sandbox.execute(
            SnippetJob(snippet=snippet, table=siege.table, result=result, seed=0)
        )
    )
    holding.start()
    served = 0
    while holding.is_alive():
        assert siege.asked(siege.bystander, "df['said'] = len(df.sort_values('id'))") == 3
        served += 1
    holding.join()
    result.unlink()
    assert served > 5
