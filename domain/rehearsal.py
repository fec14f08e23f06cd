"""How a snippet did on a sample of the table that it is meant for."""

from dataclasses import dataclass

from domain.assertions import Assertion
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The sample before and after, in counts; `whole`: it is all of the table.

    `after` is None where the code left no table of the sample though it may do well with the whole
    table, as where it asks for a row that the sample lacks; `failure` says why, without a cell.
    """

    before: TableShape
    after: TableShape | None = None
    whole: bool = False
    failure: str | None = None
    assertions: tuple[Assertion, ...] = ()
