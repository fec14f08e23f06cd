"""Code pages by the letters of languages: few words show what none of their letters would be."""

import re
from collections.abc import Iterator

_ALPHABETS = {
    "cp1252": (
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
    ),
    "cp1250": (
        "ąćęłńóśźż",
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "áéíóöőúüű",
        "čćđšž",
        "ăâîşţ",
    ),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
    "cp1254": ("çğ\u0131\u0130öşüâîû",),
    "iso8859-2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "čćđšž"),
}
_LETTERS = {
    codec: tuple(frozenset(letters + letters.upper()) for letters in known)
    for codec, known in _ALPHABETS.items()
}
# They count as letters, and no language has them: the signs of ordinals and of a millionth.
_SIGNS = frozenset("\u00aa\u00ba\u00b5")
# A sign between letters, other than an apostrophe or a dash; an accent without its letter, which is
# the small figure of a unit in other code pages; a capital after a small letter; and what begins no
# word of Icelandic, whose place the Baltic code page gives to another letter.
_ODD = re.compile(
    r"[^\W\d_](?:[^\w\s\x00-\x7f\u2019\u2013\u2014\u00b4]|[\u00b2\u00b3\u00b9\u00bc-\u00be])[^\W\d_]"
    r"|[\u02c7\u02d8\u02d9\u02db\u02dd]|[a-z][\u00c0-\u00de]|\b[\u00d0\u00f0]"
)


def readings_by_letters(sample: bytes) -> list[str]:
    """The code pages, the most common first, in which the sample may be words of a language.

    All of its letters beyond ASCII are in one alphabet then, and no sign stands amid letters. Of
    code pages in which the sample is the same text, only the first one is told.
    """
    found: dict[str, str] = {}
    for codec, text in _decoded(sample):
        letters = {letter for letter in text if letter > "\x7f" and letter.isalpha()} - _SIGNS
        known = any(letters <= alphabet for alphabet in _LETTERS[codec])
        if known and not _ODD.search(text):
            found.setdefault(text, codec)
    return list(found.values())


def _decoded(sample: bytes) -> Iterator[tuple[str, str]]:
    """The sample in each code page, but for control characters, which mean another one."""
    for codec in _ALPHABETS:
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        if not any("\x80" <= letter <= "\x9f" for letter in text):
            yield codec, text
