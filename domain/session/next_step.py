"""What a session needs done next. A worker does that one thing, records it, and asks again."""

from dataclasses import dataclass
from uuid import UUID

from domain.actions import InvalidAction, check_in_turn
from domain.dataset import Dataset
from domain.plan import Intent, Plan, Step
from domain.rehearsal import Rehearsal
from domain.sentences import ended
from domain.session.cancellation import CANCELLED_DETAIL, CANCELLED_REASON
from domain.session.erasure import ERASURE_DETAIL, ERASURE_REASON
from domain.session.errors import ProposalStale, SuggestionsStale
from domain.session.events import Snapshot
from domain.session.mode import Mode
from domain.session.state import Session, Turn
from domain.snippet_identity import first_like

MAX_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class Ingest:
    """Read the uploaded dataset into node 0."""

    task_id: UUID
    dataset: Dataset


@dataclass(frozen=True, kw_only=True)
class Begin:
    """Start the oldest waiting turn."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class MakePlan:
    """Ask the Strategist for a plan over the base node's table."""

    task_id: UUID
    message: str
    mode: Mode
    table: Snapshot


@dataclass(frozen=True, kw_only=True)
class WriteSnippet:
    """Ask the Engineer for the code of a step, unless a person gave it."""

    task_id: UUID
    message: str
    step: Step
    index: int
    attempt: int
    table: Snapshot
    refusals: tuple[str, ...]
    given: str | None = None


@dataclass(frozen=True, kw_only=True)
class RehearseSnippet:
    """Try the snippet in hand, which a model wrote, on a sample of the table."""

    task_id: UUID
    step: Step
    index: int
    attempt: int
    table: Snapshot
    code: str
    rejected: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewSnippet:
    """Ask the Tester about the snippet in hand."""

    task_id: UUID
    message: str
    step: Step
    index: int
    attempt: int
    table: Snapshot
    code: str
    rejected: tuple[str, ...]
    rehearsal: Rehearsal | None = None


@dataclass(frozen=True, kw_only=True)
class ExecuteSnippet:
    """Run the approved snippet in the jail. Without `step` it is a person's and may do anything."""

    task_id: UUID
    step: Step | None
    index: int
    attempt: int
    table: Snapshot
    code: str


@dataclass(frozen=True, kw_only=True)
class Complete:
    """End the turn: its steps are done, or it had none."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class Propose:
    """End the turn with a proposal: its steps made another table, which waits for approval."""

    task_id: UUID
    before: Snapshot
    after: Snapshot


@dataclass(frozen=True, kw_only=True)
class StartReplay:
    """Say that the replay begins."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class ReplayNodes:
    """Make every node again, and compare."""

    task_id: UUID


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """End the task in hand without a result."""

    task_id: UUID
    reason: str
    detail: str


NextStep = (
    Ingest
    | Begin
    | MakePlan
    | WriteSnippet
    | RehearseSnippet
    | ReviewSnippet
    | ExecuteSnippet
    | Complete
    | Propose
    | StartReplay
    | ReplayNodes
    | GiveUp
)


def next_step(session: Session) -> NextStep | None:
    """The one thing to do now, or None when nothing is unfinished.

    A replay waits for the turns that are asked for before it begins, also for those that came after
    it; then they wait for it.
    """
    replay = step_of_replay(session)
    if isinstance(replay, GiveUp):
        return replay
    if session.upload is not None:
        return Ingest(task_id=session.upload.task_id, dataset=session.upload.dataset)
    if session.turns:
        return _next_of_turn(session, session.turns[0])
    return replay


def step_of_replay(session: Session) -> StartReplay | ReplayNodes | GiveUp | None:
    """What the replay needs done next, whatever else there is to do."""
    replaying = session.replaying
    if replaying is None:
        return None
    if replaying.task_id in session.cancelled:
        return _cancelled(replaying.task_id)
    step = ReplayNodes if replaying.begun else StartReplay
    return step(task_id=replaying.task_id)


def _cancelled(task_id: UUID) -> GiveUp:
    return GiveUp(task_id=task_id, reason=CANCELLED_REASON, detail=CANCELLED_DETAIL)


def _next_of_turn(session: Session, turn: Turn) -> NextStep:
    if turn.task_id in session.cancelled:
        return _cancelled(turn.task_id)
    if session.tree.pointer is None:
        return GiveUp(
            task_id=turn.task_id,
            reason="dataset_missing",
            detail="The uploaded file could not be read, so there is no table to work on. "
            "Upload another file.",
        )
    if turn.base_node_id is None:
        return _beginning(session, turn)
    base = session.tree.node(turn.origin or turn.base_node_id).snapshot
    table = turn.results[-1] if turn.results else base
    if turn.plan is None:
        return MakePlan(task_id=turn.task_id, message=turn.text, mode=turn.mode, table=table)
    if turn.plan_erased:
        return GiveUp(task_id=turn.task_id, reason=ERASURE_REASON, detail=ERASURE_DETAIL)
    if turn.steps_left:
        return _next_of_step(turn, turn.plan, table)
    proposes = turn.mode is Mode.PROPOSE and turn.plan.intent is Intent.TRANSFORM
    if proposes and table.table_digest != base.table_digest:
        return Propose(task_id=turn.task_id, before=base, after=table)
    return Complete(task_id=turn.task_id)


def _beginning(session: Session, turn: Turn) -> NextStep:
    """Begin, unless it would do what was meant for another table."""
    if turn.meant_for is None or not session.is_stale(turn):
        return Begin(task_id=turn.task_id)
    if turn.approves is None:
        stale = str(SuggestionsStale())
        return GiveUp(task_id=turn.task_id, reason="suggestions_stale", detail=stale)
    stale = str(ProposalStale(turn.meant_for))
    return GiveUp(task_id=turn.task_id, reason="proposal_stale", detail=stale)


def _next_of_step(turn: Turn, plan: Plan, table: Snapshot) -> NextStep:
    """What the current step needs: its code, a trial of it, a review, and at last its execution."""
    step = plan.steps[turn.step]
    given = turn.given[turn.step] if turn.given else None
    if turn.draft is None:
        return _writing(turn, step, given, table)
    # What typed actions compile to is ours, and what a person gave is theirs: neither is tried
    # first. See ADR 25.
    by_model = not step.actions and given is None
    if turn.draft.review is None and turn.draft.rehearsal is None and by_model:
        return RehearseSnippet(
            task_id=turn.task_id,
            step=step,
            index=turn.step,
            attempt=turn.attempt,
            table=table,
            code=turn.draft.code,
            rejected=turn.rejected,
        )
    if turn.draft.review is None:
        return ReviewSnippet(
            task_id=turn.task_id,
            message=turn.text,
            step=step,
            index=turn.step,
            attempt=turn.attempt,
            table=table,
            code=turn.draft.code,
            rejected=turn.rejected,
            rehearsal=turn.draft.rehearsal,
        )
    return ExecuteSnippet(
        task_id=turn.task_id,
        step=step if given is None else None,
        index=turn.step,
        attempt=turn.attempt,
        table=table,
        code=turn.draft.code,
    )


def _writing(turn: Turn, step: Step, given: str | None, table: Snapshot) -> WriteSnippet | GiveUp:
    """Another writing of the step's code, unless none can help."""
    if not given and (unfit := _why_unfit(step, table)) is not None:
        return _given_up(turn, step, "action_unfit", f"cannot be done: {unfit}")
    if (failed := _why_no_other_writing(turn, step, given)) is not None:
        return _given_up(turn, step, "step_failed", f"did not succeed: {ended(failed)}")
    return WriteSnippet(
        task_id=turn.task_id,
        message=turn.text,
        step=step,
        index=turn.step,
        attempt=turn.attempt,
        table=table,
        refusals=turn.refusals,
        given=given,
    )


def _why_unfit(step: Step, table: Snapshot) -> str | None:
    """Why the step's actions do not fit the table that they meet, which nobody knew before."""
    try:
        check_in_turn(step.actions, table.shape)
    except InvalidAction as why:
        return str(why)
    return None


def _why_no_other_writing(turn: Turn, step: Step, given: str | None) -> str | None:
    """What was wrong with the code so far, if another writing of it would be no better."""
    if not turn.rejected:
        return None
    *earlier, last = turn.rejected
    before = first_like(last, earlier)
    if before is not None:
        # Code that came again was refused for that; why it was at first is what helps.
        return turn.refusals[before]
    # Typed actions always compile to the same code, so a second attempt would fail the same; what
    # a person wrote is theirs to mend.
    is_fixed = bool(step.actions) or given is not None
    most = 1 if is_fixed else MAX_ATTEMPTS
    return turn.refusals[-1] if len(turn.rejected) >= most else None


def _given_up(turn: Turn, step: Step, reason: str, what: str) -> GiveUp:
    """The end of a turn for a step; `what` says in a sentence what became of that."""
    if turn.approves is None:
        remedy = "say it in another way."
    else:
        remedy = "the proposal waits as it was, to be approved with other edits or none."
    return GiveUp(
        task_id=turn.task_id,
        reason=reason,
        detail=f"Step {turn.step + 1} ({step.description}) {what} The table is unchanged; {remedy}",
    )
