"""How a file is to be read, said on the command line in the words of the API."""

from typing import Annotated

import typer

from domain.dataset import GivenOptions

FILES_READ = "CSV and its kin, JSON, XLSX, XLSB, XLS, ODS, Parquet or Arrow; packed, too."
Parse = Annotated[
    str | None,
    typer.Option(
        metavar="JSON", help='How to read FILE: {"delimiter": ";", "decimal": ","} and the like.'
    ),
]


class ParseOptionsInvalid(Exception):
    """What was given to --parse cannot be obeyed."""

    def __init__(self, problems: str) -> None:
        super().__init__(f"--parse cannot be used: {problems} It is JSON, as POST …/reparse takes.")


def given_by(parse: str | None) -> GivenOptions:
    """What --parse says. Raises ParseOptionsInvalid."""
    if parse is None:
        return GivenOptions()
    # Its checks are those of the API, and take longer to import than a small file to read.
    from pydantic import ValidationError  # noqa: PLC0415

    from interfaces.http.parse_requests import ParseRequest  # noqa: PLC0415
    from interfaces.http.validation_advice import advice  # noqa: PLC0415

    try:
        return ParseRequest.model_validate_json(parse).given()
    except ValidationError as error:
        problems = (
            _told(".".join(map(str, each["loc"])), advice(each, each["loc"], ParseRequest))
            for each in error.errors(include_input=False)
        )
        raise ParseOptionsInvalid(" ".join(problems).strip()) from None


def _told(place: str, why: str) -> str:
    return f"{place}: {why}".removeprefix(": ") + ("" if why.endswith(("?", ".")) else ".")
