"""Who waits is served in turn, however much another has waiting."""

from collections import Counter

from application.fair_turns import FairTurns
from application.ports.job_queue import Job
from application.ports.leases import Waiting
from tests.specifications.given import uid


def waiting(*subjects: int) -> list[Waiting]:
    """Each subject's oldest task, in this order."""
    return [
        Waiting(
            job=Job(session_id=uid(each), task_id=uid(100 + each)), subject_id=uid(each), version=3
        )
        for each in subjects
    ]


def served(turns: FairTurns, *subjects: int) -> int:
    chosen = turns.next(waiting(*subjects))
    assert chosen is not None
    return chosen.subject_id.int


def test_nobody_is_served_when_nobody_waits() -> None:
    assert FairTurns().next([]) is None


def test_who_waits_longest_comes_first_as_long_as_nobody_was_served() -> None:
    assert served(FairTurns(), 3, 1, 2) == 3


def test_all_who_wait_are_served_in_turn() -> None:
    turns = FairTurns()
    order = [served(turns, 3, 1, 2) for _ in range(9)]
    assert order == [3, 1, 2] * 3


def test_a_newcomer_is_next_and_then_one_among_the_others() -> None:
    turns = FairTurns()
    for _ in range(100):
        served(turns, 1)
    assert [served(turns, 1, 2) for _ in range(4)] == [2, 1, 2, 1]


def test_who_comes_and_goes_gains_nothing_by_it() -> None:
    turns = FairTurns()
    often = Counter(served(turns, *([1, 2] if round_ % 3 else [1, 2, 3])) for round_ in range(300))
    assert often[3] <= 100
    assert abs(often[1] - often[2]) <= 1
