"""Questions about something that no column holds: it is computed for the answer only."""

from dataclasses import dataclass
from typing import Literal

from domain.actions.check import check
from domain.actions.date_difference import DateDifference
from domain.actions.derive import Derive
from domain.actions.figures import TellFigure
from domain.actions.inquiry import Inquiry
from domain.actions.literals import literal_list
from domain.actions.lookups import ShowRows
from domain.actions.new_names import check_new_names
from domain.actions.outliers import HandleOutliers
from domain.actions.window import ComputeOverRows
from domain.table import TableShape


@dataclass(frozen=True, kw_only=True)
class AnswerOfComputed(Inquiry):
    """Answer a question as it would be answered once `computed` was done; the table stays.

    So the sum of price * quantity is told, the mean of the days between two dates, how many rows
    have an outlier, the mean of a column without its outliers, or the 3 first rows of each group.
    What is derived has a name that no column has. Rows that it chooses are shown without it.
    """

    kind: Literal["answer_of_computed"] = "answer_of_computed"
    computed: Derive | DateDifference | HandleOutliers | ComputeOverRows
    question: TellFigure | ShowRows

    def columns_named(self) -> tuple[str, ...]:
        made = set(self.computed.columns_changed())
        named = (*self.computed.columns_named(), *self.question.columns_named())
        own = (name for name in named if name not in made)
        return tuple(dict.fromkeys(own if self._adds() else named))

    def check(self, shape: TableShape) -> None:
        if isinstance(self.computed, Derive):
            check_new_names((self.computed.new,), shape.column_names)
        check(self.computed, shape)
        check(self.question, self.computed.shape_after(shape))

    def code(self) -> str:
        shown = ""
        if self._only_chooses():
            made = literal_list(self.computed.columns_changed())
            shown = f"\nresult = result.drop(columns={made})"
        return (
            "table, df = df, df.copy(deep=False)  # what is added is for the answer only\n"
            f"{self.computed.code()}\n{self.question.code()}{shown}\ndf = table"
        )

    def asked(self) -> str:
        if not isinstance(self.computed, HandleOutliers):
            return self.question.asked()
        done = self.computed.describe()
        return f"{self.question.asked()} ({done[0].lower()}{done[1:]})"

    def _adds(self) -> bool:
        return not isinstance(self.computed, HandleOutliers) or self._flags()

    def _only_chooses(self) -> bool:
        """Whether what is computed says which rows are shown, and nothing to look at."""
        shows = isinstance(self.question, ShowRows) and not self.question.columns
        return shows and self._adds() and self.question.where is not None

    def _flags(self) -> bool:
        return isinstance(self.computed, HandleOutliers) and self.computed.treatment == "flag"
