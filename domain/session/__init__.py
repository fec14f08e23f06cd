"""A session: a conversation over the versions of a dataset, as one stream of events."""

from domain.decider import Decider
from domain.session.commands import SessionCommand
from domain.session.decide import decide
from domain.session.events import SessionEvent
from domain.session.evolve import evolve
from domain.session.state import Session

session_decider: Decider[SessionCommand, SessionEvent, Session] = Decider(
    decide=decide, evolve=evolve, initial=Session()
)

__all__ = ["Session", "SessionCommand", "SessionEvent", "session_decider"]
