"""Code pages by the letters of languages: few words show what none of their letters would be."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_WESTERN = (
    "äöüß",
    "àâæçéèêëîïôœùûüÿ",
    "áéíñóúü",
    "àáâãçéêíóôõúü",
    "àèéìíîòóùú",
    "àçèéíïòóúü",
    "åäöé",
    "åæøéòôü",
    "áðéíóúýþæö",
    "äëïöüéèêáíóú",
    "çë",
)
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "čćđšž")
_SOUTHERN = ("áéíóöőúüű", "ăâîşţ")
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž")
_TURKISH = ("çğ\u0131\u0130öşüâîû",)
_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "абвгдежзіийклмнопрстуўфхцчшыьэюяё",
    "абвгдђежзијклљмнњопрстћуфхцчџш",
)
_GREEK = ("αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",)
_WINDOWS = {
    "cp1252": (*_WESTERN, _BALTIC[2]),
    "cp1250": (*_CENTRAL, *_SOUTHERN),
    "cp1257": _BALTIC,
    "cp1254": _TURKISH,
    "iso8859-2": _CENTRAL,
}
_OLD = {
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC[:1],
    "cp1253": _GREEK,
    "iso8859-15": _WESTERN,
    "cp850": _WESTERN,
    "cp437": _WESTERN,
    "cp852": (*_CENTRAL, *_SOUTHERN),
    "cp857": _TURKISH,
    "cp866": _CYRILLIC,
    "cp737": _GREEK,
    "mac-roman": _WESTERN,
    "mac-latin2": (*_CENTRAL, *_SOUTHERN),
    "mac-turkish": _TURKISH,
    "mac-cyrillic": _CYRILLIC,
    "mac-greek": _GREEK,
}
_LETTERS = {
    codec: tuple(frozenset(letters + letters.upper()) for letters in known)
    for codec, known in {**_WINDOWS, **_OLD}.items()
}
KNOWN_PAGES = frozenset(_LETTERS)
_ALL = frozenset().union(*(letters for known in _LETTERS.values() for letters in known))
_SMALL = "a-z" + "".join(sorted(letter for letter in _ALL if letter.islower()))
_CAPITAL = "".join(sorted(letter for letter in _ALL if letter.isupper() and letter > "\x7f"))
# They count as letters, and no language has them: the signs of ordinals and of a millionth.
_SIGNS = frozenset("\u00aa\u00ba\u00b5")
_FEW = 0.05
# A sign between letters, other than an apostrophe or a dash; what only opens a quote or a question,
# or an accent without its letter, after a letter; the small figure of a unit amid letters; a
# capital after a small letter, or amid a word; letters of two scripts in a word; what begins no
# word of Icelandic, whose place the Baltic code page gives to another letter; frames; the sign
# of currency, whose place another page gives to the euro; a sign of ordinals amid letters, a
# quote that only closes, a macron before a letter; and signs that stand beside no other, as the
# bytes of Chinese do.
_ODD = re.compile(
    r"[^\W\d_](?:[^\w\s\x00-\x7f\u2019\u2013\u2014\u00b4]{1,2}|[\u00b2\u00b3\u00b9\u00bc-\u00be])[^\W\d_]"
    r"|[^\W\d_][\u201a\u201e\u2039\u00a1\u00bf\u00a8\u00af\u00b8\u02c6\u02dc]"
    r"|[\u02c7\u02d8\u02d9\u02db\u02dd]|\b[\u00d0\u00f0]|[\u2320-\u25ff]|[\d ]\xa4"
    rf"|[^\W\d_][\xaa\xba](?!s\b)[{_SMALL}]|[A-Z]{{2}}[\xaa\xba][A-Z]"
    r"|(?!\xa5[\xa1\xa3\xa5\xa7])[\xa4\xa5\xaf][\xa1-\xbf]"
    r"|(?!\xa1\xa5)[\xa1-\xbf][\xa4\xaf]|[\xa2\xa4\xa6\xa8-\xbf]\xa5"
    r"|\b(?<!\u2039)\w+\u203a|\xaf[^\W\d_]"
    rf"|[{_SMALL}][{_CAPITAL}]|[A-Z{_CAPITAL}][{_CAPITAL}][{_SMALL}]"
    r"|[A-Za-z\xc0-\u024f][\u0370-\u04ff]|[\u0370-\u04ff][A-Za-z\xc0-\u024f]"
)


def readings_by_letters(sample: bytes) -> list[str]:
    """The code pages of Windows, the most common first, in which the sample may be of a language.

    All of its letters beyond ASCII are in one alphabet then, and hardly a sign stands amid letters.
    Of code pages in which the sample is the same text, only the first one is told.
    """
    found: dict[str, str] = {}
    for codec, text in _decoded(sample, tuple(_WINDOWS)):
        if not is_odd(text) and any(set(_letters_of(text)) <= known for known in _LETTERS[codec]):
            found.setdefault(text, codec)
    return list(found.values())


def all_readings(sample: bytes, few: float = _FEW, *, several: bool = False) -> dict[str, str]:
    """The sample in all code pages, of DOS and of old Macs, too, in which it is of a language.

    By the text, the page that gives it; the best first. Only a `few` of its letters are none of the
    language, or stand oddly, and one without any letters has the euro. With `several`, the letters
    may be those of several languages that are written in the page.
    """
    found: dict[str, tuple[int, str]] = {}
    for codec, text in _decoded(sample, tuple(_LETTERS)):
        letters = _letters_of(text)
        known = [frozenset().union(*_LETTERS[codec])] if several else _LETTERS[codec]
        strange = min(sum(n for s, n in letters.items() if s not in k) for k in known)
        if (
            (letters or "\u20ac" in text)
            and strange <= few * letters.total()
            and not is_odd(text, few)
        ):
            found.setdefault(text, (strange, codec))
    best = sorted(found.items(), key=lambda reading: reading[1][0])
    return {text: codec for text, (_, codec) in best}


def of_same_languages(codec: str, other: str) -> bool:
    """Whether some language is written in both code pages."""
    return not {*_LETTERS.get(codec, ())}.isdisjoint(_LETTERS[other])


def is_odd(text: str, few: float = _FEW) -> bool:
    """Whether more than a few signs and letters stand where no writer puts them."""
    return len(_ODD.findall(text)) > few * sum(letter > "\x7f" for letter in text)


def of_windows(*codecs: str) -> bool:
    """Whether all code pages are of Windows, or of those that it took over."""
    return all(codec in _WINDOWS for codec in codecs)


def is_of_windows(text: str, codec: str) -> bool:
    """Whether all letters are those of languages that are written in this code page of Windows."""
    known = frozenset().union(*_WINDOWS.get(codec, ()))
    return set(_letters_of(text.lower())) <= known and codec in _WINDOWS


def signs_in(text: str) -> int:
    """How many characters beyond ASCII are no letters."""
    return sum(letter > "\x7f" and not letter.isalpha() for letter in text)


def _letters_of(text: str) -> Counter[str]:
    """How often each letter beyond ASCII comes."""
    beyond = Counter(letter for letter in text if letter > "\x7f")
    return Counter({s: n for s, n in beyond.items() if s.isalpha() and s not in _SIGNS})


def _decoded(sample: bytes, pages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The sample in each code page, but for control characters, which mean another one."""
    for codec in pages:
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        if not any("\x80" <= letter <= "\x9f" for letter in text):
            yield codec, text
