"""What is left of a session when the texts in it were erased: the tables and their tree."""

from dataclasses import replace

from domain.session.state import Session
from domain.session.tree import without_snippets

ERASED = "erased"
"""What an erased text reads as."""

ERASURE_REASON = "personal_data_erased"
ERASURE_DETAIL = (
    "The personal data of this session was erased, and with it what this task was to do. "
    "The table is unchanged."
)
"""How the erasure ends a task; says nothing of any person."""


def forget(session: Session) -> Session:
    """The session without any text that a person gave or that was made from one.

    The state is the same whether the events before were folded with their texts or erased.
    """
    dataset = session.dataset
    if dataset is not None:
        dataset = replace(dataset, file_name=ERASED, parse=replace(dataset.parse, sheet=None))
    return replace(
        session,
        erased=True,
        dataset=dataset,
        tree=without_snippets(session.tree),
        conversation=(),
    )
