"""The decider: the whole write side of a stream as two pure functions and a first state.

After Jérémy Chassaing, "Functional Event Sourcing Decider" (2021).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar

C = TypeVar("C")
E = TypeVar("E")
S = TypeVar("S")


@dataclass(frozen=True)
class Decider(Generic[C, E, S]):
    """`decide` says what a command makes happen, `evolve` what an event makes of the state.

    `decide` raises a domain error when a command is refused, and returns no events when what it
    asks for has already happened.
    """

    decide: Callable[[S, C], Sequence[E]]
    evolve: Callable[[S, E], S]
    initial: S

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after `events`, starting from `state` or from the first one."""
        return reduce(self.evolve, events, self.initial if state is None else state)
