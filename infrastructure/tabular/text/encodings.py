"""How text bytes become characters: a cascade from what is certain to what is likely."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from application.ports.tables import UnreadableTable
from infrastructure.tabular.text.alphabets import (
    KNOWN_PAGES,
    all_readings,
    is_odd,
    is_of_windows,
    of_windows,
    readings_by_letters,
)
from infrastructure.tabular.text.stray_characters import is_utf8_but_for_few
from infrastructure.tabular.text.utf8 import is_utf8

_BLOCK = 1024 * 1024
_SAMPLE = 64 * 1024
_TELLING_BYTES = 4
# In every code page of Windows but one, so that it tells none from another.
_EURO = 0x80
# chardet also knows code pages that no table has been written in for decades.
_KNOWN_FAMILIES = (
    *("utf", "cp125", "iso8859", "koi8", "gb", "big5", "hz", "shift_jis", "cp932", "euc_"),
    *("cp949", "johab", "iso2022", "mac-", "cp437", "cp85", "cp866", "cp874", "tis"),
)
# Parts of ISO 8859 that were hardly ever used, as their languages had others.
_RARE = ("iso8859-3", "iso8859-4", "iso8859-10", "iso8859-14", "iso8859-16")
# They stand between words as they do between other cells.
_DIVIDERS = frozenset("\u2022\u00b7\u00d7\u00a7\u00b6\u00a6\u2020\u2021")
_IN_PAIRS = ("shift_jis", "cp932", "big5", "gb", "cp949", "johab")
# Not Icelandic, whose letters of its own are the Turkish ones of cp1254.
_WESTERN_LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "da", "no", "sv", "fi", "ca")
# They have marks and signs of their own in the places of Western letters.
_OTHER_SCRIPTS = ("THAI", "ARABIC", "HEBREW", "GREEK")
_TURKISH = frozenset("ĞğİıŞş".encode("cp1254"))
_BESIDE_A_LETTER = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
# No word has them amid its letters; so letters of DOS look in cp1252, as in "sch\u201dn" for schön.
_HARDLY_WITHIN = re.compile(
    "(?<=[a-z\u00df-\u00ff])[\u0160\u0152\u017d\u201a\u201c-\u201e\u2020\u2021\u02c6\u02dc\u2030\u2039"
    "\u00a2\u00a4\u00a7\u00a8](?=[a-z\u00df-\u00ff])"
)
_HARDLY, _MANY, _DELIMITERS = 0.3, 0.2, "\u00a2\u00a4\u00a7\u00a8"
# What Japanese mails shift to their letters by; the bytes are all those of ASCII.
_SHIFT_OF_JIS = re.compile(rb"\x1b\$[@B]")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def find_encoding(source: Path, *, mixed: bool = False) -> str:
    """The name of the Python codec that decodes all of `source`.

    When it may be `mixed`, what is UTF-8 but for a few bytes is UTF-8.

    A byte order mark decides; then the zero bytes of UTF-16 and UTF-32; then the escapes of
    ISO-2022-JP; then strict UTF-8; then what chardet says of the lines with non-ASCII bytes, if
    that is plausible; then cp1252.
    """
    with source.open("rb") as opened:
        head = opened.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark) and _decodes(source, encoding):
            return encoding
    wide = wide_encoding(head)
    if wide is not None and _decodes(source, wide):
        return wide
    if _SHIFT_OF_JIS.search(head) and _decodes(source, "iso2022_jp_ext"):
        return "iso2022_jp_ext"
    if _decodes(source, "utf-8") or (mixed and is_utf8_but_for_few(source)):
        return "utf-8"
    sample = _lines_beyond_ascii(source)
    guess = _guess(sample)
    for candidate in (_cleaner(guess or "cp1252", sample), guess, "cp1252"):
        if candidate is not None and _decodes(source, candidate):
            return candidate
    return "latin-1"


def codec_of(encoding: str) -> str:
    """The codec to open a file with: for UTF-8, the one that drops a byte order mark."""
    return "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding


@contextmanager
def decoding(encoding: str) -> Iterator[None]:
    """Raise UnreadableTable when there is no such encoding, or what is read is not text in it."""
    wrong = UnreadableTable(
        "malformed", f"The file is not text in the encoding {encoding}; give the right one."
    )
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise wrong from None
    try:
        yield
    except UnicodeEncodeError:
        raise  # a defect of ours
    except UnicodeError:
        raise wrong from None


def looks_like_wide_text(head: bytes) -> bool:
    """Whether the bytes are UTF-16 or UTF-32 text, which are full of zero bytes."""
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or (
        wide_encoding(head) is not None
    )


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes of ASCII characters fall."""
    quarter = len(head) // 4
    if quarter == 0 or head.count(0) < quarter:
        return None
    zeros = [head[phase : quarter * 4 : 4].count(0) / quarter for phase in range(4)]
    if min(zeros[1:]) > 0.7 > zeros[0]:
        return "utf-32-le"
    if min(zeros[:3]) > 0.7 > zeros[3]:
        return "utf-32-be"
    low, high = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if high > 0.6 and low < 0.1:
        return "utf-16-le"
    if low > 0.6 and high < 0.1:
        return "utf-16-be"
    return None


def _decodes(source: Path, encoding: str) -> bool:
    if codecs.lookup(encoding).name == "utf-8":
        return is_utf8(source)
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    try:
        for block in _blocks(source):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def _blocks(source: Path) -> Iterator[bytes]:
    with source.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield block


def _lines_beyond_ascii(source: Path) -> bytes:
    """The first lines, as far as they fit a sample, that hold bytes beyond ASCII."""
    kept, size, rest = [], 0, b""
    for block in _blocks(source):
        if (rest + block).isascii():
            rest = b""
            continue
        lines = (rest + block).splitlines(keepends=True)
        rest = lines.pop()[:_SAMPLE]
        for line in lines:
            if not line.isascii():
                kept.append(line[:_SAMPLE])
                size += len(kept[-1])
            if size > _SAMPLE:
                return b"".join(kept)
    return b"".join([*kept, rest if not rest.isascii() else b""])


def _guess(sample: bytes) -> str | None:
    """The only code page in which the letters are those of a language; else the one that chardet
    finds most likely, weighed by how common it is in tables.
    """
    beyond_ascii = [byte for byte in sample if byte >= 0x80]
    plain = _mostly_plain_words(sample.decode("latin-1"))
    readings = readings_by_letters(sample) if plain else []
    if len(readings) == 1:
        return readings[0]
    several = set(beyond_ascii) - {_EURO}
    tells_little = len(beyond_ascii) < _TELLING_BYTES or (plain and len(several) <= 2)
    tells_little = tells_little or _holds_signs_of_cp1252(sample)
    tells_little = tells_little and not _is_hardly(sample.decode("cp1252", "replace"))
    # So little tells no code page from another: the most common one is the best guess.
    if tells_little and _plausible_codec("cp1252", sample, latin=False) is not None:
        return None
    # It takes longer to import than a small file of UTF-8 to read.
    import chardet  # noqa: PLC0415

    weights: dict[str, float] = {}
    for found in chardet.detect_all(sample[: 2 * _SAMPLE], ignore_threshold=True):
        codec = _plausible_codec(found["encoding"], sample, latin=plain)
        if codec is not None:
            weight = found["confidence"] * _commonness(codec, found["language"], sample)
            if _is_hardly(sample.decode(codec)):
                weight *= _HARDLY
            weights[codec] = max(weight, weights.get(codec, 0.0))
    return max(weights, key=weights.__getitem__, default=None)


def _cleaner(codec: str, sample: bytes) -> str:
    """The code page, or the first one in which the sample is words of a language if it is not so.

    DOS and old Macs had their letters in the places of other signs, as in ``Espa¤a`` for España.
    """
    text = sample.decode(codec, "replace")
    beyond = {letter for letter in text if letter > "\x7f"}
    if codec not in KNOWN_PAGES or (len(beyond) == 1 and beyond <= _DIVIDERS):
        return codec
    if is_of_windows(text, codec) and not is_odd(text):
        return codec
    readings = all_readings(sample)
    if not readings and any(map(str.isalpha, beyond)):
        readings = all_readings(sample, several=True)
    # Names from abroad are few: among the pages of Windows, they do not outweigh the first guess.
    others = (page for page in readings.values() if is_odd(text) or not of_windows(page, codec))
    return codec if text in readings else next(others, codec)


def _is_hardly(text: str) -> bool:
    """Whether many signs of the text are amid words; few are where a space was left out.

    One that is in all lines divides their cells.
    """
    lines = text.splitlines()
    divide = {s for s in _DELIMITERS if len(lines) > 1 and all(s in line for line in lines)}
    within = [sign for sign in _HARDLY_WITHIN.findall(text) if sign not in divide]
    return len(within) > _MANY * sum(character > "\x7f" for character in text)


def _plausible_codec(name: str | None, sample: bytes, *, latin: bool) -> str | None:
    """The codec, unless it gives the sample characters that no table would hold."""
    try:
        codec = codecs.lookup(name or "").name
        decoded = sample.decode(codec)
    except (LookupError, UnicodeDecodeError):
        return None
    if not codec.startswith(_KNOWN_FAMILIES):
        return None
    if any("\x80" <= character <= "\x9f" for character in decoded):
        return None  # the control characters of ISO 8859 mean that it was a Windows code page
    # Few accents among plain letters are a Latin script: no Greek or Cyrillic word looks like that.
    # The plain letters may also be second bytes, as in Shift JIS; then decoding takes them away.
    in_pairs = codec.startswith(_IN_PAIRS) and not _mostly_plain_words(decoded)
    return None if latin and not in_pairs and not _is_latin(decoded) else codec


def _commonness(codec: str, language: str | None, sample: bytes) -> float:
    if codec == "cp1252":
        if language in _WESTERN_LANGUAGES:
            return 1.7
        # Words of several Western languages look like none of them.
        return 1.0 if _TURKISH.intersection(sample) else 1.4
    if codec.startswith("mac"):
        return 0.3
    if codec in _RARE:
        return 0.5
    return 0.6 if codec.startswith(("cp437", "cp85", "cp866")) else 1.0


def _holds_signs_of_cp1252(sample: bytes) -> bool:
    """Whether all beyond ASCII are signs such as € or °, none beside a letter, as in ``1.5 €``."""
    text = sample.decode("cp1252", errors="replace")
    return (
        not any(character.isalpha() for character in text if not character.isascii())
        and "\ufffd" not in text
        and not _BESIDE_A_LETTER.search(text)
    )


def _mostly_plain_words(text: str) -> bool:
    words = [word for word in text.split() if not word.isascii()]
    letters = [character for word in words for character in word if character.isalpha()]
    plain = sum(character.isascii() for character in letters)
    return plain * 2 > len(letters)


def _is_latin(text: str) -> bool:
    return all(map(_is_latin_or_sign, set(text)))


def _is_latin_or_sign(character: str) -> bool:
    """Whether a character is no letter, digit or mark of another script, such as ๏ of Thai."""
    name, category = unicodedata.name(character, ""), unicodedata.category(character)
    if character.isascii() or name.startswith(("LATIN", "COMBINING")):
        return True
    return category[0] not in "LM" and category != "Nd" and not name.startswith(_OTHER_SCRIPTS)
