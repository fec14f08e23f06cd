"""What is said in a roundabout way, in words that the rules know."""

import pytest

from infrastructure.llm.planner.conversation.plain_words import plainly


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("just the open ones", "only the open ones"),
        ("first 3 rows only.", "only first 3 rows"),
        ("how many are still open?", "how many are open?"),
        ("drop every order that was lost", "drop all orders that was lost"),
        ("for Ann, set age to 3", "set age to 3 where Ann"),
        ("if age is missing then put 0", "put 0 where age is missing"),
        ("keep orders on weekends only", "keep only orders on weekends"),
        ("divide a by b and call it ratio", "divide a by b as ratio"),
        ("drop fax because nobody uses it", "drop fax"),
        ("drop fax and phone, that's private", "drop fax and phone"),
        ("drop fax (not needed)", "drop fax"),
        ("keep only name and age only", "keep only name and age"),
        ("orders without a date can go, please.", "drop orders without a date"),
        ("orders from Rome stay, the rest goes", "keep only orders from Rome"),
        ("paid orders: delete them", "delete paid orders"),
        ("don't keep every row without age", "don't keep all rows without age"),
    ],
)
def test_it_is_said_plainly(message: str, plain: str) -> None:
    assert plainly(message) == plain


@pytest.mark.parametrize(
    "message",
    [
        "drop fax because it is the last",
        "drop fax since we keep it elsewhere",
        "keep name, private",
        "keep age as it is",
        "keep the column age as it is now",
        "keep fax, nobody uses it",
        "empty cells can go",
        "nothing can go",
        "keep rows where status is private",
        "drop age",
        "replace 'just now' with now",
        'set note to "still open"',
        "every pet is a row",
    ],
)
def test_what_is_plain_or_quoted_is_left_as_it_is(message: str) -> None:
    assert plainly(message) == message


def test_a_reason_that_tells_something_of_the_table_stays() -> None:
    message = "drop duplicates because they have the same name"

    assert plainly(message, lambda reason: "name" in reason) == message
