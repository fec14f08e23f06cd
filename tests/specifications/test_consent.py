"""A language model sees cells only while a person's recorded consent stands."""

from dataclasses import replace

import pytest

from domain.execution import Usage
from domain.plan import ModelCall
from domain.session.commands import (
    AllowDisclosure,
    CloseSession,
    CompleteTurn,
    ErasePersonalData,
    PostMessage,
    Record,
    StartTurn,
    WithdrawDisclosure,
)
from domain.session.consent import as_a_model_may_know
from domain.session.errors import SampleRowsRefused, SessionIsClosed, SubjectErased
from domain.session.events import (
    DisclosureAllowed,
    DisclosureWithdrawn,
    PlanMade,
    SnippetExecuted,
    SnippetReviewed,
    SnippetWritten,
)
from tests.specifications.given import (
    APPROVED,
    CALL,
    Given,
    a_plan,
    a_snapshot,
    uid,
    with_table,
)

READY = with_table()
ALLOWED = READY.and_then(AllowDisclosure(rows=5))


def test_nothing_is_allowed_by_itself() -> None:
    assert READY.state.sample_rows == 0
    READY.when(WithdrawDisclosure()).then_nothing()


def test_consent_is_recorded_with_the_number_of_rows_and_can_be_changed() -> None:
    READY.when(AllowDisclosure(rows=5)).then(DisclosureAllowed(rows=5))
    ALLOWED.when(AllowDisclosure(rows=5)).then_nothing()
    ALLOWED.when(AllowDisclosure(rows=20)).then(DisclosureAllowed(rows=20))
    assert ALLOWED.and_then(AllowDisclosure(rows=2)).state.sample_rows == 2


def test_consent_can_be_withdrawn_and_given_again() -> None:
    ALLOWED.when(WithdrawDisclosure()).then(DisclosureWithdrawn())
    withdrawn = ALLOWED.and_then(WithdrawDisclosure())
    assert withdrawn.state.sample_rows == 0
    withdrawn.when(AllowDisclosure(rows=5)).then(DisclosureAllowed(rows=5))


@pytest.mark.parametrize("rows", [-1, 0, 21, 10**9])
def test_a_sample_has_1_to_20_rows(rows: int) -> None:
    READY.when(AllowDisclosure(rows=rows)).refused_with(SampleRowsRefused)


def test_an_erasure_ends_the_consent_and_no_other_is_taken() -> None:
    erased = ALLOWED.and_then(ErasePersonalData())
    assert erased.state.sample_rows == 0
    erased.when(AllowDisclosure(rows=5)).refused_with(SubjectErased)
    erased.when(WithdrawDisclosure()).then_nothing()


def test_nothing_is_recorded_of_a_closed_session_which_asks_no_model() -> None:
    closed = ALLOWED.and_then(CloseSession())
    closed.when(AllowDisclosure(rows=6)).refused_with(SessionIsClosed)
    closed.when(WithdrawDisclosure()).then_nothing()


TURN = uid(9)
SEEN = replace(CALL, sample_rows=5)


def with_a_turn_that_saw(call: ModelCall) -> Given:
    """A session in which a model that saw what `call` says has changed the table."""
    plan = a_plan("replace Bob by Robert")
    return ALLOWED.and_then(
        PostMessage(task_id=TURN, text="call them by their full names"),
        StartTurn(task_id=TURN),
        Record(PlanMade(task_id=TURN, plan=plan, call=call)),
        Record(
            SnippetWritten(
                task_id=TURN, step=0, attempt=1, code="df = df.replace('Bob', 'Robert')", call=call
            )
        ),
        Record(SnippetReviewed(task_id=TURN, step=0, attempt=1, review=APPROVED)),
        Record(
            SnippetExecuted(
                task_id=TURN,
                step=0,
                attempt=1,
                snapshot=a_snapshot(1),
                usage=Usage(wall_seconds=0.1),
            )
        ),
        CompleteTurn(task_id=TURN, node_id=uid(10)),
    )


def test_while_the_consent_stands_a_model_may_know_all() -> None:
    session = with_a_turn_that_saw(SEEN).state
    assert as_a_model_may_know(session) == session


def test_after_it_was_withdrawn_only_the_persons_words_are_left_of_what_may_hold_cells() -> None:
    session = with_a_turn_that_saw(SEEN).and_then(WithdrawDisclosure()).state
    told = as_a_model_may_know(session)
    assert "call them by their full names" in str(told.conversation)
    assert "Bob" not in str((told.conversation, told.tree))
    assert "Bob" in str(session.tree)


def test_what_was_made_without_any_cell_stays_known() -> None:
    session = with_a_turn_that_saw(CALL).and_then(WithdrawDisclosure()).state
    assert as_a_model_may_know(session) == session
