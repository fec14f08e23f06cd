"""Questions about the table as a whole: what is in it, how big it is, which columns it has."""

from application.ports.language_model import Briefing
from domain.actions.errors import PLURALS
from domain.plan import Intent, Plan
from domain.table import TableShape
from infrastructure.llm.planner.phrases.pattern_places import compiled
from infrastructure.llm.planner.phrases.patterns import fits
from infrastructure.llm.planner.reading import words
from infrastructure.llm.planner.reading.reader import Reader

_SHOW = "[(show|list|tell|give|print|display|see) [me|us] [about]]"
_TABLE = "(table|data|dataset|data set|file|sheet|spreadsheet|dataframe|data frame|it|here|there)"
_COLUMN = "(column|columns|field|fields|variable|variables|headers)"
_TYPE = "(type|types|data types|dtypes)"
_ARE = "(is|are|exist)"
_HAVE = "(have|has|contain|contains|hold|holds)"
_OVERVIEWS = compiled(
    # Of the columns.
    f"{_SHOW} {_COLUMN}",
    f"{_SHOW} (column|field) (names|{_TYPE})",
    f"(what|which) {_COLUMN} ({_ARE} [there] [in {_TABLE}]|(do|does) (i|we|{_TABLE}) {_HAVE})",
    f"what (is|are) {_COLUMN} [called|names] [(in|of) {_TABLE}]",
    f"{_SHOW} [what (is|are)] (names|{_TYPE}) of {_COLUMN}",
    f"what (is|are) (column|field) (names|{_TYPE})",
    f"(what|which) {_TYPE} (do|does|is|are) {_COLUMN} [have|of]",
    f"{_SHOW} (schema|info)",
    # Of all of it.
    f"{_SHOW} (what|whats|what's) [is|does|do] [in|inside] {_TABLE} [is|in|{_HAVE}]",
    f"what [(kind|sort) of] {_TABLE} (is|are) (this|that|it|these|there)",
    "what (have|did) (i|we) (upload|uploaded|get|got|have|load|loaded)",
    f"what (is|are) {_TABLE} [(all|mainly)] about",
    f"(tell|explain|show) [me|us] [(more|something)] about {_TABLE}",
    f"explain {_TABLE}",
    f"how (big|large|long|wide) is {_TABLE}",
    f"what is (size|shape|structure) of {_TABLE}",
)
_SHOWN = 60


def read_overview(briefing: Briefing, reader: Reader) -> Plan | None:
    """An answer, if the whole message asks what the table is."""
    reader.skip(*words.NOISE_BEFORE, ",")
    if not fits(reader, _OVERVIEWS):
        return None
    told = _told(briefing.shape)
    return Plan(intent=Intent.ANSWER, summary="Tell size and columns", reply=told)


def _told(shape: TableShape) -> str:
    """The size, and every name with its type and gaps; of very many the first."""
    told = [
        f"{column.name} ({PLURALS[column.type]}"
        + (f", {column.nulls} missing)" if column.nulls else ")")
        for column in shape.columns[:_SHOWN]
    ]
    more = len(shape.columns) - len(told)
    rest = f" and {more} more" if more > 0 else ""
    return (
        f"The table has {shape.rows:,} rows and {len(shape.columns)} columns: "
        f"{', '.join(told)}{rest}. For figures of each column, say: describe the data."
    )
