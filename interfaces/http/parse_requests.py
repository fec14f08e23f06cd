"""What people say of how a file is to be read, over HTTP and on the command line."""

import codecs
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.dataset import GivenOptions, Interpretation
from domain.table import ColumnType
from interfaces.http.schemas import Request
from interfaces.http.text import Prose, is_unprintable

LONGEST_DELIMITER = 1000
MOST_LINES = 10**9
MOST_HEADER_ROWS = 20


def _text_encoding(name: str) -> str:
    try:
        known = codecs.lookup(name)
        "".encode(name)
    except (LookupError, ValueError):
        raise PydanticCustomError(
            "encoding_unknown", "is no text encoding; known are utf-8, cp1252, utf-16 and more"
        ) from None
    return known.name


def _one_line(mark: str) -> str:
    if any(character in "\r\n\0" for character in mark):
        raise PydanticCustomError("line_break", "must not hold a line break or NUL")
    return mark


def _visible(mark: str) -> str:
    if is_unprintable(mark) or mark.isspace():
        raise PydanticCustomError("unprintable", "must be a visible character, or empty")
    return mark


Mark = Annotated[str, Field(max_length=1), AfterValidator(_visible)]
Lines = Annotated[int, Field(ge=0, le=MOST_LINES)]


class ParseRequest(Request):
    """How a file is to be read; what is left out or null is found out by looking at the file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"delimiter": ";", "decimal": ",", "day_first": True},
                {"sheet": "2024", "types": {"zip": "text"}},
            ]
        }
    )

    encoding: Annotated[str, AfterValidator(_text_encoding)] | None = Field(
        default=None, examples=["cp1252"]
    )
    delimiter: (
        Annotated[str, Field(max_length=LONGEST_DELIMITER), AfterValidator(_one_line)] | None
    ) = Field(
        default=None,
        description="Empty: each line is one cell. ``at 7 19``: from the 7th and 19th character of "
        "each line on, columns begin.",
        examples=[";"],
    )
    quote: Mark | None = Field(default=None, description="Empty: quotes are plain characters.")
    escape: Mark | None = Field(
        default=None, description="What stands before a quote in a cell. Empty: it is doubled."
    )
    mend_letters: bool | None = Field(
        default=None,
        description="false keeps letters that look as though encoded twice (`Ã©`), and control "
        "characters, as they are written.",
    )
    preamble_lines: Lines | None = Field(default=None, description="Lines before the header.")
    header_rows: Annotated[int, Field(ge=0, le=MOST_HEADER_ROWS)] | None = Field(
        default=None, description="Rows that hold names; 0 when there is no header."
    )
    footer_lines: Lines | None = Field(
        default=None, description="Lines after the last row, such as totals and notes."
    )
    sheet: Prose | None = Field(default=None, description="Of a workbook.")
    member: Prose | None = Field(default=None, description="The file in a ZIP archive.")
    types: dict[Prose, ColumnType] = Field(
        default_factory=dict, description="Types of columns by name, instead of those found."
    )
    day_first: bool | None = Field(default=None, description="Whether 01/02 is in February.")
    decimal: Literal[".", ","] | None = Field(default=None, description="Before the fraction.")
    missing: list[Prose] | None = Field(
        default=None, description="The words that stand for missing values, and no others."
    )

    @model_validator(mode="after")
    def _marks_differ(self) -> "ParseRequest":
        marks = [mark for mark in (self.delimiter, self.quote, self.escape) if mark]
        if len(set(marks)) < len(marks):
            raise PydanticCustomError(
                "same_mark", "delimiter, quote and escape must be different characters"
            )
        return self

    def given(self) -> GivenOptions:
        """The same, as the application takes it."""
        return GivenOptions(
            encoding=self.encoding,
            delimiter=self.delimiter,
            quote=self.quote,
            escape=self.escape,
            mend_letters=self.mend_letters,
            preamble_lines=self.preamble_lines,
            header_rows=self.header_rows,
            footer_lines=self.footer_lines,
            sheet=self.sheet,
            member=self.member,
            interpretation=Interpretation(
                types=self.types,
                day_first=self.day_first,
                decimal=self.decimal,
                missing=None if self.missing is None else tuple(self.missing),
            ),
        )
