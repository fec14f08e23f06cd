"""A name that is not there is answered with what may be meant, and with nothing far from it."""

import pytest

from domain.actions.nearest import nearest_names

NAMES = ("age", "Customer Name", "order_id", "total_amount", "list_values", "tell_correlation")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("aeg", "age"),
        ("agee", "age"),
        ("custmer nmae", "Customer Name"),
        ("CUSTOMER_NAME", "Customer Name"),
        ("amount", "total_amount"),
        ("order id number", "order_id"),
        ("list_vlaue", "list_values"),
    ],
)
def test_a_slip_or_whole_words_of_a_name_are_known_again(written: str, meant: str) -> None:
    assert nearest_names(written, NAMES)[:1] == (meant,)


@pytest.mark.parametrize("written", ["levitate", "pear", "elevation", "discount", "user", "x", ""])
def test_another_word_is_taken_for_none(written: str) -> None:
    assert nearest_names(written, NAMES) == ()
