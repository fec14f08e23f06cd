"""Truth values as they are written: yes, no, true, 0."""

from infrastructure.llm.planner.phrases.values import Written

_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f"})
_TRUTH_PAIRS = [{"true", "false"}, {"yes", "no"}, {"on", "off"}, {"1", "0"}, {"y", "n"}, {"t", "f"}]


def as_truth_value(text: str) -> bool | None:
    """The truth value that the text says; None where it says none."""
    folded = text.casefold()
    return folded in _TRUE if folded in _TRUE | _FALSE else None


def is_truth_value_for(old: Written, new: Written) -> bool:
    """Whether `new` says another truth value than `old`, as plainly or in the same pair of words.

    Who replaces yes by y, or true by 0, wants another text, which a truth value is not.
    """
    before, after = old.text.casefold(), new.text.casefold()
    if (before in _TRUE) == (after in _TRUE):
        return False
    return after in {"true", "false"} or {before, after} in _TRUTH_PAIRS
