"""The forms of `datatrail profile`: a table, JSON, a page, a text for a model."""

import datetime as dt
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from interfaces.cli.plain_text import clock
from tests.cli.command_line import CommandLine

EVIL = '<script>alert("x")</script>'
MESSY = f"""id,city,amount,na & me
1,Berlin,"1,5",{EVIL.replace('"', "'")}
2,berlin ,"2,5",<img src=http://evil.example/x>
3,N/A,none,plain
4,Berlin,"7,5",<img src=http://evil.example/x>
"""


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    file = tmp_path / "messy <b>.csv"
    file.write_text(MESSY)
    return file


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [v or "" for k, v in attrs if k in {"src", "href", "action"}]
        if tag not in {"meta", "br", "link", "img"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_table_says_what_is_wrong_and_what_each_column_is_for(
    datatrail: CommandLine, messy: Path
) -> None:
    ended = datatrail("profile", messy)

    assert ended.code == 0, ended.err
    for fact in ("What to mend", "city", "Trim the values", "identifier", "role"):
        assert fact in ended.out


def test_a_page_shows_everything_and_can_run_or_fetch_nothing(
    datatrail: CommandLine, messy: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"

    ended = datatrail("profile", messy, "--html", out, "--correlations", "--outliers")

    assert ended.code == 0, ended.err
    text = out.read_text("utf-8")
    page = Page()
    page.feed(text)
    assert page.open == []
    assert {"script", "img", "link", "iframe", "b"} & set(page.tags) == set()
    assert all(re.fullmatch(r"#c\d+", place) for place in page.fetched)
    assert "default-src 'none'" in text
    assert "na &amp; me" in text
    assert "&lt;img src=http://evil.example/x&gt;" in text
    assert "<svg" in text
    assert "prefers-color-scheme: dark" in text


def test_a_page_that_exists_is_replaced_only_by_force(
    datatrail: CommandLine, messy: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    out.write_text("mine")

    refused = datatrail("profile", messy, "--html", out)
    assert (refused.code, out.read_text()) == (1, "mine")

    assert datatrail("profile", messy, "--html", out, "--force").code == 0
    assert out.read_text("utf-8").startswith("<!doctype html>")


def test_a_text_for_a_model_holds_cells_only_on_demand(datatrail: CommandLine, messy: Path) -> None:
    without = datatrail("profile", messy, "--tokens", 800)
    with_values = datatrail("profile", messy, "--tokens", 800, "--values")

    assert without.out.startswith("Table: 4 rows, 4 columns")
    assert "Berlin" not in without.out
    assert '"Berlin" (2)' in with_values.out


def test_what_is_asked_for_beside_is_a_member_of_the_json(
    datatrail: CommandLine, messy: Path
) -> None:
    asked = ("--correlations", "--dependencies", "--outliers")

    found = json.loads(datatrail("profile", messy, "--json", *asked).out)
    plain = json.loads(datatrail("profile", messy, "--json").out)

    assert {"correlations", "dependencies", "outliers"} <= found.keys()
    assert not {"correlations", "dependencies", "outliers"} & plain.keys()


@pytest.mark.parametrize(
    "options",
    [
        ("--json", "--tokens", "100"),
        ("--json", "--html", "x.html"),
        ("--values",),
        ("--tokens", "5"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    datatrail: CommandLine, messy: Path, options: tuple[str, ...]
) -> None:
    ended = datatrail("profile", messy, *options)

    assert ended.code == 2
    assert not Path("x.html").exists()


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0:00:00"),
        (5400, "1:30:00"),
        (129600, "36:00:00"),
        (-61.25, "-0:01:01.25"),
        (59.9999999, "0:01:00"),
    ],
)
def test_times_and_durations_are_shown_in_hours_minutes_and_seconds(
    seconds: float, shown: str
) -> None:
    assert clock(seconds) == shown


def test_the_table_and_the_page_show_the_ends_of_durations(
    datatrail: CommandLine, tmp_path: Path
) -> None:
    file, page = tmp_path / "took.parquet", tmp_path / "page.html"
    pl.DataFrame({"took": [dt.timedelta(minutes=30), dt.timedelta(hours=36)]}).write_parquet(file)

    assert "0:30:00 to 36:00:00" in datatrail("profile", file).out
    datatrail("profile", file, "--html", page)
    assert "<dt>max</dt><dd>36:00:00</dd>" in page.read_text()
