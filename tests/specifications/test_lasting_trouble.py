"""A trouble that lasts is told when it begins, and now and then."""

from datetime import timedelta

from application.lasting_trouble import LastingTrouble


def test_a_trouble_is_told_when_it_is_new_and_again_after_a_while() -> None:
    now = 0.0
    trouble = LastingTrouble(timedelta(seconds=60), monotonic=lambda: now)
    told = []
    for now in range(0, 130, 10):
        if trouble.is_to_be_told(ValueError("event 7")):
            told.append(now)
    assert told == [0, 60, 120]


def test_another_trouble_is_told_at_once_and_so_is_one_that_came_back() -> None:
    trouble = LastingTrouble(timedelta(seconds=60), monotonic=lambda: 0.0)
    assert not trouble.ends()
    assert trouble.is_to_be_told(ValueError("event 7"))
    assert trouble.is_to_be_told(ValueError("event 8"))
    assert trouble.is_to_be_told(KeyError("event 8"))
    assert trouble.ends()
    assert not trouble.ends()
    assert trouble.is_to_be_told(KeyError("event 8"))
