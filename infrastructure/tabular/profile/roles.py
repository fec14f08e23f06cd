"""What a column is for, from its values."""

from collections.abc import Mapping
from enum import StrEnum

from infrastructure.tabular.profile.sorted_numbers import Runs


class Role(StrEnum):
    """What the values of a column are, for a person who works with it."""

    EMPTY = "empty"
    CONSTANT = "constant"
    IDENTIFIER = "identifier"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    TIME = "time"
    YEAR = "year"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    TEXT = "text"
    FREE_TEXT = "free_text"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    POSTCODE = "postcode"
    IBAN = "iban"
    CARD_NUMBER = "card_number"
    SOCIAL_SECURITY_NUMBER = "social_security_number"
    IP_ADDRESS = "ip_address"
    UUID = "uuid"
    NAME = "name"
    ADDRESS = "address"
    COUNTRY_CODE = "country_code"
    CURRENCY = "currency"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    JSON = "json"
    OTHER = "other"


PERSONAL = frozenset(
    {
        Role.EMAIL, Role.PHONE, Role.IBAN, Role.CARD_NUMBER, Role.SOCIAL_SECURITY_NUMBER,
        Role.IP_ADDRESS, Role.NAME, Role.ADDRESS,
    }
)  # fmt: skip

# By precedence: a value can be of several kinds.
_KINDS_FIRST = (
    Role.EMAIL, Role.URL, Role.UUID, Role.IP_ADDRESS, Role.IBAN, Role.CARD_NUMBER,
    Role.SOCIAL_SECURITY_NUMBER, Role.DATETIME, Role.TIME, Role.PERCENT, Role.MONEY, Role.PHONE,
    Role.NUMBER, Role.CURRENCY, Role.COUNTRY_CODE, Role.POSTCODE, Role.JSON,
)  # fmt: skip
_MOST = 0.8
_WORDS_OF_FREE_TEXT = 4
_MOST_CATEGORIES = 1000


def role_of_text(
    *, values: int, distinct: int, kinds: Mapping[str, float], words: float, longest: int
) -> Role:
    """The role of a text column of so many values; `kinds` are shares of them by kind."""
    if values == 0:
        return Role.EMPTY
    if distinct == 1:
        return Role.CONSTANT
    # Zeros and ones among other digits are numbers.
    truths = kinds.get("boolean", 0)
    if truths >= _MOST and distinct <= 4 and (distinct <= 2 or kinds.get("number", 0) < truths):
        return Role.BOOLEAN
    for role in _KINDS_FIRST:
        if kinds.get(role.value, 0) >= _MOST:
            return role
    if kinds.get("address", 0) >= 0.5:
        return Role.ADDRESS
    if kinds.get("name", 0) >= 0.3 and distinct > 10:
        return Role.NAME
    if words >= _WORDS_OF_FREE_TEXT and distinct > values / 10:
        return Role.FREE_TEXT
    if distinct >= 0.99 * values and values > 10 and words < 1.5 and longest <= 64:
        return Role.IDENTIFIER
    if is_category(values, distinct):
        return Role.CATEGORY
    return Role.TEXT


def is_category(values: int, distinct: int) -> bool:
    """Whether so few different values come again often enough to group by."""
    return distinct <= _MOST_CATEGORIES and (
        distinct * 10 <= values or (distinct <= 20 and distinct * 2 <= values)
    )


def role_of_numbers(values: int, runs: Runs, *, integers: bool) -> Role:
    """The role of a column of numbers with these different finite values."""
    distinct = len(runs.counts)
    if values == 0:
        return Role.EMPTY
    if distinct == 1:
        return Role.CONSTANT
    if not integers:
        return Role.NUMBER
    low, high = int(runs.values[0]), int(runs.values[-1])
    if (low, high, distinct) == (0, 1, 2):
        return Role.BOOLEAN
    if distinct == values and values > 2 and low >= 0 and high - low < 2 * values:
        return Role.IDENTIFIER
    if low >= 1900 and high <= 2100:
        return Role.YEAR
    if distinct <= 20 and distinct * 10 <= values:
        return Role.CATEGORY
    return Role.NUMBER
