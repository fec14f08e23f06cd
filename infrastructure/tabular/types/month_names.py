"""The names of months in some languages, as dates are written with them."""

import re
from collections.abc import Iterable

_NAMES = {
    "en": (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mar apr may june july aug sept oct nov dec",
    ),
    "de": (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
        "jän feb mrz apr mai juni juli aug sept okt nov dez",
    ),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv févr mars avr mai juin juil août sept oct nov déc",
        "jan fév mar avr mai juin jul aou sep oct nov dec",
    ),
    "es": (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sep oct nov dic",
        "ene feb mzo abr may jun jul ago sept oct nov dic",
    ),
    "it": (
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
        " dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
    ),
    "pt": (
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan fev mar abr mai jun jul ago set out nov dez",
    ),
    "nl": (
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
    ),
    "sv": (
        "januari februari mars april maj juni juli augusti september oktober november december",
        "jan feb mar apr maj jun jul aug sep okt nov dec",
    ),
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października"
        " listopada grudnia",
    ),
    "ru": ("января февраля марта апреля мая июня июля августа сентября октября ноября декабря",),
}
# The longest first, so that none is taken for the beginning of another.
LANGUAGES: dict[str, dict[str, str]] = {
    language: dict(
        sorted(
            {
                name: f"{number:02}"
                for row in rows
                for number, name in enumerate(row.split(), start=1)
            }.items(),
            key=lambda item: -len(item[0]),
        )
    )
    for language, rows in _NAMES.items()
}
WORD = re.compile(r"[^\W\d_]{3,}")


def spellings(language: str) -> dict[str, str]:
    """The number of each month by its names, in small letters, with a capital, and in capitals."""
    months = LANGUAGES[language].items()
    return {
        spelt(name): number
        for name, number in months
        for spelt in (str.lower, str.capitalize, str.upper)
    }


def language_of(dates: Iterable[str]) -> str | None:
    """The first language whose months are all the words in `dates`."""
    words = {word.lower() for date in dates for word in WORD.findall(date)}
    return next((name for name, months in LANGUAGES.items() if words <= months.keys()), None)
