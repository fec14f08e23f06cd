"""Latin letters without accents.

The functions here and in `clean_names` become part of the code of actions as they are written, so
that what the domain foretells and what runs is one thing: they use only what is in that code.
"""

import inspect
import re
import unicodedata
from collections.abc import Callable

# Latin letters that are no letter with a mark upon it; the others come apart by themselves.
_LETTERS = "ßss ẞSS æae ÆAE œoe ŒOE øo ØO đd ĐD ðd ÐD þth ÞTH łl ŁL ħh ĦH ŧt ŦT \u0131i"
plain_letters = str.maketrans({pair[0]: pair[1:] for pair in _LETTERS.split()})
accents = re.compile(r"(?<=[A-Za-zÆØæø])[\u0300-\u036f]+")
_NEEDED = f"""
import re
import unicodedata

plain_letters = str.maketrans({{pair[0]: pair[1:] for pair in {_LETTERS!r}.split()}})
accents = re.compile(r'{accents.pattern}')
"""


def without_accents(text: str) -> str:
    letters_and_marks = unicodedata.normalize("NFD", text)
    letters = unicodedata.normalize("NFC", accents.sub("", letters_and_marks))
    return letters.translate(plain_letters)


def code_of(*functions: Callable[..., object]) -> str:
    """The code of functions that use, at most, one another and `without_accents`."""
    sources = [inspect.getsource(each).strip() for each in (without_accents, *functions)]
    return "\n\n\n".join([_NEEDED.strip(), *sources]) + "\n\n\n"
