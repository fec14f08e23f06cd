"""What is left of a session when the texts in it were erased: the tables and their tree."""

from dataclasses import replace
from types import MappingProxyType

from domain.dataset import Dataset
from domain.session.state import Session, Upload
from domain.session.tree import without_texts

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
    readings = {node_id: _without_texts(reading) for node_id, reading in session.readings.items()}
    return replace(
        session,
        erased=True,
        dataset=session.dataset and _nameless(session.dataset),
        readings=MappingProxyType(readings),
        tree=without_texts(session.tree),
        conversation=(),
        sample_rows=0,
        proposals=MappingProxyType({}),
        cells_shown=False,
        said=(),
        new_names=(),
    )


def _without_texts(reading: Upload) -> Upload:
    report = reading.report and replace(reading.report, findings=(), repairs=(), doubts=())
    return replace(reading, dataset=_nameless(reading.dataset), report=report)


def _nameless(dataset: Dataset) -> Dataset:
    given = replace(dataset.parse.interpretation, missing=None)
    parse = replace(dataset.parse, sheet=None, member=None, interpretation=given)
    return replace(dataset, file_name=ERASED, parse=parse)
