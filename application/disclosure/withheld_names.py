"""Which names of columns a language model is not told, and the stand-ins for them."""

import re
from collections.abc import Iterable, Mapping, Set

from application.disclosure.masking import masked_text
from application.disclosure.personal_names import says_personal
from domain.explained_names import names_in_code
from domain.session.cell_made_names import CellMadeNames, cell_made_names
from domain.session.new_names import NewNames
from domain.session.state import Session
from domain.stand_ins import PREFIX, StandIns
from domain.table import TableShape


def stand_ins_for(session: Session, shape: TableShape) -> StandIns:
    """Stand-ins for the names that are not told: those made from cells, and with consent only those
    that may be personal. Those of the table's columns are numbered by their places."""
    names = cell_made_names(session)
    consent = session.sample_rows > 0 and shape.rows > 0
    may_be_told = frozenset(names.made) - _personal(names) if consent else frozenset()
    order = dict.fromkeys(shape.column_names)
    withheld = [
        (place, name)
        for place, name in enumerate([*order, *(n for n in names.made if n not in order)], 1)
        if name not in names.explained and name not in may_be_told
    ]
    if not withheld:
        return StandIns()
    prefix = _free_prefix([*order, *names.explained, *names.made, *session.said])
    return StandIns({name: f"{prefix}{place}" for place, name in withheld}, prefix)


def _personal(names: CellMadeNames) -> frozenset[str]:
    """Of the names that were made from cells, those that look personal or may come from a column
    whose name says so."""
    personal = set[str]()
    judged = dict[int, bool]()
    for name, new in names.made.items():
        if id(new) not in judged:
            judged[id(new)] = _is_of_persons(new, names.made, personal)
        if judged[id(new)] or masked_text(name) != name:
            personal.add(name)
    return frozenset(personal)


def _is_of_persons(new: NewNames, made: Mapping[str, NewNames], personal: Set[str]) -> bool:
    """Whether code that speaks of a personal column made the names, or such that speaks of none."""
    columns = new.before.column_names
    found = [n for n in columns if n in personal or (n not in made and says_personal(n))]
    if not found or any(name in new.code for name in found):
        return bool(found)
    return names_in_code(new.code).isdisjoint(columns)


def _free_prefix(texts: Iterable[str]) -> str:
    """One with which no number makes a word that is written anywhere."""
    prefix = PREFIX
    written = "\n".join(texts).casefold()
    while re.search(rf"{prefix}[0-9]", written):
        prefix = f"{prefix}_"
    return prefix
