"""Numbers in a command that columns are called by as well."""

from infrastructure.llm.planner.phrases.formulas import number_or_column
from infrastructure.llm.planner.phrases.patterns import Said
from infrastructure.llm.planner.reading.tokens import Kind


def refuse_named_number(said: Said) -> None:
    """Raise Question at "subtract 2020 from price" where a column is called 2020.

    Not at "multiply 2020 by 2", which changes that column.
    """
    reader = said.reader
    names = {*reader.shape.column_names} - {*said.get("columns", ())}
    for token in reader.tokens[reader.start : reader.position]:
        if token.kind is Kind.NUMBER and token.text in names and not said.says("column"):
            raise number_or_column(token.text)
