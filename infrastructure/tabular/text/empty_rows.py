"""Rows of empty cells at the end of a file, as spreadsheet programs save them."""

from pathlib import Path

from infrastructure.tabular.text.encodings import codec_of


def empty_lines_at_end(source: Path, encoding: str, delimiter: str) -> int:
    """How many last physical lines of a text hold delimiters, quotes and white space at most."""
    count = 0
    with source.open(encoding=codec_of(encoding), errors="replace", newline="") as opened:
        for line in opened:
            count = 0 if line.strip(f'{delimiter}" \t\r\n') else count + 1
    return count
