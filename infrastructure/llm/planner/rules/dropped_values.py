"""Values that are to be removed: their rows, or only the cells?"""

from domain.actions import Action
from domain.plan import Choice
from infrastructure.llm.planner.phrases.new_cells import said_of
from infrastructure.llm.planner.phrases.patterns import Said, by_patterns
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.question import Question
from infrastructure.llm.planner.reading.tokens import quotation

_DROP = f"({'|'.join(words.DROP)}) [all|any]"


@by_patterns(
    f"{_DROP} {{column}} (that|which) [is|are] {{predicate}}",
    f"{_DROP} (invalid|malformed) {{column}} [address|addresses]",
)
def ask_rows_or_cells(said: Said) -> tuple[Action, ...] | None:
    """Ask what is to go of "remove emails that are invalid"."""
    reader, name, predicate = said.reader, said["column"], said.get("predicate")
    if predicate is None:
        told = "is invalid"
    elif said_of(reader, predicate, name) is None:
        return None
    else:
        told = reader.text(predicate.start, predicate.end)
        if reader.tokens[predicate.start - 1].word in {"is", "are"}:
            told = f"is {told}"
    before, after = reader.text_around(reader.start, reader.position)
    quoted = quotation(name)
    raise Question(
        f"Should the rows go where {name} {told}, or should only the cells become empty?",
        (
            Choice(label="rows", message=f"{before}drop rows where {quoted} {told}{after}"),
            Choice(label="cells", message=f"{before}blank out {quoted} if it {told}{after}"),
        ),
    )


RULES = (ask_rows_or_cells,)
