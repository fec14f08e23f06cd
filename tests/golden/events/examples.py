"""What each golden file must be read as. A file is never changed once its version was written.

Those named ``sealed`` are the events as of the id EVENT in SESSION, sealed for SUBJECT, whose key
is the bytes 0 to 31.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from domain.actions import (
    AllOf,
    AnyOf,
    Cast,
    ChangeCase,
    Comparison,
    DropColumns,
    DropMissing,
    Fill,
    FilterRows,
    KeepColumns,
    Not,
    ParseDates,
    RemoveDuplicates,
    RenameColumns,
    Renaming,
    ReplaceValues,
    RowEffect,
    Sort,
    SortKey,
    TrimText,
)
from domain.assertions import Assertion, AssertionName
from domain.dataset import Compression, Dataset, FileKind, Interpretation, ParseOptions
from domain.difference import ColumnChange, Effect, Matching, TouchedColumn
from domain.execution import AnswerKind, Printed, StoredAnswer, Usage
from domain.parse_report import ColumnReading, Doubt, Finding, ParseReport, Repair
from domain.plan import Choice, Intent, ModelCall, Plan, Review, Step, StepEdit, Topic
from domain.rehearsal import Rehearsal
from domain.replay import Divergence, OtherRuntime, ReplayOutcome, Verdict
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
    PointerCause,
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
    Snapshot,
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
from domain.session.mode import Mode
from domain.table import Column, ColumnType, TableShape, TableSize

SESSION = UUID("0192a1b0-0000-7000-8000-000000000001")
_TASK = UUID("0192a1b0-0000-7000-8000-000000000002")
_ROOT = UUID("0192a1b0-0000-7000-8000-000000000003")
_NODE = UUID("0192a1b0-0000-7000-8000-000000000004")
SUBJECT = UUID("0192a1b0-0000-7000-8000-000000000005")
EVENT = UUID("0192a1b0-0000-7000-8000-000000000006")

_SHAPE = TableShape(
    rows=344,
    columns=(
        Column(name="species", type=ColumnType.TEXT, nulls=0, distinct=3),
        Column(name="Körpermasse (g)", type=ColumnType.NUMBER, nulls=2, distinct=94),
    ),
    duplicate_rows=1,
)
_FILE = Snapshot(
    address="parquet:" + "a" * 64,
    table_digest="td1:" + "b" * 64,
    profile_digest="c" * 64,
    shape=_SHAPE,
)
_SNAPSHOT = Snapshot(address="manifest:" + "a" * 64, table_digest="td2:" + "b" * 64, shape=_SHAPE)

_CALL = ModelCall(
    model="built-in planner",
    prompt_digest="d" * 64,
    prompt_bytes=1234,
    disclosed_columns=("species", "Körpermasse (g)"),
    sample_rows=0,
    input_tokens=310,
    output_tokens=42,
    latency_seconds=0.25,
    attempts=0,
)
_PAID = ModelCall(
    model="gpt-5",
    prompt_digest="d" * 64,
    prompt_bytes=1234,
    disclosed_columns=("species", "Körpermasse (g)"),
    input_tokens=310,
    output_tokens=42,
    latency_seconds=0.25,
    attempts=2,
    estimated_cost=0.00125,
    repair=True,
)
_ASSERTIONS = (
    Assertion(name=AssertionName.ROWS_KEPT, held=False, expected=344, found=343),
    Assertion(
        name=AssertionName.TYPE_KEPT,
        held=True,
        column="Körpermasse (g)",
        expected=ColumnType.NUMBER,
        found=ColumnType.NUMBER,
    ),
)

_USAGE = Usage(wall_seconds=0.5, cpu_seconds=0.25, peak_memory_bytes=157_286_400)
_PRINTED = Printed(digest="1" * 64, size_bytes=2**40, kept_bytes=65_536)
_ANSWER = StoredAnswer(
    kind=AnswerKind.TABLE,
    address="manifest:" + "2" * 64,
    size_bytes=2_048,
    table=TableSize(rows=3, columns=2),
)

_CONDITION = AllOf(
    conditions=(
        AnyOf(
            conditions=(
                Comparison(column="year", operator="between", values=(2007, 2009.0)),
                Comparison(column="id", operator="equals", values=(2**53 + 1,)),
            )
        ),
        Not(condition=Comparison(column="sex", operator="is_missing")),
        Comparison(column="species", operator="in", values=("Ad\u00e9lie", None), ignore_case=True),
        Comparison(column="seen", operator="less", values=("2024-05-01",), by_day=True),
    )
)

_ACTIONS = (
    DropMissing(columns=("sex",), how="all"),
    Fill(columns=("mass",), strategy="constant", value=0.5),
    Fill(columns=("mass",), strategy="median"),
    DropColumns(columns=("a",)),
    KeepColumns(columns=("b", "c")),
    RenameColumns(pairs=(Renaming(old="b", new="B"),)),
    RemoveDuplicates(keep="none"),
    TrimText(columns=("b",), collapse=True),
    ChangeCase(columns=("b",), case="title"),
    Cast(columns=("c",), to="integer"),
    ParseDates(columns=("seen",), day_first=True),
    ReplaceValues(columns=("b",), old="n/a", new=None),
    FilterRows(where=_CONDITION, matching="drop"),
    Sort(keys=(SortKey(column="b", descending=True),)),
)

_PACKED = Dataset(
    file_digest="e" * 64,
    file_name="penguins raw.csv.zip",
    size_bytes=15_240,
    parse=ParseOptions(
        kind=FileKind.CSV,
        compression=Compression.ZIP,
        member="penguins raw.csv",
        encoding="cp1252",
        delimiter="||",
        quote="'",
        escape="\\",
        preamble_lines=2,
        header_rows=3,
        footer_lines=1,
        interpretation=Interpretation(
            types={"Körpermasse (g)": ColumnType.TEXT},
            day_first=True,
            decimal=",",
            missing=("k. A.",),
        ),
    ),
)

EXAMPLES: Mapping[tuple[str, int], SessionEvent] = {
    ("SessionStarted", 1): SessionStarted(
        session_id=SESSION, title="Penguins 🐧", subject_id=SESSION
    ),
    ("SessionStarted", 2): SessionStarted(
        session_id=SESSION, title="Penguins 🐧", subject_id=SUBJECT
    ),
    ("DatasetUploaded", 1): DatasetUploaded(
        task_id=_TASK,
        dataset=Dataset(
            file_digest="e" * 64,
            file_name="penguins raw.csv",
            size_bytes=15_240,
            parse=ParseOptions(
                kind=FileKind.CSV, encoding="cp1252", delimiter=";", preamble_lines=2
            ),
        ),
    ),
    ("DatasetUploaded", 2): DatasetUploaded(task_id=_TASK, dataset=_PACKED, again=True),
    ("DatasetUploaded", 3): DatasetUploaded(
        task_id=_TASK,
        dataset=replace(_PACKED, parse=replace(_PACKED.parse, mend_letters=False)),
        again=True,
    ),
    ("DatasetRead", 1): DatasetRead(
        task_id=_TASK,
        report=ParseReport(
            rows=344,
            findings=(
                Finding(what="sheet", found="Vögel", confidence=0.75, evidence="It is the first."),
            ),
            columns=(
                ColumnReading(
                    name="Körpermasse (g)",
                    type=ColumnType.NUMBER,
                    values=342,
                    missing=2,
                    missing_words=("NA",),
                    format="1.234,5",
                    unit="g",
                ),
            ),
            repairs=(
                Repair(kind="short_row", rows=2, lines=(7, 9), message="Two rows lacked cells."),
            ),
            doubts=(
                Doubt(kind="hidden_sheets", names=("Geheim",), message="One sheet is hidden."),
            ),
        ),
    ),
    ("IngestFailed", 1): IngestFailed(
        task_id=_TASK, reason="malformed", detail="Line 7 has 3 fields, the header has 4."
    ),
    ("MessagePosted", 1): MessagePosted(
        task_id=_TASK, text='drop rows with missing "sex"\n\tand NUL \x00 or tab'
    ),
    ("MessagePosted", 2): MessagePosted(
        task_id=_TASK, text='drop rows with missing "sex"\n\tand NUL \x00 or tab', mode=Mode.PROPOSE
    ),
    ("MessagePosted", 3): MessagePosted(
        task_id=_TASK,
        text="Drop mass",
        mode=Mode.PROPOSE,
        steps=(Step(description="Drop mass", actions=(DropColumns(columns=("mass",)),)),),
    ),
    ("TurnStarted", 1): TurnStarted(task_id=_TASK, base_node_id=_ROOT),
    ("PlanMade", 1): PlanMade(
        task_id=_TASK,
        plan=Plan(
            intent=Intent.TRANSFORM,
            summary="Every action once.",
            columns=("b", "c"),
            steps=(
                Step(description="by actions", actions=_ACTIONS),
                Step(description="by the Engineer's own code"),
            ),
        ),
        call=_CALL,
    ),
    ("PlanMade", 2): PlanMade(
        task_id=_TASK,
        plan=Plan(
            intent=Intent.TRANSFORM,
            summary="What code may do.",
            columns=("b",),
            steps=(
                Step(description="It may.", changes=("b",), rows=RowEffect.FEWER),
                Step(description="It may not.", changes=(), rows=RowEffect.KEPT),
            ),
        ),
        call=_PAID,
    ),
    ("PlanMade", 3): PlanMade(
        task_id=_TASK,
        plan=Plan(
            intent=Intent.CLARIFY,
            summary="Ask which date is meant.",
            columns=("ordered", "shipped"),
            steps=(Step(description="by actions", actions=_ACTIONS[:1]),),
            reply="Which date do you mean?",
            target=_ROOT,
            choices=(Choice(label="ordered", message='drop "ordered"'),),
            topic=Topic.CODE,
        ),
        call=_CALL,
    ),
    ("PlanMade", 4): PlanMade(
        task_id=_TASK,
        plan=Plan(
            intent=Intent.TRANSFORM,
            summary="Every way to fill and to drop.",
            columns=("mass",),
            steps=(
                Step(
                    description="by actions",
                    actions=(
                        DropMissing(columns=("sex", "mass"), at_least=1),
                        Fill(columns=("mass",), strategy="median", by=("species", "sex")),
                        Fill(columns=("mass",), strategy="knn", by=("age",), neighbours=3),
                    ),
                ),
            ),
        ),
        call=_PAID,
    ),
    ("SnippetWritten", 1): SnippetWritten(
        task_id=_TASK, step=0, attempt=2, code='df = df.dropna(subset=["sex"])\n', call=_CALL
    ),
    ("SnippetWritten", 2): SnippetWritten(
        task_id=_TASK, step=0, attempt=2, code='df = df.dropna(subset=["sex"])\n', call=_PAID
    ),
    ("SnippetRehearsed", 1): SnippetRehearsed(
        task_id=_TASK,
        step=0,
        attempt=2,
        rehearsal=Rehearsal(
            before=_SHAPE, after=_SHAPE, failure="Line 1 failed.", assertions=_ASSERTIONS
        ),
        usage=_USAGE,
    ),
    ("SnippetReviewed", 1): SnippetReviewed(
        task_id=_TASK,
        step=0,
        attempt=1,
        review=Review(approved=False, findings=("It drops a column that was not named.",)),
    ),
    ("SnippetReviewed", 2): SnippetReviewed(
        task_id=_TASK,
        step=0,
        attempt=1,
        review=Review(approved=False, findings=("It drops a row.",)),
        call=_PAID,
        assertions=_ASSERTIONS,
    ),
    ("SnippetExecuted", 1): SnippetExecuted(
        task_id=_TASK,
        step=0,
        attempt=2,
        snapshot=_FILE,
        usage=Usage(wall_seconds=2.0),
        runtime={"python": "3.11.7", "pandas": "3.0.0", "$PATH": ""},
    ),
    ("SnippetExecuted", 2): SnippetExecuted(
        task_id=_TASK,
        step=0,
        attempt=2,
        snapshot=_SNAPSHOT,
        usage=Usage(wall_seconds=2.0),
        runtime={"python": "3.11.7", "pandas": "3.0.0", "$PATH": ""},
    ),
    ("SnippetExecuted", 3): SnippetExecuted(
        task_id=_TASK,
        step=0,
        attempt=2,
        snapshot=_SNAPSHOT,
        usage=_USAGE,
        before=TableSize(rows=345, columns=2),
        runtime={"python": "3.11.7", "pandas": "3.0.0", "$PATH": ""},
        stdout=_PRINTED,
        answer=_ANSWER,
        detail="What it left in result is larger than 16 MiB.",
    ),
    ("SnippetExecuted", 4): SnippetExecuted(
        task_id=_TASK,
        step=0,
        attempt=2,
        snapshot=_SNAPSHOT,
        usage=_USAGE,
        before=TableSize(rows=345, columns=2),
        runtime={"python": "3.11.7"},
        detail="What it left in result is larger than 16 MiB.",
        assertions=_ASSERTIONS[1:],
    ),
    ("SnippetExecuted", 5): SnippetExecuted(
        task_id=_TASK,
        step=0,
        attempt=2,
        snapshot=_SNAPSHOT,
        usage=_USAGE,
        before=TableSize(rows=344, columns=2),
        runtime={"python": "3.11.7"},
        detail="What it left in result is larger than 16 MiB.",
        assertions=_ASSERTIONS[1:],
        changed_cells=12,
    ),
    ("SnippetFailed", 1): SnippetFailed(
        task_id=_TASK,
        step=1,
        attempt=1,
        outcome="timeout",
        detail="The snippet ran for longer than 20 s.",
        usage=Usage(wall_seconds=20.031),
    ),
    ("SnippetFailed", 2): SnippetFailed(
        task_id=_TASK,
        step=1,
        attempt=1,
        outcome="error",
        detail="Line 2 (`df['sexe']`) failed with KeyError.",
        usage=_USAGE,
        exception="KeyError",
        line=2,
        before=TableSize(rows=345, columns=2),
        runtime={"python": "3.11.7", "pandas": "3.0.0"},
        stderr=_PRINTED,
    ),
    ("SnippetFailed", 3): SnippetFailed(
        task_id=_TASK,
        step=1,
        attempt=1,
        outcome="refused",
        detail="A row is gone.",
        usage=_USAGE,
        before=TableSize(rows=344, columns=2),
        assertions=_ASSERTIONS,
    ),
    ("NodeCommitted", 1): NodeCommitted(
        task_id=_TASK,
        node_id=_NODE,
        parent_id=_ROOT,
        branch="branch-2",
        snapshot=_FILE,
        snippets=('df = df.dropna(subset=["sex"])\n', "df = df.head()\n"),
    ),
    ("NodeCommitted", 2): NodeCommitted(
        task_id=_TASK,
        node_id=_NODE,
        parent_id=_ROOT,
        branch="branch-2",
        snapshot=_SNAPSHOT,
        snippets=('df = df.dropna(subset=["sex"])\n', "df = df.head()\n"),
    ),
    ("PointerMoved", 1): PointerMoved(node_id=_ROOT, cause=PointerCause.ROLLBACK),
    ("PointerMoved", 2): PointerMoved(node_id=_ROOT, cause=PointerCause.BRANCH, task_id=_TASK),
    ("TurnCompleted", 1): TurnCompleted(
        task_id=_TASK, node_id=_NODE, answer="Done: rows 344 → 333."
    ),
    ("TurnCompleted", 2): TurnCompleted(
        task_id=_TASK, node_id=_NODE, answer="Done: rows 345 → 344.", result=_ANSWER
    ),
    ("TurnFailed", 1): TurnFailed(
        task_id=_TASK, reason="step_failed", detail="Step 1 did not succeed: it ran too long."
    ),
    ("TurnFailed", 2): TurnFailed(
        task_id=_TASK, reason="model_misbehaved", detail="It said nothing of use.", call=_PAID
    ),
    ("ProposalMade", 1): ProposalMade(
        task_id=_TASK,
        base_node_id=_NODE,
        parent_id=_ROOT,
        snapshot=_SNAPSHOT,
        effect=Effect(
            rows_before=345,
            rows_after=344,
            changed_rows=7,
            removed_rows=2,
            added_rows=1,
            matching=Matching.ORIGIN,
            columns=(
                TouchedColumn(
                    name="Körpermasse (g)", was="mass", change=ColumnChange.CHANGED, cells=7
                ),
                TouchedColumn(name="heavy", was=None, change=ColumnChange.ADDED, cells=None),
            ),
            columns_reordered=True,
        ),
        snippets=('df = df.dropna(subset=["sex"])\n', "df = df.head()\n"),
    ),
    ("ProposalApproved", 1): ProposalApproved(
        task_id=_TASK,
        proposal_id=_NODE,
        edits=(
            StepEdit(step=0, actions=(DropColumns(columns=("mass",)),)),
            StepEdit(step=2, code="df = df.head(3)\n"),
        ),
    ),
    ("ProposalRejected", 1): ProposalRejected(
        proposal_id=_NODE, reason="The median, for Ann's sake."
    ),
    ("SuggestionsChosen", 1): SuggestionsChosen(
        task_id=_TASK,
        base_node_id=_NODE,
        suggestions=("3" * 24, "4" * 24),
        steps=(Step(description="Drop mass", actions=(DropColumns(columns=("mass",)),)),),
    ),
    ("ReplayRequested", 1): ReplayRequested(task_id=_TASK),
    ("ReplayStarted", 1): ReplayStarted(task_id=_TASK),
    ("ReplayCompleted", 1): ReplayCompleted(
        task_id=_TASK,
        outcome=ReplayOutcome(
            nodes=37,
            steps=41,
            reproduced=33,
            diverged=2,
            unreadable=1,
            missing=1,
            why_missing="The uploaded file is not here.",
            from_stored=3,
            first_divergence=Divergence(
                node_id=_NODE,
                version=12,
                step=1,
                verdict=Verdict.DIVERGED,
                stored=True,
                detail="Nobody knows why.",
                column="Körpermasse (g)",
                row=17,
                what="has another cell",
            ),
            other_runtimes=(OtherRuntime(name="pandas", recorded="2.2.0", now="3.0.1"),),
        ),
    ),
    ("ReplayFailed", 1): ReplayFailed(
        task_id=_TASK, reason="sandbox_unavailable", detail="This machine has no user namespaces."
    ),
    ("CancellationRequested", 1): CancellationRequested(task_id=_TASK),
    ("BranchNamed", 1): BranchNamed(branch="branch-2", name="Ohne Ann's Ausreißer"),
    ("DisclosureAllowed", 1): DisclosureAllowed(rows=5),
    ("DisclosureWithdrawn", 1): DisclosureWithdrawn(),
    ("SessionClosed", 1): SessionClosed(),
    ("PersonalDataErased", 1): PersonalDataErased(subject_id=SUBJECT),
}
