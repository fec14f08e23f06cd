"""What columns are called once their names are normalised; it runs here and in the code.

After ``clean_names`` of janitor and pyjanitor: https://pyjanitor-devs.github.io/pyjanitor/
"""

import re
import unicodedata

from domain.actions.latin import without_accents


def clean_name(name: str, style: str) -> str:
    if style == "trim":
        return " ".join(name.replace("\ufeff", " ").split()) or "column"
    text = without_accents(unicodedata.normalize("NFKC", name))
    text = re.sub("['\u2019]", "", text)
    for sign, word in {"%": " percent ", "#": " number ", "&": " and "}.items():
        text = text.replace(sign, word)
    # priceEUR, HTTPStatus and customerIDs are two words each.
    text = re.sub("(?<=[a-z])(?=[A-Z])|(?<=[A-Z0-9])(?=[A-Z](?!s\\b)[a-z])", " ", text)
    letters = ""
    for sign in text.lower():
        kind = unicodedata.category(sign)[0]
        on_a_letter = kind == "M" and letters[-1:].strip()
        letters += sign if kind in "LN" or on_a_letter else " "
    words = letters.split() or ["column"]
    if style in {"lower", "title"}:
        return " ".join(word.capitalize() if style == "title" else word for word in words)
    if words[0][0].isdigit():
        words[0] = f"x{words[0]}"
    joined = "_".join(words)
    return joined.upper() if style == "upper" else joined


def clean_names(names: list[str], chosen: list[str], style: str) -> dict[str, str]:
    """The new names of those that get one. Who has a good name already keeps it."""
    cleaned = {name: clean_name(name, style) for name in chosen}
    changing = {name: new for name, new in cleaned.items() if new != name}
    taken = {name for name in names if name not in changing}
    sign = "_" if style in {"snake", "upper"} else " "
    for name, new in changing.items():
        number = 1
        while changing[name] in taken:
            number += 1
            changing[name] = f"{new}{sign}{number}"
        taken.add(changing[name])
    return changing
