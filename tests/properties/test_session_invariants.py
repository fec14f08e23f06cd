"""Whatever is asked of a session in whatever order, these hold."""

from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.difference import Effect, Matching
from domain.execution import AnswerKind, StoredAnswer, Usage
from domain.plan import Intent, Step, StepEdit
from domain.rehearsal import Rehearsal
from domain.replay import ReplayOutcome
from domain.session import SessionCommand, SessionEvent, session_decider
from domain.session.cancellation import CANCELLED_REASON
from domain.session.commands import (
    AllowDisclosure,
    ApproveProposal,
    BeginReplay,
    Branch,
    CancelTask,
    ChooseSuggestions,
    CloseSession,
    CommitRoot,
    CompleteReplay,
    CompleteTurn,
    ErasePersonalData,
    FailTask,
    MakeProposal,
    PostMessage,
    Record,
    Redo,
    RejectProposal,
    RequestReplay,
    RollBack,
    StartSession,
    StartTurn,
    Undo,
    UploadDataset,
    WithdrawDisclosure,
)
from domain.session.erasure import ERASURE_REASON
from domain.session.errors import SessionError, TaskIsDone, WorkUnfinished
from domain.session.events import (
    CancellationRequested,
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
    SnippetExecuted,
    SnippetFailed,
    SnippetRehearsed,
    SnippetReviewed,
    SnippetWritten,
    TurnCompleted,
    TurnFailed,
)
from domain.session.mode import Mode
from domain.session.next_step import (
    Begin,
    Complete,
    ExecuteSnippet,
    GiveUp,
    Ingest,
    MakePlan,
    NextStep,
    Propose,
    RehearseSnippet,
    ReplayNodes,
    ReviewSnippet,
    StartReplay,
    WriteSnippet,
    next_step,
)
from infrastructure.events.codec import EventCodec
from tests.fakes import InMemorySubjectKeys
from tests.specifications.given import APPROVED, CALL, a_dataset, a_plan, a_report, a_snapshot, uid

SECRET = "Ann Other"
EFFECT = Effect(
    rows_before=3,
    rows_after=3,
    changed_rows=0,
    removed_rows=0,
    added_rows=0,
    matching=Matching.ORIGIN,
    columns=(),
)
ANSWER = StoredAnswer(kind=AnswerKind.CHART, address="answer:" + "7" * 64, size_bytes=9)


class SessionMachine(RuleBasedStateMachine):
    """People post, roll back, undo and redo while a worker records steps, some of them twice; at
    some time the session is closed, or its texts are erased."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[SessionEvent] = []
        self.state = session_decider.initial
        self.last_recorded: SessionCommand | None = None
        self.ids = 100
        for command in (
            StartSession(session_id=uid(1), title=SECRET),
            UploadDataset(task_id=uid(2), dataset=a_dataset()),
        ):
            self.send(command)

    def fresh(self) -> UUID:
        self.ids += 1
        return uid(self.ids)

    def send(self, command: SessionCommand) -> list[SessionEvent]:
        events = list(session_decider.decide(self.state, command))
        self.events += events
        self.state = session_decider.fold(events, self.state)
        return events

    @rule(mode=st.sampled_from(Mode))
    def post(self, mode: Mode) -> None:
        text = f"do something for {SECRET}"
        try:
            self.send(PostMessage(task_id=self.fresh(), text=text, mode=mode))
        except SessionError as refusal:
            assert str(refusal)  # noqa: PT017  # every refusal must help

    @rule(data=st.data())
    def navigate(self, data: st.DataObject) -> None:
        nodes = list(self.state.tree.nodes) or [uid(404)]
        commands: list[SessionCommand] = [Undo(), Redo()]
        commands += [RollBack(node_id=node) for node in nodes]
        commands += [Branch(node_id=node) for node in nodes]
        commands += [Undo(node_id=node) for node in nodes]
        try:
            self.send(data.draw(st.sampled_from(commands)))
        except SessionError as refusal:
            assert str(refusal)  # noqa: PT017  # every refusal must help

    @precondition(lambda self: self.state.tree.nodes)
    @rule(data=st.data())
    def choose_suggestions(self, data: st.DataObject) -> None:
        choice = ChooseSuggestions(
            task_id=self.fresh(),
            node_id=data.draw(st.sampled_from(list(self.state.tree.nodes))),
            suggestions=("trim",),
            text=f"Trim {SECRET}",
            steps=(Step(description=f"Trim {SECRET}"),),
            mode=data.draw(st.sampled_from([Mode.AUTO, Mode.PROPOSE])),
        )
        try:
            self.send(choice)
        except SessionError as refusal:
            assert str(refusal)  # noqa: PT017  # every refusal must help
        else:
            assert self.send(choice) == []

    @precondition(lambda self: self.proposed())
    @rule(data=st.data())
    def decide_a_proposal(self, data: st.DataObject) -> None:
        proposal_id = data.draw(st.sampled_from(self.proposed()))
        edits = data.draw(
            st.sampled_from([(), (StepEdit(step=0, code=SECRET),), (StepEdit(step=1, code="x"),)])
        )
        commands: list[SessionCommand] = [
            ApproveProposal(task_id=self.fresh(), proposal_id=proposal_id, edits=edits),
            RejectProposal(proposal_id=proposal_id, reason=SECRET),
        ]
        command = data.draw(st.sampled_from(commands))
        try:
            self.send(command)
        except SessionError as refusal:
            assert str(refusal)  # noqa: PT017  # every refusal must help
        else:
            assert self.send(command) == []

    def proposed(self) -> list[UUID]:
        return [event.task_id for event in self.events if isinstance(event, ProposalMade)]

    @precondition(lambda self: len(self.events) > 10)
    @rule()
    def close(self) -> None:
        try:
            self.send(CloseSession())
        except WorkUnfinished:
            assert self.state.unfinished
        else:
            assert self.state.closed
            assert self.send(CloseSession()) == []

    @rule(rows=st.integers(0, 21))
    def allow_disclosure(self, rows: int) -> None:
        try:
            self.send(AllowDisclosure(rows=rows))
        except SessionError as refusal:
            assert str(refusal)  # noqa: PT017  # every refusal must help
        else:
            assert self.state.sample_rows == rows

    @rule()
    def withdraw_disclosure(self) -> None:
        self.send(WithdrawDisclosure())
        assert self.state.closed or self.state.sample_rows == 0

    @precondition(lambda self: len(self.events) > 10)
    @rule()
    def erase(self) -> None:
        self.send(ErasePersonalData())
        assert self.state.erased
        assert self.send(ErasePersonalData()) == []

    @rule()
    def ask_for_a_replay(self) -> None:
        try:
            self.send(RequestReplay(task_id=self.fresh()))
        except SessionError as refusal:
            assert self.state.replaying or not self.state.tree.nodes
            assert str(refusal)  # noqa: PT017  # every refusal must help

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        asks = MessagePosted | ProposalApproved | ReplayRequested
        tasks = (e for e in self.events if isinstance(e, asks))
        known = [uid(2), *(e.task_id for e in tasks)]
        task_id = data.draw(st.sampled_from(known))
        try:
            self.send(CancelTask(task_id=task_id))
        except TaskIsDone:
            assert task_id in self.state.finished
        else:
            assert not self.state.wants(task_id)
            assert self.send(CancelTask(task_id=task_id)) == []

    @precondition(lambda self: next_step(self.state) is not None)
    @rule(data=st.data())
    def work(self, data: st.DataObject) -> None:
        step = next_step(self.state)
        assert step is not None
        self.last_recorded = data.draw(st.sampled_from(self.results(step)))
        assert self.send(self.last_recorded), "a worker's next step always records something"

    @precondition(lambda self: next_step(self.state) is not None)
    @rule()
    def work_off_one_task_well(self) -> None:
        step = next_step(self.state)
        assert step is not None
        task_id = step.task_id
        while step is not None and step.task_id == task_id:
            results = self.results(step)
            self.last_recorded = results[1] if isinstance(step, MakePlan) else results[0]
            assert self.send(self.last_recorded)
            step = next_step(self.state)

    @precondition(lambda self: self.last_recorded is not None)
    @rule()
    def record_the_same_again(self) -> None:
        assert self.last_recorded is not None
        assert self.send(self.last_recorded) == []

    def results(self, step: NextStep) -> list[SessionCommand]:
        task_id = step.task_id
        failure = FailTask(step=step, reason="x", detail="x")
        match step:
            case Ingest():
                table = a_snapshot(self.ids)
                return [
                    CommitRoot(
                        task_id=task_id, node_id=self.fresh(), snapshot=table, report=a_report()
                    )
                ]
            case Begin():
                return [StartTurn(task_id=task_id)]
            case MakePlan():
                plans = [
                    a_plan(SECRET),
                    a_plan("one", "two"),
                    *(a_plan(intent=each) for each in (Intent.UNDO, Intent.REDO, Intent.ANSWER)),
                ]
                return [
                    failure,
                    *(Record(PlanMade(task_id=task_id, plan=plan, call=CALL)) for plan in plans),
                ]
            case WriteSnippet():
                code = f"df = df  # {self.ids} {SECRET}"
                return [
                    Record(
                        SnippetWritten(
                            task_id=task_id, step=step.index, attempt=step.attempt, code=code
                        )
                    )
                ]
            case RehearseSnippet():
                rehearsal = Rehearsal(before=step.table.shape, failure=SECRET)
                return [
                    Record(
                        SnippetRehearsed(
                            task_id=task_id,
                            step=step.index,
                            attempt=step.attempt,
                            rehearsal=rehearsal,
                            usage=Usage(wall_seconds=0),
                        )
                    )
                ]
            case ReviewSnippet():
                return [
                    Record(
                        SnippetReviewed(
                            task_id=task_id, step=step.index, attempt=step.attempt, review=APPROVED
                        )
                    )
                ]
            case ExecuteSnippet():
                return [
                    Record(
                        SnippetExecuted(
                            task_id=task_id,
                            step=step.index,
                            attempt=step.attempt,
                            snapshot=a_snapshot(self.ids),
                            usage=Usage(wall_seconds=0),
                        )
                    ),
                    Record(
                        SnippetExecuted(
                            task_id=task_id,
                            step=step.index,
                            attempt=step.attempt,
                            snapshot=step.table,
                            usage=Usage(wall_seconds=0),
                            answer=ANSWER,
                        )
                    ),
                    Record(
                        SnippetFailed(
                            task_id=task_id,
                            step=step.index,
                            attempt=step.attempt,
                            outcome="error",
                            detail=SECRET,
                            usage=Usage(wall_seconds=0),
                        )
                    ),
                ]
            case Complete():
                return [CompleteTurn(task_id=task_id, node_id=self.fresh())]
            case Propose():
                return [MakeProposal(task_id=task_id, effect=EFFECT)]
            case StartReplay():
                return [BeginReplay(task_id=task_id)]
            case ReplayNodes():
                nodes = len(self.state.tree.nodes)
                outcome = ReplayOutcome(nodes=nodes, steps=nodes, reproduced=nodes)
                return [CompleteReplay(task_id=task_id, outcome=outcome), failure]
            case GiveUp():
                return [FailTask(step=step, reason=step.reason, detail=step.detail)]

    @invariant()
    def the_state_is_the_fold_of_the_events(self) -> None:
        assert self.state == session_decider.fold(self.events)

    @invariant()
    def the_pointer_is_where_the_last_move_put_it(self) -> None:
        moves = [event.node_id for event in self.events if isinstance(event, PointerMoved)]
        assert self.state.tree.pointer == (moves[-1] if moves else None)
        assert self.state.tree.pointer in {None, *self.state.tree.nodes}

    @invariant()
    def no_node_is_ever_lost_and_each_has_its_parent_before_it(self) -> None:
        committed = [event for event in self.events if isinstance(event, NodeCommitted)]
        assert list(self.state.tree.nodes) == [event.node_id for event in committed]
        seen: set[UUID | None] = {None}
        for event in committed:
            assert event.parent_id in seen
            seen.add(event.node_id)

    @invariant()
    def a_turn_that_ends_in_an_answer_has_a_node_only_for_a_changed_table(self) -> None:
        tree = self.state.tree
        for event in self.events:
            if isinstance(event, TurnCompleted) and event.result and event.node_id:
                node = tree.node(event.node_id)
                assert node.parent_id is not None
                assert node.snapshot.table_digest != tree.node(node.parent_id).snapshot.table_digest

    @invariant()
    def a_branch_is_a_line(self) -> None:
        parents = [
            (node.branch, node.parent_id)
            for node in self.state.tree.nodes.values()
            if node.parent_id is not None
            and self.state.tree.node(node.parent_id).branch == node.branch
        ]
        assert len(parents) == len(set(parents))

    @invariant()
    def every_message_ends_exactly_once_or_is_unfinished(self) -> None:
        asks = MessagePosted | ProposalApproved
        posted = [event.task_id for event in self.events if isinstance(event, asks)]
        ended = [
            event.task_id for event in self.events if isinstance(event, TurnCompleted | TurnFailed)
        ]
        failed = [event.task_id for event in self.events if isinstance(event, IngestFailed)]
        assert failed in ([], [uid(2)])
        unfinished = [turn.task_id for turn in self.state.turns]
        assert sorted(ended + unfinished) == posted
        assert sorted(unfinished) == unfinished

    @invariant()
    def what_was_cancelled_makes_no_node_and_ends_for_that_reason(self) -> None:
        for at, request in enumerate(self.events):
            if not isinstance(request, CancellationRequested):
                continue
            after = [e for e in self.events[at:] if getattr(e, "task_id", None) == request.task_id]
            assert not any(isinstance(e, NodeCommitted | PointerMoved) for e in after)
            assert not any(isinstance(e, ReplayCompleted) for e in after)
            ends = [e for e in after if isinstance(e, TurnFailed | IngestFailed | ReplayFailed)]
            reasons = {e.reason for e in ends}
            assert reasons <= {CANCELLED_REASON, ERASURE_REASON}
            assert len(ends) == (request.task_id in self.state.finished)

    @invariant()
    def only_what_was_asked_for_at_once_or_approved_changes_anything(self) -> None:
        modes = {e.task_id: e.mode for e in self.events if isinstance(e, MessagePosted)}
        for event in self.events:
            if isinstance(event, NodeCommitted | PointerMoved) and event.task_id in modes:
                assert modes[event.task_id] is Mode.AUTO

    @invariant()
    def what_is_approved_unedited_is_what_was_proposed(self) -> None:
        proposed = {e.task_id: e for e in self.events if isinstance(e, ProposalMade)}
        approved = {e.task_id: e for e in self.events if isinstance(e, ProposalApproved)}
        committed = [e for e in self.events if isinstance(e, NodeCommitted)]
        done = [approved[e.task_id].proposal_id for e in committed if e.task_id in approved]
        assert len(done) == len(set(done))
        for node in committed:
            approval = approved.get(node.task_id)
            if approval is None or approval.edits:
                continue
            proposal = proposed[approval.proposal_id]
            assert node.snapshot == proposal.snapshot
            assert (node.parent_id, node.snippets) == (proposal.parent_id, proposal.snippets)

    @invariant()
    def a_proposal_is_approved_or_rejected_and_not_both(self) -> None:
        rejected = {e.proposal_id for e in self.events if isinstance(e, ProposalRejected)}
        done = {e.task_id for e in self.events if isinstance(e, TurnCompleted)}
        approved = [e for e in self.events if isinstance(e, ProposalApproved)]
        assert not rejected & {e.proposal_id for e in approved if e.task_id in done}

    @invariant()
    def every_replay_ends_exactly_once_or_is_unfinished(self) -> None:
        asked = [e.task_id for e in self.events if isinstance(e, ReplayRequested)]
        ended = [e.task_id for e in self.events if isinstance(e, ReplayCompleted | ReplayFailed)]
        unfinished = [self.state.replaying.task_id] if self.state.replaying else []
        assert ended + unfinished == asked

    @invariant()
    def nothing_but_an_erasure_follows_a_closing(self) -> None:
        replays = (ReplayRequested, ReplayStarted, ReplayCompleted, ReplayFailed)
        asides = (*replays, CancellationRequested)
        kinds = [type(event) for event in self.events if not isinstance(event, asides)]
        if SessionClosed in kinds:
            assert kinds[kinds.index(SessionClosed) + 1 :] in ([], [PersonalDataErased])

    @invariant()
    def an_erased_session_has_no_work_and_no_text(self) -> None:
        if not self.state.erased:
            return
        assert isinstance(next_step(self.state), StartReplay | ReplayNodes | GiveUp | None)
        assert not self.state.unfinished
        assert SECRET not in repr(self.state)

    @invariant()
    def the_state_after_an_erasure_is_the_same_for_who_never_knew_the_texts(self) -> None:
        codec = EventCodec(ForgottenKeys())
        unknowing = session_decider.fold(as_read_by(codec, event) for event in self.events)
        assert unknowing.erased == self.state.erased
        if self.state.erased:
            assert unknowing == self.state


class ForgottenKeys(InMemorySubjectKeys):
    """Every key was destroyed."""

    def obtain(self, subject_id: UUID) -> bytes | None:
        return None


def as_read_by(codec: EventCodec, event: SessionEvent) -> SessionEvent:
    """The event as the codec recorded it and reads it now."""
    event_id, session_id = uid(7), uid(1)
    encoded = codec.encode(event, event_id=event_id, session_id=session_id, subject_id=session_id)
    return codec.decode(
        encoded.type,
        encoded.schema_version,
        encoded.payload,
        event_id=event_id,
        session_id=session_id,
    )


TestSession = SessionMachine.TestCase
TestSession.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
