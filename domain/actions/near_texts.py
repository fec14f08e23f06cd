"""Which texts are few edits apart; these functions run as part of the code.

How few may differ bounds where to look: of a text in one part more than that, one at least stands
unchanged, and nearly in its place, in any text that is near. After G. Li, D. Deng, J. Wang and
J. Feng, Pass-Join: A Partition-based Method for Similarity Joins, PVLDB 5(3), 2011.
"""

import re
from collections import defaultdict
from functools import cache, partial
from itertools import pairwise

from domain.actions.latin import without_accents


def compared(text: str) -> str:
    """What counts of a text when its letters are compared: no case, accents or white space."""
    return " ".join(without_accents(text.casefold()).split())


def letter_pairs(text: str) -> int:
    """A bit for each two letters side by side; one edit changes four bits at the most."""
    bits = 0
    for first, second in pairwise(text):
        bits |= 1 << (31 * ord(first) + ord(second)) % 512
    return bits


def places_of_letters(text: str) -> dict[str, int]:
    """For each letter the bits of its places."""
    places: dict[str, int] = {}
    for place, letter in enumerate(text):
        places[letter] = places.get(letter, 0) | 1 << place
    return places


def edits(letters: dict[str, int], length: int, other: str) -> int:
    """The Levenshtein distance of a text to another, by G. Myers's bit vectors (JACM 46(3), 1999).

    `letters` has for each letter of the text the bits of its places.
    """
    every = (1 << length) - 1
    last = every ^ every >> 1
    distance, more, less = length, every, 0
    for letter in other:
        same = letters.get(letter, 0)
        diagonal = ((same & more) + more ^ more | same | less) & every
        rising, falling = less | every ^ (diagonal | more), more & diagonal
        distance += 1 if rising & last else -1 if falling & last else 0
        rising, falling = (rising << 1 | 1) & every, falling << 1 & every
        more, less = falling | every ^ (same | less | rising), rising & (same | less)
    return distance


def parts_of(length: int, most: int) -> list[tuple[int, int]]:
    """Where the parts begin and end that a text of that length is cut into."""
    ends = [length * part // (most + 1) for part in range(most + 2)]
    return list(pairwise(ends))


def places_of_parts(length: int, most: int) -> list[tuple[int, int, int, int]]:
    """Where a text of that length can hold a part of one that is near.

    Each place is the length of the other, the number of its part, and begin and end of the place.
    """
    return [
        (other, part, begin + shift, end + shift)
        for other in range(length - most, length + most + 1)
        for part, (begin, end) in enumerate(parts_of(other, most))
        for shift in range(-most, most + 1)
        if abs(shift) + abs(length - other - shift) <= most
        and 0 <= begin + shift < end + shift <= length
    ]


def merged_by_distance(texts: list[str], most: int) -> dict[str, str]:
    """Each text that is at most so many edits from an earlier one, with the nearest of them.

    Texts of which the numbers differ, or half of the letters could, are never one.
    """
    merged: dict[str, str] = {}
    kept: list[tuple[str, str]] = []
    by_letters: dict[str, str] = {}
    by_part: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    places = cache(partial(places_of_parts, most=most))
    for text in texts:
        letters = compared(text)
        if letters in by_letters:
            merged[text] = by_letters[letters]
            continue
        length, nearest = len(letters), (most + 1, 0)
        if length > 2 * most:
            numbers, pairs = tuple(re.findall(r"\d+", letters)), letter_pairs(letters)
            near = {
                one
                for other, part, begin, end in places(length)
                for one, others in by_part.get((numbers, other, part, letters[begin:end]), ())
                if (others ^ pairs).bit_count() <= 4 * most
            }
            bits = places_of_letters(letters)
            distances = ((edits(bits, length, kept[one][1]), one) for one in near)
            nearest = min(distances, default=nearest)
        if nearest[0] <= most:
            merged[text] = kept[nearest[1]][0]
        elif letters:
            by_letters[letters] = text
            if length > 2 * most:
                for part, (begin, end) in enumerate(parts_of(length, most)):
                    key = (numbers, length, part, letters[begin:end])
                    by_part[key].append((len(kept), pairs))
                kept.append((text, letters))
    return merged
