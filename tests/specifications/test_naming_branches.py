"""People name branches; the branch stays the same, and nothing in the tree moves."""

import pytest

from domain.session.commands import CloseSession, ErasePersonalData, NameBranch
from domain.session.errors import BranchNameTaken, BranchUnknown, SessionIsClosed, SubjectErased
from domain.session.events import BranchNamed
from tests.specifications.given import with_table

READY = with_table()
NAMED = READY.and_then(NameBranch(branch="main", name="cleaned"))


def test_a_branch_is_named_and_named_again() -> None:
    READY.when(NameBranch(branch="main", name="cleaned")).then(
        BranchNamed(branch="main", name="cleaned")
    )
    NAMED.when(NameBranch(branch="main", name="cleaned")).then_nothing()
    NAMED.when(NameBranch(branch="main", name="main")).then(BranchNamed(branch="main", name="main"))
    assert NAMED.state.tree.names == {"main": "cleaned"}
    assert NAMED.state.tree.pointer == READY.state.tree.pointer


def test_a_branch_that_there_is_not_has_no_name() -> None:
    READY.when(NameBranch(branch="branch-2", name="other")).refused_with(BranchUnknown)


@pytest.mark.parametrize("name", ["branch-2", "branch-17"])
def test_no_name_is_given_that_a_branch_may_get_by_itself(name: str) -> None:
    READY.when(NameBranch(branch="main", name=name)).refused_with(BranchNameTaken)


def test_no_branch_of_a_closed_or_erased_session_is_named() -> None:
    naming = NameBranch(branch="main", name="other")
    NAMED.and_then(CloseSession()).when(naming).refused_with(SessionIsClosed)
    erased = NAMED.and_then(ErasePersonalData())
    erased.when(naming).refused_with(SubjectErased)
    assert erased.state.tree.names == {}
