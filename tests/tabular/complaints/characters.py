"""From bytes to characters."""

# ruff: noqa: RUF001 such characters are the cases

import codecs

from domain.dataset import GivenOptions
from tests.tabular.complaints.cases import Case, Content, integers, numbers, text

_NAMES = ("Müller", "Zoë", "Łukasz")


def _name_and_number(name: str, content: Content, *names: str, **more: object) -> Case:
    """A file of the columns name and n, the latter counting from 1."""
    return Case(
        name=name,
        content=content,
        columns={"name": text(*names), "n": integers(*range(1, len(names) + 1))},
        **more,  # type: ignore[arg-type]  # members of Case, as the caller names them
    )


def _lines(*names: str, end: str = "\n", mark: str = ",") -> str:
    rows = [f"{name}{mark}{n}" for n, name in enumerate(names, start=1)]
    return end.join([f"name{mark}n", *rows, ""])


CASES = (
    _name_and_number(
        "a mark before quoted names belongs to no name (pandas#4793)",
        codecs.BOM_UTF8 + b'"name","n"\r\n"Lee, Ann",1\r\n"Bob",2\r\n',
        "Lee, Ann",
        "Bob",
        found={"encoding": "utf-8"},
    ),
    _name_and_number(
        "cp1252 is told from UTF-8 (polars#25423)",
        _lines("Café", "Straße", "10 €").encode("cp1252"),
        "Café",
        "Straße",
        "10 €",
        found={"encoding": "cp1252"},
    ),
    _name_and_number(
        "words of several Western languages are no Baltic ones",
        _lines("Straße", "Köln", "naïve", "café").encode("cp1252"),
        *("Straße", "Köln", "naïve", "café"),
        found={"encoding": "cp1252"},
    ),
    _name_and_number(
        "accents amid words beside the euro are no signs of Thai",
        _lines("5 €", "Köln", "7 €", "naïve").encode("cp1252"),
        *("5 €", "Köln", "7 €", "naïve"),
        found={"encoding": "cp1252"},
    ),
    Case(
        name="the euro as the only sign of cp1252 is no letter of DOS",
        content="n;paid\n1;6222,44 €\n2;41569,59 €\n3;9404,42 €\n".encode("cp1252"),
        columns={"n": integers(1, 2, 3), "paid": numbers(6222.44, 41569.59, 9404.42)},
        units={"paid": "€"},
    ),
    _name_and_number(
        "a letter of cp1252 behind a megabyte of ASCII is read",
        _lines(*("plain text of no interest",) * 40_000, "Müller").encode("cp1252"),
        *("plain text of no interest",) * 40_000,
        "Müller",
    ),
    _name_and_number(
        "a letter of UTF-8 behind a megabyte of ASCII is read",
        _lines(*("plain text of no interest",) * 40_000, "Müller").encode(),
        *("plain text of no interest",) * 40_000,
        "Müller",
    ),
    _name_and_number(
        "the Unicode text of Excel is read (polars#16881)",
        codecs.BOM_UTF16_LE + _lines(*_NAMES, end="\r\n", mark="\t").encode("utf-16-le"),
        *_NAMES,
    ),
    _name_and_number(
        "UTF-16 with the large end first is read",
        codecs.BOM_UTF16_BE + _lines(*_NAMES, end="\r\n").encode("utf-16-be"),
        *_NAMES,
    ),
    _name_and_number(
        "UTF-16 without a mark is read",
        _lines(*_NAMES, end="\r\n").encode("utf-16-le"),
        *_NAMES,
    ),
    _name_and_number(
        "UTF-16 of Chinese, in which few bytes are zero, is read",
        _lines("北京市海淀区", "上海市浦东新区", "广州市天河区").encode("utf-16"),
        "北京市海淀区",
        "上海市浦东新区",
        "广州市天河区",
    ),
    _name_and_number(
        "a NUL in a cell is kept and moves no cell (pandas#19886)",
        _lines("Ann", "B\x00b", "Eve"),
        "Ann",
        "B\x00b",
        "Eve",
    ),
    _name_and_number(
        "NULs after the last line are no row, and it is said",
        _lines("Ann", "Bob", "Eve") + "\x00" * 4,
        "Ann",
        "Bob",
        "Eve",
        repaired=("filling",),
    ),
    _name_and_number(
        "a mark in the middle, where two files were joined, belongs to no cell",
        "name,n\nAnn,1\n\ufeffBob,2\n",
        "Ann",
        "Bob",
        repaired=("byte_order_mark",),
    ),
    _name_and_number(
        "one line of cp1252 amid UTF-8 spoils no other line, and it is said",
        b"name,n\n"
        + "Müller,1\nŁukasz,2\n".encode()
        + "Zoë,3\n".encode("cp1252")
        + "日本,4\n".encode(),
        "Müller",
        "Łukasz",
        "Zoë",
        "日本",
        repaired=("mixed_encoding",),
    ),
    Case(
        name="a file that ends amid a letter spoils no other letter, and it is said",
        content="name,city\nMüller,Köln\nŁukasz,Łódź\nZoë,Zür".encode()[:-2],
        columns={"name": text("Müller", "Łukasz", "Zoë"), "city": text("Köln", "Łódź", "Z\ufffd")},
        repaired=("mixed_encoding",),
    ),
    _name_and_number(
        "text that was decoded wrongly before it came is read as it was meant, and told",
        _lines("MÃ¼ller", "ZoÃ«"),
        "Müller",
        "Zoë",
        repaired=("encoded_twice",),
    ),
    _name_and_number(
        "DOS letters are told from signs of cp1252 that no word has",
        _lines("schön", "coração", "año").encode("cp850"),
        *("schön", "coração", "año"),
        found={"encoding": "cp850"},
    ),
    _name_and_number(
        "Spanish of DOS is told from signs amid words",
        _lines("García", "España", "camión", "José").encode("cp850"),
        *("García", "España", "camión", "José"),
        found={"encoding": "cp437"},
    ),
    _name_and_number(
        "Italian of DOS is told from quotes that open behind words",
        _lines("città", "perché", "però", "qualità").encode("cp850"),
        *("città", "perché", "però", "qualità"),
        found={"encoding": "cp850"},
    ),
    _name_and_number(
        "French of an old Mac is told from capitals amid words",
        _lines("Hélène", "Besançon", "forêt", "déjà").encode("mac-roman"),
        *("Hélène", "Besançon", "forêt", "déjà"),
        found={"encoding": "mac-roman"},
    ),
    _name_and_number(
        "German of an old Mac is told from letters that no word has",
        _lines("Müller", "Straße", "Käse", "Größe").encode("mac-roman"),
        *("Müller", "Straße", "Käse", "Größe"),
        found={"encoding": "mac-roman"},
    ),
    _name_and_number(
        "Russian of DOS is no Central European of DOS",
        _lines("Москва", "Иванов", "Наименование", "Цена").encode("cp866"),
        *("Москва", "Иванов", "Наименование", "Цена"),
        found={"encoding": "cp866"},
    ),
    _name_and_number(
        "German and Spanish of DOS in one file are told from Central European",
        _lines("Müller", "Straße", "España", "José").encode("cp850"),
        *("Müller", "Straße", "España", "José"),
        found={"encoding": "cp850"},
    ),
    Case(
        name="the sign of currency in cp1252 is the euro of another page, which is doubted",
        content="n;paid\n1;6,44 €\n2;4,59 €\n".encode("iso8859-15"),
        columns={"n": integers(1, 2), "paid": numbers(6.44, 4.59)},
        units={"paid": "€"},
        found={"encoding": "iso8859-15"},
        doubted=("other_encoding",),
    ),
    _name_and_number(
        "a quote before which a space was left out is no letter of DOS",
        _lines("he said “yes” and “no”", "sure”and left – “well”").encode("cp1252"),
        *("he said “yes” and “no”", "sure”and left – “well”"),
        found={"encoding": "cp1252"},
    ),
    Case(
        name="a sign of cp1252 that divides cells is no letter of DOS",
        content="ann§rome\nzoë§nice\njürgen§york\n".encode("cp1252"),
        columns={"ann": text("zoë", "jürgen"), "rome": text("nice", "york")},
        found={"encoding": "cp1252", "delimiter": "§"},
    ),
    _name_and_number(
        "signs that do stand between letters are those of cp1252",
        _lines("a°b", "20°C").encode("cp1252"),
        *("a°b", "20°C"),
        found={"encoding": "cp1252"},
    ),
    _name_and_number(
        "Polish in ISO 8859-2 is read",
        _lines("Żółć gęślą jaźń", "Święto Łódź", "Kraków i Gdańsk").encode("iso8859-2"),
        "Żółć gęślą jaźń",
        "Święto Łódź",
        "Kraków i Gdańsk",
    ),
    _name_and_number(
        "Greek in cp1253 is read",
        _lines("Αθήνα πρωτεύουσα", "Θεσσαλονίκη λιμάνι", "Πάτρα πόλη").encode("cp1253"),
        "Αθήνα πρωτεύουσα",
        "Θεσσαλονίκη λιμάνι",
        "Πάτρα πόλη",
    ),
    _name_and_number(
        "Hebrew in cp1255 is read",
        _lines("ירושלים עיר הבירה", "תל אביב על הים", "חיפה עיר נמל").encode("cp1255"),
        "ירושלים עיר הבירה",
        "תל אביב על הים",
        "חיפה עיר נמל",
    ),
    _name_and_number(
        "Turkish in cp1254 is read",
        _lines("İstanbul şehri büyük", "Diyarbakır güzel bir şehir", "Eskişehir öğrenci").encode(
            "cp1254"
        ),
        "İstanbul şehri büyük",
        "Diyarbakır güzel bir şehir",
        "Eskişehir öğrenci",
    ),
    _name_and_number(
        "Russian in KOI8-R is read",
        _lines("Москва столица России", "Санкт-Петербург на Неве", "Казань на Волге").encode(
            "koi8-r"
        ),
        "Москва столица России",
        "Санкт-Петербург на Неве",
        "Казань на Волге",
    ),
    _name_and_number(
        "Chinese in GBK is read",
        _lines("北京市海淀区", "上海市浦东新区", "广州市天河区").encode("gbk"),
        "北京市海淀区",
        "上海市浦东新区",
        "广州市天河区",
    ),
    _name_and_number(
        "Korean in EUC-KR is read",
        _lines("서울특별시 강남구", "부산광역시 해운대구", "대전광역시").encode("euc-kr"),
        "서울특별시 강남구",
        "부산광역시 해운대구",
        "대전광역시",
    ),
    _name_and_number(
        "a person says which encoding it is",
        _lines("Müller", "Weiß").encode("cp850"),
        "Müller",
        "Weiß",
        given=GivenOptions(encoding="cp850"),
    ),
    Case(
        name="a character of no width in a name does not hide the column",
        content="\u200bid,na\u00adme\n1,Ann\n",
        columns={"id": integers(1), "name": text("Ann")},
    ),
    Case(
        name="a space that does not break in a name is a space",
        content="unit\u00a0price,n\n2.5,1\n",
        columns={"unit price": numbers(2.5), "n": integers(1)},
    ),
    _name_and_number(
        "a form feed and a bell in a cell are kept",
        _lines("A\x0cnn", "B\x07b"),
        "A\x0cnn",
        "B\x07b",
    ),
    _name_and_number(
        "the line separator of Unicode ends no line",
        _lines("A\u2028nn", "B\u0085b"),
        "A\u2028nn",
        "B\u0085b",
    ),
    _name_and_number(
        "the end-of-file of DOS is no row",
        _lines("Ann", "Bob", end="\r\n") + "\x1a",
        "Ann",
        "Bob",
    ),
)
