"""What the name of a column tells, where its values alone do not say enough."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infrastructure.tabular.profile.roles import Role

_PARTS = re.compile(r"[A-Z]+(?![a-zß-ÿ])|[A-Z]?[a-zß-ÿ]+|[0-9]+")


@dataclass(frozen=True)
class _Hint:
    """A role that is likelier than those in ``instead_of`` if the name has one of the words."""

    role: Role
    words: frozenset[str]
    instead_of: frozenset[Role]


def _hint(role: Role, words: str, *instead_of: Role) -> _Hint:
    return _Hint(role, frozenset(words.split()), frozenset(instead_of))


_HINTS = (
    _hint(
        Role.POSTCODE,
        "zip zipcode postcode postal plz postleitzahl pincode",
        *(Role.NUMBER, Role.TEXT, Role.CATEGORY, Role.IDENTIFIER, Role.PHONE),
    ),
    _hint(
        Role.PHONE,
        "phone telephone tel mobile fax telefon handy cell cellphone",
        *(Role.NUMBER, Role.TEXT, Role.IDENTIFIER, Role.CATEGORY),
    ),
    _hint(Role.LATITUDE, "lat latitude", Role.NUMBER),
    _hint(Role.LONGITUDE, "lon lng long longitude", Role.NUMBER),
    _hint(
        Role.YEAR,
        "year jahr année annee año anno jaar rok",
        *(Role.NUMBER, Role.IDENTIFIER, Role.CATEGORY),
    ),
    _hint(
        Role.ADDRESS,
        "address street adresse anschrift strasse straße addr",
        *(Role.TEXT, Role.FREE_TEXT, Role.IDENTIFIER, Role.CATEGORY),
    ),
    _hint(
        Role.NAME,
        "firstname lastname surname forename fullname vorname nachname fname lname",
        *(Role.TEXT, Role.FREE_TEXT, Role.IDENTIFIER, Role.CATEGORY),
    ),
    _hint(
        Role.IDENTIFIER,
        "id uid guid key pk sku isbn",
        *(Role.NUMBER, Role.TEXT, Role.CATEGORY, Role.PHONE),
    ),
    _hint(Role.IDENTIFIER, "no nr number nummer num code", Role.NUMBER, Role.TEXT),
)
_PERSONS = frozenset(
    {
        *("first", "last", "given", "family", "full", "middle", "customer", "person", "contact"),
        *("employee", "patient", "user", "client", "applicant", "student", "passenger", "author"),
    }
)
_BIRTH = frozenset({"birth", "birthday", "birthdate", "dob", "born", "geburtsdatum", "geburtstag"})
_YEARS = (1000, 2999)
_COUNTS = frozenset({"of", "count", "total"})


def role_by_name(name: str, role: Role, column: Mapping[str, Any]) -> Role:
    """The role that the column's name makes likelier than the one its values gave."""
    parts = _parts(name)
    for hint in _HINTS:
        if parts & hint.words and role in hint.instead_of and _may_be(hint.role, parts, column):
            return hint.role
    textual = role in {Role.TEXT, Role.FREE_TEXT, Role.CATEGORY, Role.IDENTIFIER}
    if "name" in parts and parts & _PERSONS and textual and column["type"] == "text":
        return Role.NAME
    return role


def is_birth_date(name: str, role: Role) -> bool:
    """Whether the name of a column of dates says that persons were born then."""
    return role is Role.DATETIME and bool(_parts(name) & _BIRTH)


def _parts(name: str) -> frozenset[str]:
    return frozenset(part.lower() for part in _PARTS.findall(name))


def _years(numeric: Mapping[str, Any]) -> bool:
    return bool(_YEARS[0] <= numeric["min"] and numeric["max"] <= _YEARS[1])


def _may_be(role: Role, parts: frozenset[str], column: Mapping[str, Any]) -> bool:
    """Whether the values allow the role that the name suggests."""
    if role in {Role.LATITUDE, Role.LONGITUDE}:
        numeric = column["numeric"]
        limit = 90 if role is Role.LATITUDE else 180
        return bool(-limit <= numeric["min"] and numeric["max"] <= limit)
    if role is Role.YEAR:
        return bool(column["type"] == "integer" and _years(column["numeric"]))
    short = column["type"] == "integer" or (column["type"] == "text" and column["words"] < 4)
    if role is Role.IDENTIFIER:
        return bool(short and column["distinct"] >= 3 and not parts & _COUNTS)
    if role in {Role.POSTCODE, Role.PHONE}:
        return bool(short)
    return bool(column["type"] == "text")
