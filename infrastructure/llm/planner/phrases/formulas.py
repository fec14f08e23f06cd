"""Formulas in signs or words: "price * quantity", "the sum of a and b", "'x' if age > 3 else 0".

What is read becomes an expression as `Derive` takes it, with every column in backticks.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from infrastructure.llm.planner.phrases.conditions import read_condition
from infrastructure.llm.planner.phrases.expressed import as_expression, backticked
from infrastructure.llm.planner.phrases.numbers import read_percent
from infrastructure.llm.planner.reading.numerals import as_number
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.reader import Reader
from infrastructure.llm.planner.reading.tokens import Kind, Token

_LONGEST = 80
_DEEPEST = 8
_SPLIT = re.compile(r"\*\*|//|[*/+\-^\u00d7\u00f7%]|[^*/+\-^\u00d7\u00f7%]+")
# Signs between numbers that are a day: 2024-01-31, 1/2/2024.
_DAY = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
_SUMS = {"+": "+", "plus": "+", "-": "-", "minus": "-", "\u2013": "-", "less": "-", "\u2212": "-"}
_PRODUCTS = {
    **dict.fromkeys(("*", "x", "\u00d7", "times", "multiplied by", "multiplied with"), "*"),
    **dict.fromkeys(("/", "\u00f7", "divided by", "over", "per"), "/"),
    **dict.fromkeys(("%", "modulo", "mod"), "%"),
    "//": "//",
}
TAXES = ("vat", "tax", "taxes", "sales tax", "gst", "value added tax", "mwst")
_POWERS = {"^": "**", "**": "**", "to the power of": "**"}
_OF_ONE = {
    **dict.fromkeys(("square root of", "sqrt of", "sqrt", "root of"), "sqrt"),
    **dict.fromkeys(("natural logarithm of", "natural log of", "log of", "log", "ln of"), "log"),
    **dict.fromkeys(("logarithm of", "ln"), "log"),
    **dict.fromkeys(("log10 of", "log10", "base 10 log of", "common logarithm of"), "log10"),
    **dict.fromkeys(("exponential of", "exp of", "exp"), "exp"),
    **dict.fromkeys(("absolute value of", "absolute values of", "abs of", "abs"), "abs"),
    **dict.fromkeys(("length of", "number of characters in", "number of letters in"), "length"),
    **dict.fromkeys(("character count of", "text length of", "number of characters of"), "length"),
    **dict.fromkeys(("upper case of", "uppercase of"), "upper"),
    **dict.fromkeys(("lower case of", "lowercase of"), "lower"),
}
_OF_SEVERAL = {
    **dict.fromkeys(("sum of", "total of"), " + "),
    "product of": " * ",
}
_MEANS = ("mean of", "average of", "avg of")
_EXTREMES = {
    **dict.fromkeys(("maximum of", "max of", "highest of", "largest of", "greatest of"), "max"),
    **dict.fromkeys(("minimum of", "min of", "lowest of", "smallest of"), "min"),
}
_OF_TWO = {
    **dict.fromkeys(("difference between", "difference of", "difference in"), "-"),
    **dict.fromkeys(("ratio of", "ratio between", "quotient of"), "/"),
}
_IF = ("if", "where", "when", "whenever", "for rows where", "in rows where")
_ELSE = ("else", "otherwise", "and otherwise", "or else", "elsewhere", "for the rest", "if not")


def read_formula(reader: Reader) -> Iterator[str]:
    """Read a formula as far as it goes."""
    yield from _read(reader, _PRODUCTS)


def read_measure(reader: Reader) -> Iterator[str]:
    """Read a formula of which a figure is told: a "per" behind it is of groups."""
    yield from _read(reader, {said: sign for said, sign in _PRODUCTS.items() if said != "per"})


def _read(reader: Reader, products: Mapping[str, str]) -> Iterator[str]:
    inner = _Formulas(_in_parts(reader), products)
    text = inner.choice()
    if text is not None:
        end = inner.reader.position
        until = inner.reader.tokens[end - 1].end
        while (token := reader.token()) is not None and token.start < until:
            reader.advance()
        yield text


def _in_parts(reader: Reader) -> Reader:
    """A reader of the same place for whom ``a*b`` is three tokens, and ``first-name`` one."""
    names = set(reader.shape.column_names)
    found: list[Token] = []
    for token in reader.tokens[reader.position :][:_LONGEST]:
        whole = token.kind is not Kind.WORD or token.text in names or _DAY.fullmatch(token.text)
        if whole or not _SPLIT.search(token.text):
            found.append(token)
            continue
        place = token.start
        for piece in _SPLIT.findall(token.text):
            number = as_number(piece) is not None
            kind = Kind.NUMBER if number else Kind.WORD if piece[0].isalnum() else Kind.SIGN
            found.append(Token(kind, piece, place, place + len(piece)))
            place += len(piece)
    return reader.over(tuple(found))


def _names_year(token: Token, reader: Reader) -> bool:
    """Whether it is a column, as in "2020 - 2019", and not a number that one is called by.

    Raises Question where no other year is reckoned with.
    """
    around = (*reader.tokens[max(0, reader.position - 1) : reader.position], reader.token(1))
    is_year = token.kind is Kind.NUMBER and len(token.text) == 4
    reckoned = any(each is not None and each.word in {*_SUMS, *_PRODUCTS} for each in around)
    names = reader.shape.column_names
    if not (is_year and reckoned and token.text in names):
        return False
    years = (each for each in reader.tokens if each.kind is Kind.NUMBER and each.text in names)
    if all(each.text == token.text for each in years):
        raise number_or_column(token.text)
    return True


def number_or_column(name: str) -> Question:
    """The question whether the number or the column that is called so is meant."""
    return Question(
        f"Do you mean the number {name}, or the column that is called so? "
        f"Write {name}.0 for the number, and 'the column {name}' for the column."
    )


class _Formulas:
    def __init__(self, reader: Reader, products: Mapping[str, str]) -> None:
        self.reader = reader
        self._products = products
        self._depth = 0

    def choice(self) -> str | None:
        """A sum, or one of two by a condition."""
        reader = self.reader
        start = reader.position
        first = self._sum() or self._bare()
        if first is None:
            return None
        end = reader.position
        if reader.take(*_IF):
            condition = read_condition(reader)
            reader.take(",")
            reader.take("and")
            other = reader.take(*_ELSE) is not None
            second = self._sum() or self._bare() if condition is not None else None
            if condition is not None and second is not None:
                other = reader.take(*_ELSE) is not None or other
                if other:
                    return f"{first} if {as_expression(condition)} else {second}"
        reader.position = end
        if self._is_bare(start, end):
            reader.position = start
            return None
        return first

    def _is_bare(self, start: int, end: int) -> bool:
        """Whether it is nothing but a word that no column has: no formula."""
        tokens = self.reader.tokens[start:end]
        if any(token.kind in {Kind.QUOTED, Kind.NUMBER, Kind.SIGN} for token in tokens):
            return False
        self.reader.position = start
        found = self._sum()
        self.reader.position = end
        return found is None

    def _bare(self) -> str | None:
        """A word that stands for itself, as in "pass if math >= 70 else fail"."""
        token = self.reader.token()
        if token is None or token.kind is not Kind.WORD or self.reader.at(*_IF, *_ELSE):
            return None
        self.reader.advance()
        if token.word in {"true", "false"}:
            return token.word.capitalize()
        return repr(token.text)

    def _sum(self) -> str | None:
        text = self._joined(_SUMS, self._product)
        while text is not None:
            share = self._share_on_top()
            if share is None:
                break
            text = f"({text}) * {share!r}" if " " in text else f"{text} * {share!r}"
        return text

    def _share_on_top(self) -> float | None:
        """Read the "plus 19% vat" of a price: its share of what stands before."""
        reader = self.reader
        before = reader.position
        sign = reader.take(*_SUMS)
        percent = next(read_percent(reader), None) if sign and self._at_share() else None
        if sign is None or percent is None:
            reader.position = before
            return None
        reader.take(*TAXES)
        return (100 + percent if _SUMS[sign] == "+" else 100 - percent) / 100

    def _product(self) -> str | None:
        return self._joined(self._products, self._power)

    def _joined(self, signs: Mapping[str, str], part: Callable[[], str | None]) -> str | None:
        reader = self.reader
        text = part()
        while text is not None:
            before = reader.position
            sign = reader.take(*signs)
            on_top = sign is not None and signs is _SUMS and self._at_share()
            other = part() if sign and not on_top else None
            if sign is None or other is None:
                reader.position = before
                break
            text = f"{text} {signs[sign]} {other}"
        return text

    def _at_share(self) -> bool:
        """Whether "19%" stands here, and is no "19% of cost"."""
        reader = self.reader
        before = reader.position
        percent = next(read_percent(reader), None)
        alone = percent is not None and not reader.at("of", *self._products)
        reader.position = before
        return alone

    def _power(self) -> str | None:
        base = self._atom()
        if base is None:
            return None
        if self.reader.take("squared"):
            return f"{base} ** 2"
        if self.reader.take("cubed"):
            return f"{base} ** 3"
        before = self.reader.position
        sign = self.reader.take(*_POWERS)
        exponent = self._atom() if sign else None
        if sign and exponent is None:
            self.reader.position = before
        return base if exponent is None else f"{base} ** {exponent}"

    def _atom(self) -> str | None:
        reader = self.reader
        start = reader.position
        token = reader.token()
        if token is None or token.text not in reader.shape.column_names:
            reader.skip("the", "a", "an")
            token = reader.token()
        if token is None:
            return None
        if reader.take("("):
            inner = self._in_brackets()
            if inner is not None and reader.take(")"):
                return f"({inner})"
        elif token.kind is Kind.QUOTED and token.text not in reader.shape.column_names:
            reader.advance()
            return repr(token.text)
        elif _names_year(token, reader):
            reader.advance()
            return backticked(token.text)
        elif token.kind is Kind.NUMBER or token.text == "-":
            number = self._number(token)
            if number is not None:
                return number
        else:
            found = self._function()
            if found is None:
                reader.position = start
                name = reader.column()
                found = None if name is None else backticked(name)
            if found is not None:
                return found
        reader.position = start
        return None

    def _in_brackets(self) -> str | None:
        if self._depth == _DEEPEST:
            raise Question("That formula has too many brackets. Please simplify it.")
        self._depth += 1
        try:
            return self.choice()
        finally:
            self._depth -= 1

    def _number(self, token: Token) -> str | None:
        sign = ""
        if token.text == "-":
            self.reader.advance()
            sign, after = "-", self.reader.token()
            if after is None:
                return None
            token = after
        share = token.text.endswith("%")
        number = as_number(token.text.removesuffix("%"))
        if number is None:
            return None
        self.reader.advance()
        if not share:
            return f"{sign}{number!r}"
        of = self._atom() if self.reader.take("of") else None
        return f"{sign}{number / 100!r}" + (f" * {of}" if of else "")

    def _function(self) -> str | None:
        reader = self.reader
        if phrase := reader.take(*_OF_ONE):
            reader.skip("the", "of")
            inner = self._atom()
            return None if inner is None else f"{_OF_ONE[phrase]}({inner})"
        if phrase := reader.take(*_OF_SEVERAL):
            parts = self._listed()
            return f"({_OF_SEVERAL[phrase].join(parts)})" if len(parts) > 1 else None
        if reader.take(*_MEANS):
            parts = self._listed()
            return f"(({' + '.join(parts)}) / {len(parts)})" if len(parts) > 1 else None
        if phrase := reader.take(*_EXTREMES):
            parts = self._listed()
            return f"{_EXTREMES[phrase]}({', '.join(parts)})" if len(parts) > 1 else None
        if phrase := reader.take(*_OF_TWO):
            first = self._atom()
            second = self._atom() if reader.take("and", "to") and first else None
            return None if second is None else f"({first} {_OF_TWO[phrase]} {second})"
        return None

    def _listed(self) -> list[str]:
        found: list[str] = []
        while True:
            before = self.reader.position
            joined = [self.reader.take(","), self.reader.take("and")] if found else ["first"]
            part = self._atom() if any(joined) else None
            if part is None:
                self.reader.position = before
                return self._with_years(found)
            found.append(part)

    def _with_years(self, listed: list[str]) -> list[str]:
        """The columns that "2019, 2020" are, where both are called so. Raises Question."""
        names = set(self.reader.shape.column_names)
        years = [part for part in listed if part in names]
        if len(years) == len(listed) > 1:
            return list(map(backticked, years))
        if years and len(listed) > 1:
            raise number_or_column(years[0])
        return listed
