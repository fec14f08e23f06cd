"""Texts whose lines are no rows, though some characters divide them: programs, cards, pages."""

import re
from collections.abc import Sequence

_SQL = re.compile(
    r"(?:insert\s+into|create\s+table|copy\s+\S+\s*\(.*\)\s+from\s+stdin)\b", re.IGNORECASE
)
_OF_SQL = re.compile(
    r"--|/\*|\)|`|(?:insert|create|copy|drop|set|use|lock|begin|start|pragma|select|alter)[\s;]",
    re.IGNORECASE,
)
_OPEN_AND_SAVE = "open it in a spreadsheet program and save it as XLSX"
# How such texts begin, and what they are.
_BEGINNINGS = tuple(
    (re.compile(begins, re.IGNORECASE | re.MULTILINE), what)
    for begins, what in (
        (r"BEGIN:VCARD$", "cards of addresses (vCard)"),
        (r"BEGIN:VCALENDAR$", "a calendar (iCalendar)"),
        # Only with a record of its own below: many a table begins with the names ID and Price.
        (
            r"(?-i:ID;P\w*(?:;\w+)*\n(?:P;[PEFS]|[BC];[XYK]|[FO];[A-Z]|NN;N))",
            f"a symbolic link file (SYLK); {_OPEN_AND_SAVE}",
        ),
        (r'TABLE\n0,1\n"', f"a data interchange file (DIF); {_OPEN_AND_SAVE}"),
        (
            r"MIME-Version: 1\.0$",
            "a web archive, as some programs export under the name of a workbook; "
            + _OPEN_AND_SAVE,
        ),
        (
            r"<(?:!doctype html|html|head|table)\b",
            "a web page, as some programs export under the name of a workbook; " + _OPEN_AND_SAVE,
        ),
        (r"<\?xml\b|<[a-z][\w:.-]*(?: [^<>]*)?>\n?<[a-z]", "XML; save its records as CSV or JSON"),
        (r"!Type:\w+\nD", "accounts of a bank as QIF; export them as CSV"),
        (r"OFXHEADER:\d+$", "statements of a bank as OFX; export them as CSV"),
        (r"(?:\{1:.*\n?)?:20:.*\n:2[15]:", "statements of a bank as MT940; export them as CSV"),
        (r"##TITLE=.*\n##JCAMP-DX=", "a spectrum as JCAMP-DX; export it as CSV"),
        (r"(?:%.*\n)*@relation\s", "a table of Weka (ARFF); save it as CSV"),
        (r"\\(?:begin|documentclass)\b.*\{", "LaTeX; save its table as CSV"),
        (r"@[a-z]+\{[^{},]+,\n", "references as BibTeX; export them as CSV"),
        (r"%YAML", "YAML; save its records as CSV or JSON"),
        (r">\S.*\n[A-Z*-]{20,}$", "sequences (FASTA); save them as CSV"),
        (r"@\S.*\n[ACGTUN.]+\n\+.*\n\S+$", "sequences (FASTQ); save them as CSV"),
        (r"@prefix\s+\S*:\s+<", "statements in Turtle; save them as CSV"),
        (r"UNA.{6}\s*UNB\+|UNB\+", "messages as EDIFACT; export them as CSV"),
        (
            r"\|\|(?:[^|\n]+\|\|)+\n\|[^|]",
            "markup of Jira; write | for || in the first line of its table",
        ),
        (
            r"(?:\..*\n)?\+-+\+\n\|.*\|\n\|-+\|\n\d+\. \|"
            r"|[^|\n]*\|[^|\n]*\S {2,}\S[^|\n]*\n-+\+-+\n",
            "what Stata prints; write its table by `export delimited`",
        ),
        (r"TY  - [A-Z]+$", "references as RIS; export them as CSV"),
        (r"(?:WEBVTT\b|1\n(?:\d\d:){2}\d\d[,.]\d{3} --> )", "subtitles"),
        (
            r"(?:[^\x1e\x1f]*\x1f)+[^\x1e\x1f]*\x1e|[^\x1e\n]*\x1e$|(?:[^\x1e\n]*\x1e){2}[^\n]*\Z",
            "text with the sign \\x1e between its records; put line breaks in their place, "
            "as `tr '\\036' '\\n'` does",
        ),
    )
)
# The same of texts that may as well stand above a table, and how their lines begin.
_WHOLES = tuple(
    (re.compile(begins, re.MULTILINE), re.compile(line), what)
    for begins, line, what in (
        (
            r"- [\w-]+: .*\n[\w-]+: ?|(?:[\w-]+:.*\n)*[\w-]+:\n- ",
            r"-(?: |$)|[\w ./\"'-]+:(?: |$)|#|\.\.\.$",
            "YAML; save its records as CSV or JSON",
        ),
        (r"\[[^][\n,;]+\]\n[\w.-]+ *=", r"\[[^]]+\]$|[^=,;\t]+=|[#;]", "settings (INI)"),
    )
)
_MOST_LINES, _NEARLY_ALL = 10, 0.9


def other_text(lines: Sequence[str]) -> str | None:
    """What the text that begins with the lines is when it is known to be no table, else None."""
    filled = [line.strip(" \t\r\n\f") for line in lines if line.strip()]
    if not filled:
        return None
    if _OF_SQL.match(filled[0]) and any(map(_SQL.match, filled)):
        return "a program in SQL, as databases are dumped; export its tables as CSV"
    begins = "\n".join(filled[:_MOST_LINES])
    for begun, line, what in _WHOLES:
        theirs = sum(line.match(text) is not None for text in filled)
        if begun.match(begins) and theirs >= _NEARLY_ALL * len(filled):
            return what
    return next((what for begun, what in _BEGINNINGS if begun.match(begins)), None)
