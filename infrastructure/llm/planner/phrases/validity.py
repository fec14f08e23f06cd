"""Valid and invalid mail addresses: the one kind of value whose form everybody knows."""

from domain.actions import AllOf, Comparison, Condition, Not
from infrastructure.llm.planner.reading.column_matching import name_words
from infrastructure.llm.planner.reading.reader import Reader

_NOUNS = ("", " email", " email address", " e-mail", " e-mail address", " mail address", " address")
_VALID = tuple(f"{a}{word}{b}" for a in ("", "a ") for word in ("valid", "proper") for b in _NOUNS)
_INVALID = tuple(
    f"{a}{word}{b}" for a in ("", "a ", "an ") for word in ("invalid", "malformed") for b in _NOUNS
)
_OF_EMAILS = frozenset({"email", "emails", "mail", "mails"})
_LIKE_AN_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def read_validity(reader: Reader, name: str) -> bool | None:
    """Read "invalid" or "a valid email", said of a column of mail addresses; None for another."""
    if not _OF_EMAILS & set(name_words(name)):
        return None
    return True if reader.take(*_VALID) else False if reader.take(*_INVALID) else None


def read_validity_first(reader: Reader) -> Condition | None:
    """Read "invalid emails", "a valid customer_email"."""
    start, missed = reader.position, reader.missed
    for valid, phrases in ((True, ("valid", "a valid")), (False, ("invalid", "an invalid"))):
        name = reader.column() if reader.take(*phrases) else None
        if name is not None and _OF_EMAILS & set(name_words(name)):
            reader.take("address", "addresses")
            return of_validity(name, valid=valid)
        reader.position, reader.missed = start, missed
    return None


def of_validity(name: str, *, valid: bool) -> Condition:
    """Whether there is a mail address that looks like one, or one that does not."""
    like_one = Comparison(column=name, operator="matches", values=(_LIKE_AN_EMAIL,))
    if valid:
        return like_one
    present = Comparison(column=name, operator="is_not_missing")
    return AllOf(conditions=(present, Not(condition=like_one)))
