"""Which texts are spellings of one thing; these functions run as part of the code.

The fingerprints are OpenRefine's key collision methods:
https://openrefine.org/docs/technical-reference/clustering-in-depth
"""

import re
import unicodedata
from collections.abc import Callable

from domain.actions.latin import without_accents


def letters_of(text: str) -> str:
    """In small letters, without accents, punctuation and signs."""
    small = without_accents(text.casefold())
    return "".join(c for c in small if c.isspace() or unicodedata.category(c)[0] in "LMN")


def fingerprint(text: str) -> str:
    return " ".join(sorted(set(letters_of(text).split())))


def ngram_fingerprint(text: str) -> str:
    letters = "".join(letters_of(text).split())
    if len(letters) < 4:  # too few pairs to tell II from III
        return letters
    return "".join(sorted({letters[i : i + 2] for i in range(len(letters) - 1)}))


def merged_by_key(texts: list[str], key: Callable[[str], str]) -> dict[str, str]:
    """Each text that has the key of an earlier one, with the first of them.

    Texts of which the numbers differ are never one: 1.5 is not 15.
    """
    first: dict[tuple[str, ...], str] = {}
    merged = {}
    for text in texts:
        found = key(text)
        spelling = first.setdefault((found, *sorted(re.findall(r"\d+", text))), text)
        if found and spelling != text:
            merged[text] = spelling
    return merged
