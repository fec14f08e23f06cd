"""Which names of columns code may have made of cells, told from the record alone."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from domain.explained_names import ExplainedNames, Wording, names_in_code, runs_of, words_of
from domain.name_signs import Signs
from domain.session.new_names import NewNames
from domain.session.state import Session

_SEPARATORS = Signs()


@dataclass(frozen=True, kw_only=True)
class CellMadeNames:
    """The names that are explained without cells, and all others with the code that made them."""

    explained: ExplainedNames
    made: Mapping[str, NewNames]


def cell_made_names(session: Session) -> CellMadeNames:
    """All names that the session's tables ever had.

    Explained are those that stand in the file, that a person wrote, or that are made of such and of
    the words of code; not of code by a model that had seen cells. A name that was once made from
    cells stays so in the whole session.
    """
    explained = ExplainedNames()
    for node in session.tree.nodes.values():
        if node.parent_id is None:
            for name in node.snapshot.shape.column_names:
                explained.add(name)
    said = _Said(session.said)
    made: dict[str, NewNames] = {}
    made_words: set[str] = set()
    for new in session.new_names:
        wording = _wording(new, made, made_words)
        for name in new.names:
            if name in explained or name in made:
                continue
            if said.holds(name) or explained.explain(name, wording):
                explained.add(name)
            else:
                made[name] = new
                made_words.add(" ".join(words_of(name)))
    return CellMadeNames(explained=explained, made=made)


class _Said:
    """What persons wrote."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = "\n".join(texts).casefold()
        self._words = f" {' | '.join(' '.join(words_of(text)) for text in texts)} "

    def holds(self, name: str) -> bool:
        """Whether the name stands there, whatever its case; if it is but signs, in quotes."""
        words, written = " ".join(words_of(name)), name.strip().casefold()
        if not words:
            return any(f"{quote}{written}{quote}" in self._texts for quote in "'\"`")
        plain = _SEPARATORS.explain(name, _SEPARATORS)
        return f" {words} " in self._words and (plain or written in self._texts)


def _wording(new: NewNames, made: Collection[str], made_words: Set[str]) -> Wording:
    """The words of the code and of its actions, without those that repeat a cell-made name."""
    if new.cells_shown:
        return Wording.of(())
    texts = set(names_in_code(new.code))
    if _only_schema_tells(new, made):
        texts.update(new.names)
    return Wording.of(
        text
        for text in texts
        if text not in made and made_words.isdisjoint(runs_of(words_of(text)))
    )


def _only_schema_tells(new: NewNames, made: Collection[str]) -> bool:
    """Whether typed actions, which say whether they name columns by cells, made all of it."""
    return (
        bool(new.actions)
        and new.code == "\n".join(action.code() for action in new.actions)
        and not any(action.columns_from_cells for action in new.actions)
        and not any(name in made for name in new.before.column_names)
    )
