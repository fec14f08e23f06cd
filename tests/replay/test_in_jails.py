"""A session's tables are made again in real jails, and what does not come out the same is named."""

from dataclasses import replace
from uuid import uuid4

from application.recorded_nodes import recorded_nodes
from domain.replay import Verdict
from domain.session.erasure import ERASED
from domain.session.events import (
    DatasetUploaded,
    NodeCommitted,
    PersonalDataErased,
    SessionEvent,
    SnippetExecuted,
    SnippetWritten,
)
from infrastructure.nsjail import JailLimits, NsjailSandbox
from infrastructure.tabular.snapshots.digests import digest_of_file
from tests.replay.story import Story

KINDS = (
    "df['kind'] = pd.Categorical(df['city'], ['Oslo', 'Bergen', 'Rome'], ordered=True)\n"
    "df['at'] = pd.Timestamp('2024-05-01', tz='Europe/Oslo')\n"
    "df['parts'] = df['city'].str.split('e')"
)
NOISE = "df['noise'] = np.random.rand(len(df))"


def test_a_session_of_branches_rollbacks_a_reparse_and_failures_is_reproduced(story: Story) -> None:
    root = story.upload()
    story.turn("df = df.dropna()", "df['age'] = df['age'] + 1", failing="df['oops']")
    story.failed_turn("df = df.head(1)")
    story.turn(KINDS)
    story.turn("df['kind'] = df['kind'].cat.codes", NOISE)
    story.roll_back(root)
    story.turn("df = df.groupby('city', as_index=False).size()", failing="df[")
    story.read_again(header_rows=0)
    story.turn("df.columns = [c.upper() for c in df.columns]")

    replay = story.replayed()

    assert (replay.count(Verdict.REPRODUCED), len(replay.nodes)) == (7, 7)
    assert (replay.first_divergence, replay.runtimes, replay.erased) == (None, [], False)


def test_progress_is_told_step_by_step(story: Story) -> None:
    story.upload()
    story.turn("df = df.head(2)", "df = df.head(1)")
    told: list[tuple[str, int, int]] = []

    story.replayer().replay(recorded_nodes(story.events), lambda *progress: told.append(progress))

    assert told == [("steps", 1, 3), ("steps", 2, 3), ("steps", 3, 3)]


def test_an_altered_snippet_is_named_by_its_first_unlike_column_and_row(story: Story) -> None:
    story.upload()
    story.turn("df['age'] = df['age'] * 2", "df['city'] = df['city'].str.upper()")
    node = story.turn("df = df.tail(3)")
    story.altered(
        lambda event: (
            replace(event, code="df['age'] = df['age'].where(df['name'] == 'Ann') * 2")
            if isinstance(event, SnippetWritten) and "age" in event.code
            else event
        )
    )

    replay = story.replayed()

    assert replay.first_divergence is not None
    place = replay.first_divergence[1].place
    assert place is not None
    assert (place.column, place.row) == ("age", 2)
    later = replay.nodes[-1]
    assert (later.node_id, later.verdict) == (node, Verdict.REPRODUCED)


def test_after_a_divergence_the_next_step_is_judged_on_the_stored_table(story: Story) -> None:
    story.upload()
    story.turn("df['when'] = pd.Timestamp.now().value", "df = df.head(2)")

    first, second = story.replayed().nodes[1].steps

    assert (first.verdict, second.verdict) == (Verdict.DIVERGED, Verdict.REPRODUCED)
    assert (first.from_stored, second.from_stored) == (False, True)


def test_without_a_stored_table_nothing_after_a_divergence_is_judged(story: Story) -> None:
    root = story.upload()
    story.turn("df['when'] = pd.Timestamp.now().value")
    story.turn("df = df.head(2)")
    story.roll_back(root)
    story.turn("df = df.head(3)")
    story.remove("columns", "manifests")

    replay = story.replayed()

    assert [node.verdict for node in replay.nodes] == [
        Verdict.REPRODUCED,
        Verdict.DIVERGED,
        Verdict.MISSING,
        Verdict.REPRODUCED,
    ]
    assert replay.nodes[1].steps[0].place is None


def test_another_seed_gives_another_table(story: Story) -> None:
    story.upload()
    story.turn(NOISE)
    other = uuid4()

    def of_another_task(event: SessionEvent) -> SessionEvent:
        if isinstance(event, SnippetWritten | SnippetExecuted):
            return replace(event, task_id=other)
        if isinstance(event, NodeCommitted) and event.parent_id is not None:
            return replace(event, task_id=other)
        return event

    story.altered(of_another_task)

    divergence = story.replayed().first_divergence

    assert divergence is not None
    assert divergence[1].place is not None
    assert (divergence[1].place.column, divergence[1].place.row) == ("noise", 0)


def test_an_upload_whose_bytes_were_altered_is_told_and_the_rest_judged(story: Story) -> None:
    story.upload()
    story.turn("df = df.head(2)")
    (upload,) = (story.objects / "uploads").iterdir()
    upload.write_bytes(b"name,age,city\nAnn,32,Oslo\n")

    root, node = story.replayed().nodes

    assert (root.verdict, node.verdict) == (Verdict.FAILED, Verdict.REPRODUCED)
    assert "restore it from a backup" in (root.steps[0].detail or "")


def test_an_event_that_names_another_upload_diverges_at_the_reading(story: Story) -> None:
    story.upload(b"name,age,city\nAnn,31,Oslo\nBob,,Paris\n")
    other = story.events[1]
    story.upload()
    assert isinstance(other, DatasetUploaded)
    dataset = other.dataset
    story.altered(
        lambda event: (
            replace(event, dataset=dataset) if isinstance(event, DatasetUploaded) else event
        )
    )

    divergence = story.replayed().first_divergence

    assert divergence is not None
    step = divergence[1]
    assert step.place is not None
    assert (step.step, step.place.column, step.place.row) == (None, "name", 2)
    assert "had 4 rows, and has 2 now" in step.place.what


def test_a_lost_upload_is_no_divergence_and_the_steps_are_judged_alone(story: Story) -> None:
    story.upload()
    story.turn("df = df.head(2)")
    story.remove("uploads")

    replay = story.replayed()

    assert [node.verdict for node in replay.nodes] == [Verdict.MISSING, Verdict.REPRODUCED]
    assert replay.first_divergence is None


def test_another_runtime_is_named_also_where_all_is_reproduced(story: Story) -> None:
    story.upload()
    story.turn("df = df.head(2)")
    story.altered(
        lambda event: (
            replace(event, runtime={**event.runtime, "pandas": "2.2.0"})
            if isinstance(event, SnippetExecuted)
            else event
        )
    )

    replay = story.replayed()

    assert replay.count(Verdict.REPRODUCED) == 2
    ((name, recorded, now),) = replay.runtimes
    assert (name, recorded, now != "2.2.0") == ("pandas", "2.2.0", True)


def test_a_snippet_that_fails_this_time_is_told_with_its_reason(story: Story) -> None:
    story.upload()
    story.turn("total = sum(range(20_000_000))", "df = df.head(1)")
    story.sandbox = NsjailSandbox(JailLimits(wall_seconds=0.05))

    divergence = story.replayed().first_divergence

    assert divergence is not None
    assert divergence[1].verdict is Verdict.FAILED
    assert "longer than" in (divergence[1].detail or "")


def test_of_an_erased_session_the_reading_is_judged_and_the_snippets_are_not(story: Story) -> None:
    story.upload()
    story.turn("df = df.head(2)")

    def erase(event: SessionEvent) -> SessionEvent:
        match event:
            case DatasetUploaded():
                return replace(event, dataset=replace(event.dataset, file_name=ERASED))
            case SnippetWritten():
                return replace(event, code=ERASED)
            case NodeCommitted():
                return replace(event, snippets=())
        return event

    story.altered(erase)
    story.events.append(PersonalDataErased(subject_id=story.session_id))

    replay = story.replayed()

    assert [node.verdict for node in replay.nodes] == [Verdict.REPRODUCED, Verdict.UNREADABLE]
    assert (replay.erased, replay.first_divergence) == (True, None)


def test_what_an_erased_option_changes_in_the_reading_is_no_divergence(story: Story) -> None:
    story.upload()
    story.altered(
        lambda event: (
            replace(
                event,
                dataset=replace(
                    event.dataset,
                    file_name=ERASED,
                    parse=replace(event.dataset.parse, delimiter=";"),
                ),
            )
            if isinstance(event, DatasetUploaded)
            else event
        )
    )

    replay = story.replayed()

    assert (replay.nodes[0].verdict, replay.first_divergence) == (Verdict.UNREADABLE, None)


def test_digests_of_the_first_version_are_compared_in_that_version(story: Story) -> None:
    story.upload()
    story.turn("df = df.head(2)")

    def as_it_was(event: SessionEvent) -> SessionEvent:
        if isinstance(event, SnippetExecuted | NodeCommitted):
            with story.artifacts.workspace() as directory:
                table = story.snapshots.assemble(event.snapshot, directory / "table.parquet")
                digest = digest_of_file(table, "td1")
            return replace(event, snapshot=replace(event.snapshot, table_digest=digest))
        return event

    story.altered(as_it_was)

    assert story.replayed().count(Verdict.REPRODUCED) == 2


def test_a_digest_that_no_table_has_is_told_where_the_stored_table_is_the_same(
    story: Story,
) -> None:
    story.upload()
    story.altered(
        lambda event: (
            replace(event, snapshot=replace(event.snapshot, table_digest="td2:" + "0" * 64))
            if isinstance(event, NodeCommitted)
            else event
        )
    )

    (node,) = story.replayed().nodes

    assert (node.verdict, node.steps[0].place, node.steps[0].stored) == (
        Verdict.DIVERGED,
        None,
        True,
    )
