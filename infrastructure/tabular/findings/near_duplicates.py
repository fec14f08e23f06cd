"""Rare values that are a keystroke away from a frequent one."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.actions.near_texts import merged_by_distance

_SHORTEST = 5
_LONGEST = 60
_MANY_TIMES = 4


@dataclass(frozen=True, kw_only=True)
class NearDuplicate:
    """A value of so many rows, and the frequent one that it is nearly."""

    value: str
    rows: int
    usual: str
    usual_rows: int


def near_duplicates(counts: Mapping[str, int]) -> list[NearDuplicate]:
    """Values that one letter, or two that changed places, keep from one at least four times as
    frequent. The most frequent come first.

    Case and spaces make no difference here. Values with digits are left out, as are short ones:
    there a letter is all that tells them apart.
    """
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for value, rows in counts.items():
        spellings[" ".join(value.lower().split())][value] += rows
    keys = {key: ways.total() for key, ways in spellings.items() if _is_word(key)}
    by_part: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        for part in _parts(key):
            by_part[part].append(key)
    found = []
    for key, rows in keys.items():
        near = {other for part in _parts(key) for other in by_part[part] if other != key}
        usual = max(
            (each for each in near if keys[each] >= _MANY_TIMES * rows and _is_near(key, each)),
            key=lambda each: (keys[each], each),
            default=None,
        )
        if usual is not None:
            found.append(
                NearDuplicate(
                    value=spellings[key].most_common(1)[0][0],
                    rows=rows,
                    usual=spellings[usual].most_common(1)[0][0],
                    usual_rows=keys[usual],
                )
            )
    return sorted(found, key=lambda each: (-each.rows, each.value))


def are_apart(found: Sequence[NearDuplicate], counts: Mapping[str, int]) -> bool:
    """Whether merging all values that are an edit apart would merge those found, and no others."""
    by_frequency = sorted(counts, key=lambda value: (-counts[value], value))
    merged = merged_by_distance(by_frequency, 1)
    return bool(merged) and merged == {each.value: each.usual for each in found}


def _is_word(key: str) -> bool:
    return _SHORTEST <= len(key) <= _LONGEST and not any(c.isdigit() for c in key)


def _parts(key: str) -> Iterator[str]:
    """The text itself, and without each of its letters: two that are near share one of these."""
    yield key
    for at in range(len(key)):
        yield key[:at] + key[at + 1 :]


def _is_near(one: str, other: str) -> bool:
    """Whether a letter more, less or other, or two that changed places, make one the other."""
    if len(one) > len(other):
        one, other = other, one
    at = 0
    while at < len(one) and one[at] == other[at]:
        at += 1
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = other[at + 1 : at + 2] + other[at : at + 1] + other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or one[at:] == swapped
