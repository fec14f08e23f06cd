"""Whether a language model may see cells of the session's tables: not unless a person says so."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from domain.session.commands import AllowDisclosure, WithdrawDisclosure
from domain.session.errors import SampleRowsRefused, SessionIsClosed, SubjectErased
from domain.session.events import DisclosureAllowed, DisclosureWithdrawn, SessionEvent
from domain.session.state import Session

MOST_SAMPLE_ROWS = 20
WITHHELD = "(withheld: it may hold cells, which are not to be shown any more)"
"""What a model is told of a reply that was given while cells were shown."""


def decide_consent(
    session: Session, command: AllowDisclosure | WithdrawDisclosure
) -> Sequence[SessionEvent]:
    """What is allowed from now on, unless it is already. A closed session asks no model."""
    match command:
        case AllowDisclosure(rows=rows):
            if session.closed:
                raise SessionIsClosed
            if session.erased:
                raise SubjectErased
            if not 1 <= rows <= MOST_SAMPLE_ROWS:
                raise SampleRowsRefused(rows, MOST_SAMPLE_ROWS)
            return () if rows == session.sample_rows else (DisclosureAllowed(rows=rows),)
        case WithdrawDisclosure():
            ended = session.closed or session.sample_rows == 0
            return () if ended else (DisclosureWithdrawn(),)


def as_a_model_may_know(session: Session) -> Session:
    """The session without what may hold cells, unless they may be shown.

    Once a model has seen cells, replies, plans and code can repeat them, also later ones that tell
    of earlier work. Of those only what persons wrote is left when the consent is withdrawn.
    """
    if session.sample_rows or not session.cells_shown:
        return session
    nodes = {
        node_id: replace(node, snippets=(), steps=())
        for node_id, node in session.tree.nodes.items()
    }
    return replace(
        session,
        conversation=tuple(
            replace(exchange, reply=WITHHELD, plan=None, snippets=())
            for exchange in session.conversation
        ),
        tree=replace(session.tree, nodes=MappingProxyType(nodes)),
    )
