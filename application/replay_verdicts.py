"""What came of each step of a replay, and of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from application.ports.table_comparison import Place
from domain.replay import Divergence, OtherRuntime, ReplayOutcome, Verdict

NOT_REPRODUCED = frozenset({Verdict.DIVERGED, Verdict.FAILED})
NOT_JUDGED = frozenset({Verdict.UNREADABLE, Verdict.MISSING})


@dataclass(frozen=True, kw_only=True)
class JudgedStep:
    """A step of the session, made again. `version` is that of the event that recorded it.

    `step` counts from 0 within a turn, None is the reading of an upload. `detail` says why it
    could not be made. `from_stored` is whether it was made of the stored table, since the one
    before was not reproduced; `stored` whether its own stored table was there to compare with.
    """

    version: int
    step: int | None
    verdict: Verdict
    detail: str | None = None
    place: Place | None = None
    from_stored: bool = False
    stored: bool = False


@dataclass(frozen=True, kw_only=True)
class JudgedNode:
    """A node and what came of each of its steps."""

    node_id: UUID
    steps: Sequence[JudgedStep]

    @property
    def verdict(self) -> Verdict:
        """What is worst of its steps: that one was not reproduced, or could not be judged."""
        found = [each.verdict for each in self.steps]
        for kind in (NOT_REPRODUCED, NOT_JUDGED):
            for verdict in found:
                if verdict in kind:
                    return verdict
        return Verdict.REPRODUCED


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What came of a replay. `erased` is whether texts of the session were.

    `runtimes` holds what ran other versions than the recorded: its name, the recorded version, and
    the one now.
    """

    nodes: Sequence[JudgedNode]
    runtimes: Sequence[tuple[str, str, str]]
    erased: bool

    def count(self, *verdicts: Verdict) -> int:
        """How many nodes have one of these verdicts."""
        return sum(node.verdict in verdicts for node in self.nodes)

    @property
    def first_divergence(self) -> tuple[JudgedNode, JudgedStep] | None:
        """The first step, as the session's nodes were committed, that gave no such table."""
        steps = ((node, step) for node in self.nodes for step in node.steps)
        return next((each for each in steps if each[1].verdict in NOT_REPRODUCED), None)

    @property
    def outcome(self) -> ReplayOutcome:
        """What of it is recorded, and told to people."""
        steps = [step for node in self.nodes for step in node.steps]
        missing = (step.detail for step in steps if step.verdict is Verdict.MISSING)
        return ReplayOutcome(
            nodes=len(self.nodes),
            steps=len(steps),
            reproduced=self.count(Verdict.REPRODUCED),
            diverged=self.count(*NOT_REPRODUCED),
            unreadable=self.count(Verdict.UNREADABLE),
            missing=self.count(Verdict.MISSING),
            why_missing=next(missing, None),
            from_stored=sum(step.from_stored for step in steps),
            erased=self.erased,
            first_divergence=self.first_divergence and _divergence(*self.first_divergence),
            other_runtimes=tuple(
                OtherRuntime(name=name, recorded=recorded, now=now)
                for name, recorded, now in self.runtimes
            ),
        )


def _divergence(node: JudgedNode, step: JudgedStep) -> Divergence:
    place = step.place or Place(column=None, row=None, what="")
    return Divergence(
        node_id=node.node_id,
        version=step.version,
        step=step.step,
        verdict=step.verdict,
        stored=step.stored,
        detail=step.detail,
        column=place.column,
        row=place.row,
        what=place.what or None,
    )
