"""Rows of which nothing is said: "loans over 100", "uninsured patients"."""

from domain.actions import Action
from domain.plan import Choice
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading.question import Question

_TELLING = "[where|with|whose|that|which|who|having]"


@by_patterns(
    f"[all] {{rows}} {_TELLING} {{condition}}",
    "[all] {flagged}",
    "{condition}",
)
def ask_what_to_do(said: Said) -> tuple[Action, ...] | None:
    """Ask what is to be done with them, if the message says no more."""
    reader, end = said.reader, said.reader.position
    whole = reader.take_end_of_clause() and reader.token() is None
    reader.position = end
    if not (whole and reader.fresh):
        return None
    rows = reader.text(reader.start, end)
    named = "condition" not in said or "rows" in said or said.says("where")
    where = rows if named else f"rows where {rows}"
    raise Question(
        f"What should be done with {rows!r}?",
        tuple(
            Choice(label=f"{verb} them", message=f"{verb} {where}")
            for verb in ("keep", "drop", "show")
        ),
    )


RULES = (ask_what_to_do,)
