"""Erasing a subject's personal data from the terminal."""

from typing import Annotated
from uuid import UUID, uuid4

import typer
from rich.console import Console

from application.handle import Origin
from interfaces.cli.plain_text import counted, one_line
from interfaces.cli.startup import started_settings
from interfaces.composition import joined_erasure


class SubjectNotNamed(Exception):
    """What was given is no id."""

    def __init__(self, subject: str) -> None:
        super().__init__(
            f"{one_line(subject)!r} is not a subject's id, which is a UUID: the subject_id of "
            "their sessions."
        )


def erase(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="The subject's id.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a subject's personal data for ever, by destroying their key.

    Titles, file names, messages, plans, code and answers of their sessions read as "erased" from
    then on. The tables stay, and so do the proofs of the log.
    """
    subject_id = _subject_id(subject)
    with joined_erasure(started_settings(quiet=True)) as erasure:
        concerned = erasure.concerned(subject_id)
        if not yes:
            typer.confirm(
                f"The texts in {counted(len(concerned), 'session')} about {subject_id} will be "
                "unreadable for ever. Erase them?",
                abort=True,
            )
        erased = erasure.erase(subject_id, Origin(actor="operator", correlation_id=uuid4()))
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"Erased the personal data of {subject_id}.")
    for session_id in erased:
        console.print(f"  session {session_id}")


def _subject_id(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError:
        raise SubjectNotNamed(subject) from None
