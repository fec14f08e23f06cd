"""Parts that texts often have, and the code that finds the first of each."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.table import ColumnType

KnownPart: TypeAlias = Literal[
    "number",
    "digits",
    "letters",
    "email",
    "domain",
    "url",
    "year",
    "first_word",
    "last_word",
]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What it is called in a sentence, and code in which COLUMN stands for the cells."""

    words: str
    code: str
    type: ColumnType = ColumnType.TEXT


def _first(pattern: str) -> str:
    return f"found = COLUMN.str.extract(r'{pattern}', expand=False)"


def _only(others: str) -> str:
    joined = f"COLUMN.str.replace(re.compile(r'{others}'), '', regex=True)"
    return f"import re\n\nfound = {joined}\nfound = found.mask(found == '')"


# Each pattern can begin at few places, so that long texts take time in proportion to their length.
_EMAIL = r"((?<![\w.%+-])[\w.%+-]+@[\w-]+(?:\.[\w-]+)+)"
_URL = r"""(\b(?i:https?://|ftp://|www\.)[^\s<>"]*[^\s<>"\'.,;:!?)\]])"""
_DOMAIN = (
    r"(?s)^(?:.*?(?:@|://(?:[^\s/@]*@)?)|\s*)(?:www\.)?"
    r"((?:[\w-]+\.)+[^\W\d_]{2,})(?![\w.-]*@)"
)
_YEAR = r"(?<![0-9])((?:1[5-9]|2[01])[0-9]{2})(?![0-9])"
_AROUND_WORDS = r"\s,;:!?()\[\]\""
_FIRST_WORD = rf"([^{_AROUND_WORDS}]+)"
_LAST_WORD = rf"(?<![^{_AROUND_WORDS}])([^{_AROUND_WORDS}]+)[{_AROUND_WORDS}]*$"
# \W would take the vowels of many scripts, which are marks and no letters.
_NO_LETTERS = (
    r"[\s\d!-/:-@\[-`{-~\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u2000-\u200b\u2010-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\u3008-\u3020]"
)
# Thousands signs count only between groups of three, and a sign only where no word ends.
_NUMBER = r"""
found = COLUMN.str.extract(
    r'(?P<minus>(?<!\w)[-\u2212])?'
    r'(?:(?P<with_comma>[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)'
    r'|(?P<grouped>[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?)'
    r'|(?P<plain>(?:[0-9]+(?:[.,][0-9]+)?|(?<![\w.])\.[0-9]+)(?:[eE][+-]?[0-9]{1,2}\b)?))'
)
digits = found['with_comma'].str.replace('.', '').str.replace(',', '.')
digits = digits.fillna(found['grouped'].str.replace(',', ''))
digits = digits.fillna(found['plain'].str.replace(',', '.'))
minus = found['minus'].str.replace('\u2212', '-').fillna('')
found = pd.to_numeric(minus + digits).astype('float64')
"""
KNOWN_PARTS: dict[KnownPart, Part] = {
    "number": Part(
        words="a number", code=f"import pandas as pd\n{_NUMBER.rstrip()}", type=ColumnType.NUMBER
    ),
    "digits": Part(words="digits", code=_only("[^0-9]")),
    "letters": Part(words="letters", code=_only(_NO_LETTERS)),
    "email": Part(words="an e-mail address", code=_first(_EMAIL)),
    "domain": Part(words="a domain", code=_first(_DOMAIN)),
    "url": Part(words="a web address", code=_first(_URL)),
    "year": Part(words="a year", code=f"{_first(_YEAR)}.astype('Int64')", type=ColumnType.INTEGER),
    "first_word": Part(words="a first word", code=_first(_FIRST_WORD)),
    "last_word": Part(words="a last word", code=_first(_LAST_WORD)),
}
