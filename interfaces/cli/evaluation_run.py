"""Cases one after the other, each kept as soon as it is done."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from application.disclosure.sent_questions import Purpose
from application.evaluation.cases import Case
from application.evaluation.scoring import Verdict
from application.ports.language_model import Question
from interfaces.cli.evaluation_lines import (
    MODEL_AWAY,
    Line,
    appended_to,
    digest_of,
    done_before,
    line_of,
    write_line,
)
from interfaces.composition.evaluating import Evaluating

_INTERRUPTED = 130
# Of so many cases in a row without a model, the next would be one more.
_AWAY = 3


@dataclass
class EvaluationRun:
    """What was done of the `cases`. Where that is not all, `stopped` says why, and `exit_code`.

    `sent` takes the questions to the model.
    """

    cases: Sequence[Case]
    sent: TextIO | None = None
    lines: list[Line] = field(default_factory=list)
    stopped: str | None = None
    exit_code: int = 0
    _in_hand: Case | None = None

    def heard(self, purpose: Purpose, question: Question) -> None:
        """Keep a question that is about to be sent."""
        case = None if self._in_hand is None else self._in_hand.id
        write_line(self.sent, {"id": case, "purpose": purpose.value, **asdict(question)})

    def score(self, judging: Evaluating, report: Path | None, *, quiet: bool) -> None:
        """Do what the `report` does not have yet. Raises FileUnusable."""
        before = done_before(report, judging.name, self.cases)
        with appended_to(report) as kept, _progress(quiet=quiet) as progress:
            bar = progress.add_task(judging.name, total=len(self.cases))
            try:
                for case in self.cases:
                    self._in_hand = case
                    line = before.get(digest_of(case))
                    if line is None:
                        line = line_of(judging.name, judging.evaluation.judge(case))
                        write_line(kept, line)
                    self.lines.append(line)
                    progress.update(bar, advance=1, description=self._so_far(judging.name))
                    self._require_model()
            except KeyboardInterrupt:
                self.stopped, self.exit_code = "Interrupted.", _INTERRUPTED
            except _ModelAway as away:
                self.stopped, self.exit_code = str(away), 1

    def _so_far(self, model: str) -> str:
        counts = Counter(line["verdict"] for line in self.lines)
        return f"{model}: " + ", ".join(f"{counts[v]} {v.value}" for v in Verdict)

    def _require_model(self) -> None:
        last = self.lines[-_AWAY:]
        if len(last) == _AWAY and all(line["reason"] == MODEL_AWAY for line in last):
            raise _ModelAway(last[-1]["said"])


class _ModelAway(Exception):
    """The model does not answer any more; the message says why."""


def _progress(*, quiet: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=quiet,
    )
