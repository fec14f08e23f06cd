"""What the jail says of its run. The snippet may have said it: parsed strictly, never trusted."""

import json
from dataclasses import dataclass

from application.ports.sandbox import Outcome
from domain.execution import AnswerKind

_REPORTABLE = {
    Outcome.OK,
    Outcome.SYNTAX,
    Outcome.ERROR,
    Outcome.MEMORY,
    Outcome.OUTPUT_TOO_LARGE,
    Outcome.PROCESSES,
}
_MOST_NAMES = 12
_LONGEST_WORD = 1_000


@dataclass(frozen=True, kw_only=True)
class Report:
    """A claim about how the snippet ended.

    `refused` says why ``df`` could not be stored or, where it ended well, why ``result`` could not
    be. `in_place` says that each row is the one that stood in its place. `answer` is of what kind
    it wrote one, and `in_words` says that a column of that was made text.
    """

    outcome: Outcome
    exception: str | None = None
    line: int | None = None
    refused: str | None = None
    names: tuple[str, ...] = ()
    in_place: bool = False
    answer: AnswerKind | None = None
    in_words: bool = False


def read_report(reply: bytes) -> Report | None:
    """The claim; None when it is not of the agreed form."""
    try:
        claim = json.loads(reply)
        return _report(claim) if isinstance(claim, dict) else None
    except (ValueError, RecursionError):
        return None


def _report(claim: dict[str, object]) -> Report:
    outcome = Outcome(str(claim.get("outcome")))
    if outcome not in _REPORTABLE:
        raise ValueError("not for the jail to say")
    names = claim.get("names", [])
    if not isinstance(names, list) or len(names) > _MOST_NAMES:
        raise ValueError("not a list of names")
    line = claim.get("line")
    if line is not None and type(line) is not int:
        raise ValueError("not a line number")
    answer = claim.get("answer")
    return Report(
        outcome=outcome,
        exception=_word(claim.get("exception")),
        line=line,
        refused=_word(claim.get("refused")),
        names=tuple(name for name in map(_word, names) if name),
        in_place=claim.get("in_place") is True,
        answer=None if answer is None else AnswerKind(str(answer)),
        in_words=claim.get("in_words") is True,
    )


def _word(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _LONGEST_WORD:
        raise ValueError("not a word")
    return value
