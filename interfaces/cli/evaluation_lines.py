"""What came of each case as a line of JSON, so that an evaluation can go on where it was left."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from application.evaluation.cases import Case
from application.evaluation.scoring import Judged
from interfaces.cli.whole_files import FileUnusable, require_readable

Line = Mapping[str, Any]

MODEL_AWAY = "model_unavailable"
"""Why a case failed of which nothing can be said: it is done again."""


def digest_of(case: Case) -> str:
    """What tells a case from every other, and from what it was before somebody changed it."""
    stated = json.dumps(asdict(case), default=sorted, sort_keys=True)
    return sha256(stated.encode("utf-8", "surrogatepass")).hexdigest()


def line_of(model: str, judged: Judged) -> Line:
    """What is told and kept of a case."""
    return {
        "model": model,
        "id": judged.case.id,
        "case": digest_of(judged.case),
        "verdict": judged.verdict.value,
        "messages": judged.case.messages,
        "said": judged.said,
        "reason": judged.reason,
        "repairs": judged.repairs,
        "replies": judged.replies,
        "input_tokens": judged.input_tokens,
        "output_tokens": judged.output_tokens,
        "cost": judged.cost,
        "seconds": round(judged.seconds, 4),
    }


def done_before(report: Path | None, model: str, cases: Sequence[Case]) -> Mapping[str, Line]:
    """The report's lines about these cases and this model, by the digests of the cases.

    Raises FileUnusable for a file that is no report.
    """
    if report is None or not report.exists():
        return {}
    require_readable(report)
    wanted = {digest_of(case) for case in cases}
    found = dict[str, Line]()
    for number, text in enumerate(report.read_text("utf-8").splitlines(), start=1):
        try:
            line = json.loads(text)
            if line["model"] == model and line["case"] in wanted and line["reason"] != MODEL_AWAY:
                found[line["case"]] = line
        except (ValueError, TypeError, KeyError):
            raise FileUnusable(
                f"{report}, line {number}: this is no line of a report. Give the path of another "
                "file, or of none yet."
            ) from None
    return found


@contextmanager
def appended_to(file: Path | None) -> Iterator[TextIO | None]:
    """The file, open for more lines. Raises FileUnusable."""
    if file is None:
        yield None
        return
    try:
        stream = file.open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise FileUnusable(f"{file} cannot be written: {error.strerror}.") from None
    with stream:
        yield stream


def write_line(stream: TextIO | None, line: Mapping[str, Any]) -> None:
    """Add a line, whatever becomes of this process."""
    if stream is not None:
        stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        stream.flush()
