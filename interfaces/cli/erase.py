"""Erasing a subject's personal data from the terminal."""

from typing import Annotated
from uuid import UUID, uuid4

import typer
from rich.console import Console

from application.erasure import Erasure
from application.handle import Origin
from interfaces.cli.plain_text import counted, one_line
from interfaces.cli.startup import started_settings
from interfaces.composition.erasures import joined_erasure


class SubjectNotNamed(Exception):
    """What was given is no id."""

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"{one_line(subject)!r} is not a subject's id, which is a UUID: the subject_id of "
            "their sessions."
        )


def erase(
    subject: Annotated[
        str | None, typer.Argument(metavar="SUBJECT", help="The subject's id.")
    ] = None,
    *,
    recorded: Annotated[
        bool,
        typer.Option(
            "--recorded",
            help="Erase all again of whom the log says that they were erased: after the key store "
            "was restored from a backup.",
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a subject's personal data for ever, by destroying their key.

    Titles, file names, messages, plans, code and answers of their sessions read as "erased" from
    then on. The tables stay, and so do the proofs of the log.
    """
    if (subject is None) is not recorded:
        raise typer.BadParameter("name one SUBJECT, or give --recorded")
    subject_id = None if subject is None else _subject_id(subject)
    with joined_erasure(started_settings(quiet=True)) as erasure:
        if subject_id is None:
            _erase_recorded(erasure)
        else:
            _erase_one(erasure, subject_id, ask=not yes)


def _erase_one(erasure: Erasure, subject_id: UUID, *, ask: bool) -> None:
    concerned = erasure.concerned(subject_id)
    if ask:
        typer.confirm(
            f"The texts in {counted(len(concerned), 'session')} about {subject_id} will be "
            "unreadable for ever. Erase them?",
            abort=True,
        )
    erased = erasure.erase(subject_id, Origin(actor="operator", correlation_id=uuid4()))
    _say(f"Erased the personal data of {subject_id}.", *(f"  session {each}" for each in erased))


def _erase_recorded(erasure: Erasure) -> None:
    """Asks nobody: what the log says was asked for already."""
    returned = erasure.erase_again()
    _say(
        f"Destroyed {counted(len(returned), 'key')} again.",
        *(f"  subject {each}" for each in returned),
    )


def _say(*lines: str) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for line in lines:
        console.print(line, markup=False)


def _subject_id(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError:
        raise SubjectNotNamed(subject) from None
