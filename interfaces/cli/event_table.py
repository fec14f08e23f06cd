"""Events as a table for the terminal."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from application.ports.event_log import RecordedEvent
from domain.replay import described
from domain.session.events import (
    BranchNamed,
    CancellationRequested,
    DatasetRead,
    DatasetUploaded,
    DisclosureAllowed,
    DisclosureWithdrawn,
    IngestFailed,
    MessagePosted,
    NodeCommitted,
    PersonalDataErased,
    PlanMade,
    PointerMoved,
    ProposalApproved,
    ProposalMade,
    ProposalRejected,
    ReplayCompleted,
    ReplayFailed,
    ReplayRequested,
    ReplayStarted,
    SessionClosed,
    SessionEvent,
    SessionStarted,
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
    SuggestionsChosen,
    TurnCompleted,
    TurnFailed,
    TurnStarted,
)
from interfaces.cli.plain_text import counted, one_line

_HASH_CHARACTERS = 12
_ACTOR_CHARACTERS = 16
# With less, nothing would be left for what happened.
_ALL_COLUMNS_FROM = 110


def event_table(recorded: Sequence[RecordedEvent], width: int) -> Table:
    """One line for each event; where `width` is small, not who wrote it nor its hash."""
    is_wide = width >= _ALL_COLUMNS_FROM
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("version", justify="right", no_wrap=True)
    table.add_column("recorded at (UTC)", no_wrap=True)
    table.add_column("type", style="bold", no_wrap=True)
    table.add_column("what", overflow="fold", ratio=1)
    if is_wide:
        table.add_column("by", no_wrap=True)
        table.add_column("hash", style="dim", no_wrap=True)
    for each in recorded:
        cells = (
            str(each.version),
            f"{each.metadata.recorded_at:%Y-%m-%d %H:%M:%S}",
            each.type,
            Text(one_line(what_happened(each.event), 120)),
            Text(one_line(each.metadata.actor, _ACTOR_CHARACTERS)),
            each.hash.hex()[:_HASH_CHARACTERS],
        )
        table.add_row(*cells[: len(table.columns)])
    return table


def what_happened(event: SessionEvent) -> str:
    """The one fact of the event that a person would look for."""
    match event:
        case SessionStarted():
            return event.title
        case CancellationRequested():
            return f"task {event.task_id} is not wanted any more"
        case DisclosureAllowed():
            return f"a model may see {counted(event.rows, 'sample row')}"
        case DisclosureWithdrawn():
            return "a model may see no cell"
        case SessionClosed():
            return "nothing changes any more"
        case PersonalDataErased():
            return f"subject {event.subject_id}"
        case DatasetUploaded(dataset=dataset):
            return f"{dataset.file_name}, {counted(dataset.size_bytes, 'byte')}"
        case DatasetRead(report=report):
            repairs = [repair.message for repair in report.repairs]
            doubts = [doubt.message for doubt in report.doubts]
            return " ".join([f"{counted(report.rows, 'row')}.", *repairs, *doubts])
        case MessagePosted():
            return event.text
        case TurnStarted():
            return f"on node {event.base_node_id}"
        case PointerMoved():
            return f"{event.cause} to node {event.node_id}"
        case NodeCommitted(snapshot=snapshot):
            rows = counted(snapshot.shape.rows, "row")
            return f"node {event.node_id} on {event.branch}, {rows}"
        case BranchNamed():
            return f"{event.branch} is called {event.name}"
        case TurnCompleted():
            return event.answer or ""
        case SuggestionsChosen():
            return "; ".join(step.description for step in event.steps)
        case ProposalMade() | ProposalApproved() | ProposalRejected():
            return _proposal(event)
        case ReplayRequested() | ReplayStarted():
            return f"task {event.task_id}"
        case ReplayCompleted():
            return next(described(event.outcome))
        case TurnFailed() | IngestFailed() | ReplayFailed():
            return f"{event.reason}: {event.detail}"
        case _:
            return _crew(event)


def _proposal(event: ProposalMade | ProposalApproved | ProposalRejected) -> str:
    match event:
        case ProposalMade(effect=effect):
            rows = f"{counted(effect.rows_before, 'row')} to {effect.rows_after}"
            return f"{rows}, {counted(len(effect.columns), 'column')} touched"
        case ProposalApproved():
            edited = f", {counted(len(event.edits), 'step')} edited" if event.edits else ""
            return f"proposal {event.proposal_id}{edited}"
        case ProposalRejected():
            return f"proposal {event.proposal_id}" + (f": {event.reason}" if event.reason else "")


def _crew(
    event: PlanMade
    | SnippetWritten
    | SnippetRehearsed
    | SnippetReviewed
    | SnippetExecuted
    | SnippetFailed,
) -> str:
    match event:
        case PlanMade(plan=plan):
            return f"{plan.intent}: {plan.summary}"
        case SnippetWritten():
            return event.code
        case SnippetRehearsed(rehearsal=rehearsal):
            return rehearsal.failure or f"on a sample of {counted(rehearsal.before.rows, 'row')}"
        case SnippetReviewed(review=review):
            return "approved" if review.approved else " ".join(review.findings)
        case SnippetExecuted():
            return (
                f"{counted(event.snapshot.shape.rows, 'row')} in {event.usage.wall_seconds:.2f} s"
            )
        case SnippetFailed():
            return f"{event.outcome}: {event.detail}"
