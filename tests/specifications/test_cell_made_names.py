"""Which names of columns code may have made of cells, by what a session records."""

from dataclasses import dataclass, replace

import pytest

from domain.actions import (
    Action,
    Derive,
    NormaliseNames,
    OneHot,
    RenameColumns,
    Renaming,
    SplitColumn,
)
from domain.execution import Usage
from domain.plan import Intent, ModelCall, Plan, Step
from domain.rehearsal import Rehearsal
from domain.session.cell_made_names import cell_made_names
from domain.session.commands import (
    AllowDisclosure,
    ChooseSuggestions,
    CommitRoot,
    CompleteTurn,
    FailTask,
    PostMessage,
    ReadAgain,
    Record,
    SessionCommand,
    StartSession,
    StartTurn,
    UploadDataset,
    WithdrawDisclosure,
)
from domain.session.events import PlanMade, Snapshot, SnippetRehearsed, SnippetWritten
from domain.session.next_step import NextStep, next_step
from domain.table import Column, ColumnType, TableShape
from tests.specifications.given import (
    CALL,
    Given,
    a_dataset,
    a_report,
    a_snapshot,
    executed_step,
    given,
    uid,
)

NAMES = ("Unit Price (€)", "amount", "kind", "joined", "Q1 2019")
SHOWN = replace(CALL, sample_rows=3)


def shape_of(*names: str) -> TableShape:
    return TableShape(
        rows=3,
        columns=tuple(Column(name=n, type=ColumnType.TEXT, nulls=0, distinct=3) for n in names),
    )


def snapshot_of(number: int, *names: str) -> Snapshot:
    return replace(a_snapshot(number), shape=shape_of(*names))


@dataclass
class Conversation:
    """A session over a table with these names, in which code makes others."""

    history: Given

    @classmethod
    def over(cls, *names: str) -> "Conversation":
        history = given().and_then(
            StartSession(session_id=uid(1), title="t"),
            UploadDataset(task_id=uid(2), dataset=a_dataset()),
            CommitRoot(
                task_id=uid(2), node_id=uid(3), snapshot=snapshot_of(0, *names), report=a_report()
            ),
        )
        return cls(history)

    def do(self, *commands: SessionCommand) -> None:
        self.history = self.history.and_then(*commands)

    def make(
        self,
        code: str,
        *names: str,
        message: str = "m",
        actions: tuple[Action, ...] = (),
        call: ModelCall = CALL,
        fails: bool = False,
    ) -> None:
        """A turn whose only step has that code, and leaves a table with these names."""
        number = 10 + len(self.history.events)
        task = uid(number)
        plan = Plan(
            intent=Intent.TRANSFORM,
            summary="s",
            steps=(Step(description="d", actions=actions),) * 2,
        )
        if not fails:
            plan = replace(plan, steps=plan.steps[:1])
        self.do(
            PostMessage(task_id=task, text=message),
            StartTurn(task_id=task),
            Record(PlanMade(task_id=task, plan=plan, call=call)),
            *executed_step(task, snapshot_of(number, *names), code=code),
        )
        if fails:
            self.do(FailTask(step=self.step(), reason="r", detail="d"))
        else:
            self.do(CompleteTurn(task_id=task, node_id=uid(number + 1)))

    @property
    def made(self) -> set[str]:
        return set(cell_made_names(self.history.state).made)

    def step(self) -> NextStep:
        step = next_step(self.history.state)
        assert step
        return step


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("df = df.rename(columns={'amount': 'Net total'})", "Net total"),
        ("df.columns = df.columns.str.lower().str.strip('()€ ')", "unit price"),
        ("df = df.rename(columns=str.upper)", "UNIT PRICE (€)"),
        ("df.columns = [re.sub(r'\\W+', '_', c) for c in df.columns]", "Unit_Price_"),
        ("df = df.add_prefix('raw_')", "raw_Unit Price (€)"),
        ("df = df.add_suffix('_y')", "joined_y"),
        ("df = df.add_suffix(' [%]')", "Unit Price (€) [%]"),
        ("df.columns = df.columns.str.split().str[0]", "Unit"),
        ("df.columns = df.columns.str.replace('Unit', 'Single')", "Single Price (€)"),
        (
            "df = df.groupby('kind').agg(['mean', 'max']); df.columns = map('_'.join, df)",
            "amount_max",
        ),
        ("df = df.groupby('kind').agg(highest=('amount', 'max')).reset_index()", "highest"),
        ("df['joined_year'] = df['joined'].dt.year", "joined_year"),
        ("df[['kind_1', 'kind_2']] = df['kind'].str.split(expand=True)", "kind_2"),
        ("df[f'{a}_per_{b}'] = df[a] / df[b]", "amount_per_kind"),
    ],
)
def test_ordinary_names_are_explained(code: str, name: str) -> None:
    talk = Conversation.over(*NAMES)
    talk.make(code, *NAMES, name)
    assert talk.made == set()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("df = df.pivot_table(index='joined', columns='kind', values='amount')", "Gnusto"),
        ("df = pd.get_dummies(df, columns=['kind'])", "kind_Gnusto"),
        ("df = pd.get_dummies(df, columns=['kind'])", "kind_3"),
        ("df = df.pivot_table(index='joined', columns='kind')", "2019"),
        ("df = df.T", "7001003.25"),
        ("df.columns = df.iloc[0]; df = df.iloc[1:]", "New York"),
        ("df = pd.crosstab(df['joined'], df['kind'])", "?"),
        ("df = pd.get_dummies(df, columns=['kind'])", "kind_?"),
        ("df = pd.get_dummies(df, columns=['kind'])", "kind_-"),
        ("df = pd.get_dummies(df, columns=['kind'])", "kind_♥"),
        ("df.columns = ['_'.join(c) for c in df.iloc[0]]  # a b c d", "a_b_c_d"),
        ("letters = 'a', 'b', 'c', 'd'; df.columns = df.iloc[0].map('_'.join)", "a_b_c_d"),
        ("this is no Python", "Gnusto"),
    ],
)
def test_names_that_may_be_cells_are_not(code: str, name: str) -> None:
    talk = Conversation.over(*NAMES)
    talk.make(code, "joined", name)
    assert talk.made == {name}


@pytest.mark.parametrize(
    ("action", "name", "made"),
    [
        (NormaliseNames(), "q1_2019", False),
        (RenameColumns(pairs=(Renaming(old="kind", new="Sort"),)), "Sort", False),
        (SplitColumn(column="kind", separator=" "), "kind_3", False),
        (OneHot(columns=("kind",)), "kind_3", True),
    ],
)
def test_typed_actions_say_whether_they_name_columns_by_cells(
    action: Action, name: str, *, made: bool
) -> None:
    talk = Conversation.over(*NAMES)
    talk.make(action.code(), *NAMES, name, actions=(action,))
    assert talk.made == ({name} if made else set())


def test_a_name_made_from_cells_is_explained_by_nothing_that_code_makes_of_it() -> None:
    talk = Conversation.over(*NAMES)
    talk.make("df = df.pivot(index='joined', columns='kind')", "joined", "New York")
    talk.make("df['New York_2'] = df['New York']", "joined", "New York", "New York_2")
    twice = Derive(new="New York twice", expression="`New York` * 2")
    talk.make(twice.code(), "joined", "New York twice", actions=(twice,))
    talk.make(NormaliseNames().code(), "joined", "new_york_twice", actions=(NormaliseNames(),))
    assert talk.made == {"New York", "New York_2", "New York twice", "new_york_twice"}


def test_a_person_who_writes_a_name_tells_it() -> None:
    talk = Conversation.over(*NAMES)
    made = ("New York", "Yorkshire", "A+", "B+", "?", "!")
    talk.make("df = df.pivot(index='joined', columns='kind')", "joined", *made)
    talk.make("df = df.head(3)", "joined", *made, message="drop new-york, a+ and '?', is b so!")
    assert talk.made == {"Yorkshire", "B+", "!"}


def test_a_message_that_we_made_of_suggestions_is_no_word_of_a_person() -> None:
    talk = Conversation.over(*NAMES)
    talk.make("df = df.pivot(index='joined', columns='kind')", "joined", "Gnusto")
    talk.do(
        ChooseSuggestions(
            task_id=uid(900),
            node_id=talk.history.state.tree.pointer or uid(0),
            suggestions=("a",),
            text="Fill Gnusto",
            steps=(Step(description="Fill Gnusto"),),
        )
    )
    assert talk.made == {"Gnusto"}


def test_names_of_work_that_came_to_nothing_are_known_for_made_from_cells() -> None:
    talk = Conversation.over(*NAMES)
    talk.make("df = df.pivot(index='joined', columns='kind')", "joined", "Gnusto", fails=True)
    task = uid(901)
    plan = Plan(intent=Intent.TRANSFORM, summary="s", steps=(Step(description="d"),))
    tried = Rehearsal(before=shape_of(*NAMES), after=shape_of("Rezrov"))
    talk.do(
        PostMessage(task_id=task, text="m"),
        StartTurn(task_id=task),
        Record(PlanMade(task_id=task, plan=plan, call=CALL)),
        Record(SnippetWritten(task_id=task, step=0, attempt=1, code="df = df.T")),
        Record(
            SnippetRehearsed(
                task_id=task, step=0, attempt=1, rehearsal=tried, usage=Usage(wall_seconds=1)
            )
        ),
    )
    assert talk.made == {"Gnusto", "Rezrov"}


def test_the_words_of_a_model_that_had_seen_cells_explain_nothing_when_consent_is_withdrawn() -> (
    None
):
    talk = Conversation.over(*NAMES)
    talk.make("df['before'] = 1", *NAMES, "before")
    talk.do(AllowDisclosure(rows=3))
    talk.make("df['Gnusto'] = 1", *NAMES, "before", "Gnusto", "Amount", call=SHOWN)
    talk.do(WithdrawDisclosure())
    talk.make("df['after'] = 1", *NAMES, "before", "Gnusto", "after")
    assert talk.made == {"Gnusto"}


def test_names_of_every_file_are_told_also_those_that_were_cells_of_another() -> None:
    talk = Conversation.over(*NAMES)
    talk.make("df.columns = df.iloc[0]", "Gnusto", "New York")
    talk.do(
        ReadAgain(task_id=uid(902), parse=a_dataset().parse),
        CommitRoot(
            task_id=uid(902),
            node_id=uid(903),
            snapshot=snapshot_of(902, "Gnusto"),
            report=a_report(),
        ),
    )
    assert talk.made == {"New York"}
