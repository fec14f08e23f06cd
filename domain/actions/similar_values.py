"""Merging spellings of one thing."""

from dataclasses import dataclass
from typing import Literal

from domain.actions.errors import UnusableValue
from domain.actions.latin import code_of
from domain.actions.literals import literal_list
from domain.actions.near_texts import (
    compared,
    edits,
    letter_pairs,
    merged_by_distance,
    parts_of,
    places_of_letters,
    places_of_parts,
)
from domain.actions.similar_texts import (
    fingerprint,
    letters_of,
    merged_by_key,
    ngram_fingerprint,
)
from domain.actions.text import OnText
from domain.actions.wording import names_text
from domain.table import TableShape

_FARTHEST = 3
_NEAR = (
    compared,
    letter_pairs,
    places_of_letters,
    edits,
    parts_of,
    places_of_parts,
    merged_by_distance,
)
_BY = {
    "fingerprint": "that differ in case, accents, punctuation or the order of words",
    "ngram": "that differ in case, accents, punctuation, spaces or repeated letters",
}


@dataclass(frozen=True, kw_only=True)
class MergeSimilar(OnText):
    """Give values that are spellings of one thing the spelling that is most frequent among them.

    ``fingerprint`` and ``ngram`` are OpenRefine's key collision methods; ``levenshtein`` merges
    each value with the nearest more frequent one that is at most `distance` edits away. Where the
    numbers in them differ, values are never merged. Of spellings equally frequent the first in the
    table is taken. What was merged into what is left as a table in ``result``.
    """

    kind: Literal["merge_similar"] = "merge_similar"
    columns: tuple[str, ...]
    method: Literal["fingerprint", "ngram", "levenshtein"] = "fingerprint"
    distance: int = 1

    def check(self, shape: TableShape) -> None:
        super().check(shape)
        if not 1 <= self.distance <= _FARTHEST:
            raise UnusableValue(f"The distance must be 1 to {_FARTHEST} edits.")

    def code(self) -> str:
        match self.method:
            case "fingerprint":
                functions = code_of(letters_of, fingerprint, merged_by_key)
                merging = "merged_by_key(texts, fingerprint)"
            case "ngram":
                functions = code_of(letters_of, ngram_fingerprint, merged_by_key)
                merging = "merged_by_key(texts, ngram_fingerprint)"
            case "levenshtein":
                functions = code_of(*_NEAR)
                merging = f"merged_by_distance(texts, {self.distance})"
        return (
            "from collections import Counter, defaultdict\n"
            "from collections.abc import Callable\n"
            "from functools import cache, partial\n"
            "from itertools import pairwise\n\n"
            "import pandas as pd\n"
            f"{functions}"
            "decisions = []\n"
            f"for column in {literal_list(self.columns)}:\n"
            "    rows = Counter(df[column].dropna())\n"
            "    texts = [text for text, _ in rows.most_common()]\n"
            f"    merged = {merging}\n"
            "    chosen = lambda text: merged.get(text, text)\n"
            "    df[column] = df[column].map(chosen, na_action='ignore').astype('str')\n"
            "    decisions += [(column, old, new, rows[old]) for old, new in merged.items()]\n"
            "result = pd.DataFrame(decisions, columns=['column', 'from', 'to', 'rows'])"
        )

    def describe(self) -> str:
        edits_text = "1 edit" if self.distance == 1 else f"{self.distance} edits"
        how = _BY.get(self.method, f"that are at most {edits_text} apart")
        return f"Merge values of {names_text(self.columns)} {how} into the most frequent of them"
