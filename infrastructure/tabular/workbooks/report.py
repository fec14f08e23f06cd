"""What is said of how a workbook was read."""

from collections.abc import Mapping
from typing import Any

from domain.dataset import ParseOptions
from domain.parse_report import Doubt, Finding, Repair

_GIVEN = "It was given."
_EVIDENCE = {
    "preamble_lines": "The table begins with the first row that is as full as the others.",
    "header_rows": "Rows of words, and cells that are merged over them, name the columns.",
    "footer_lines": "Rows of totals and notes stand apart from the table above them.",
}

Answer = Mapping[str, Any]


def findings_of(options: ParseOptions, answer: Answer) -> tuple[Finding, ...]:
    """The sheet and its layout; what differs from what can be seen was given."""
    return (
        _sheet_finding(options.sheet or "", answer["visible"]),
        *(
            _finding(what, getattr(options, what), answer["layout"][what], evidence)
            for what, evidence in _EVIDENCE.items()
        ),
    )


def _sheet_finding(sheet: str, visible: list[str]) -> Finding:
    if sheet not in visible:
        return Finding(what="sheet", found=sheet, confidence=1.0, evidence=_GIVEN)
    if len(visible) == 1:
        evidence = "It is the only sheet that is shown."
        return Finding(what="sheet", found=sheet, confidence=1.0, evidence=evidence)
    evidence = (
        "It is the first sheet that is shown."
        if sheet == visible[0]
        else "The sheets before it hold no table, or it was given."
    )
    return Finding(what="sheet", found=sheet, confidence=0.8, evidence=evidence)


def _finding(what: str, used: int, seen: int, evidence: str) -> Finding:
    if used != seen:
        return Finding(what=what, found=str(used), confidence=1.0, evidence=_GIVEN)
    return Finding(what=what, found=str(used), confidence=0.9, evidence=evidence)


def repairs_of(answer: Answer) -> tuple[Repair, ...]:
    """Errors that became missing values, and blank rows and names again that were left out."""
    repairs = []
    if answer["errors"]:
        repairs.append(
            Repair(
                kind="error_value",
                rows=answer["error_row_count"],
                lines=tuple(answer["error_rows"]),
                message=f"{_cells(answer['errors'])} an error such as #DIV/0! or #N/A: "
                "a missing value.",
            )
        )
    if answer["blank"]:
        repairs.append(
            Repair(
                kind="blank_row",
                rows=answer["blank"],
                lines=tuple(answer["blank_rows"]),
                message="Rows without any cell were left out.",
            )
        )
    if answer["names"]:
        repairs.append(
            Repair(
                kind="repeated_names",
                rows=answer["names"],
                lines=tuple(answer["rows_of_names"]),
                message="The names came again amid the rows, and were left out there.",
            )
        )
    return tuple(repairs)


def doubts_of(options: ParseOptions, answer: Answer) -> tuple[Doubt, ...]:
    """Other sheets, rows below the table, and cells that may mean something else."""
    doubts = []
    others = tuple(name for name in answer["visible"] if name != options.sheet)
    hidden = tuple(name for name in answer["hidden"] if name != options.sheet)
    if others:
        message = "The workbook has other sheets, which were not read. Give `sheet` to read one."
        doubts.append(Doubt(kind="other_sheets", names=others, message=message))
    if hidden:
        message = "The workbook hides sheets, which were not read. Give `sheet` to read one."
        doubts.append(Doubt(kind="hidden_sheets", names=hidden, message=message))
    if options.footer_lines and options.footer_lines == answer["layout"]["footer_lines"]:
        message = (
            f"Totals or notes follow the table; the last {_rows_were(options.footer_lines)} left "
            "out. Give `footer_lines` = 0 to read them as rows."
        )
        doubts.append(Doubt(kind="totals_left_out", names=(), message=message))
    if answer["uncalculated"]:
        message = (
            f"{_cells(answer['uncalculated'])} a formula but not what it comes to, so the value is "
            "missing: a program wrote the file and never calculated it. Open it in a "
            "spreadsheet program, save it, and upload it again."
        )
        doubts.append(Doubt(kind="formulas_without_values", names=(), message=message))
    doubts += _doubts_of_what_is_hidden(answer)
    if options.preamble_lines == answer["layout"]["preamble_lines"]:
        doubts += _doubts_of_a_table_above(answer)
    doubts += _doubts_of_other_tables(answer)
    if answer["durations"]:
        message = (
            "Times of a day stand beside times of 24 hours and more, or below zero; they were read "
            "as durations."
        )
        doubts.append(Doubt(kind="durations", names=tuple(answer["durations"]), message=message))
    if answer["times_beside_days"]:
        message = (
            "Times of a day stand beside days, so all were read as text. Where days alone were "
            "meant, 00:00:00 is a zero that is shown as a day, and -24:00:00 the number -1."
        )
        names = tuple(answer["times_beside_days"])
        doubts.append(Doubt(kind="times_beside_days", names=names, message=message))
    for name, (what, strays, values) in answer["strays"].items():
        message = f"all but {strays} of {values} cells hold {what}; all were read as text"
        doubts.append(Doubt(kind=f"mostly_{what}", names=(name,), message=message))
    if answer["merged_areas"]:
        message = (
            f"{answer['merged_areas']} areas of merged cells stand among the rows. "
            "The first cell of each has its value, and the others are missing values."
        )
        doubts.append(Doubt(kind="merged_cells", names=(), message=message))
    return tuple(doubts)


def _doubts_of_what_is_hidden(answer: Answer) -> list[Doubt]:
    doubts = []
    count, rows = answer["hidden_row_count"], answer["hidden_rows"]
    if count:
        told = ", ".join(map(str, rows)) + (" and more" if count > len(rows) else "")
        message = (
            f"The sheet hides {count} of the rows that were read, by hand or by a filter: {told}. "
            "Where only what is shown was meant, delete them in a spreadsheet program, and upload "
            "it again."
        )
        doubts.append(Doubt(kind="hidden_rows", names=(), message=message))
    if answer["hidden_columns"]:
        message = (
            "The sheet hides these columns, which were read as the others. Drop them where only "
            "what is shown was meant."
        )
        names = tuple(answer["hidden_columns"])
        doubts.append(Doubt(kind="hidden_columns", names=names, message=message))
    return doubts


def _doubts_of_a_table_above(answer: Answer) -> list[Doubt]:
    if not answer["table_above"]:
        return []
    start, end = answer["table_above"]
    message = (
        f"Rows {start + 1} to {end + 1} of the sheet, above the table, look like another one, and "
        "were left out. To read it, move it to a sheet of its own."
    )
    return [Doubt(kind="table_above_left_out", names=(), message=message)]


def _doubts_of_other_tables(answer: Answer) -> list[Doubt]:
    doubts = []
    if answer["second_table"]:
        message = (
            f"From row {answer['second_table']} of the sheet on, below a blank row, stand names "
            "and values that may be another table; they were read as rows of the first. Give "
            f"`footer_lines` = {answer['second_table_lines']} to leave them out."
        )
        doubts.append(Doubt(kind="second_table_kept", names=(), message=message))
    if answer["beside_blanks"]:
        message = (
            "A blank column stands before each of these, and was left out. Where it parts two "
            "tables, move one of them to a sheet of its own: they were read as one."
        )
        names = tuple(answer["beside_blanks"])
        doubts.append(Doubt(kind="blank_columns", names=names, message=message))
    return doubts


def _cells(count: int) -> str:
    return "1 cell holds" if count == 1 else f"{count} cells hold"


def _rows_were(count: int) -> str:
    return "row was" if count == 1 else f"{count} rows were"


def doubts_of_days(names: tuple[str, ...]) -> tuple[Doubt, ...]:
    """That the columns `names` may hold the day that Excel counts though it never was."""
    if not names:
        return ()
    message = (
        "These columns hold 28 February 1900, which also stands for the 29th: Excel counts that "
        "day, but there was none. So early a day is most often a small number that is shown as one."
    )
    return (Doubt(kind="leap_day_1900", names=names, message=message),)


def doubts_of_digits(names: tuple[str, ...]) -> tuple[Doubt, ...]:
    """That long numbers in the columns `names` may not be those that were meant."""
    if not names:
        return ()
    message = (
        "These columns hold whole numbers of more than 15 digits, of which a spreadsheet keeps "
        "the first 15. Ids are kept whole where the workbook holds them as text."
    )
    return (Doubt(kind="long_numbers", names=names, message=message),)


def doubts_of_infinity(names: tuple[str, ...]) -> tuple[Doubt, ...]:
    """That numbers in the columns `names` are not those that the file holds."""
    if not names:
        return ()
    message = (
        "These columns hold numbers beyond 1.8e308, the largest there is, which became infinite. "
        "To keep them, write them as text into the workbook."
    )
    return (Doubt(kind="infinite_numbers", names=names, message=message),)
