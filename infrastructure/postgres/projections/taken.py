"""Which events a fold takes: the relation `taken`, for an append and for a rebuild."""

from collections.abc import Iterable

from infrastructure.events.codec import CURRENT_VERSIONS
from infrastructure.postgres.tables import READ_MODELS

UNKNOWN_EVENT = "DT001"
"""The SQLSTATE that read_models.refuse_unknown_event raises."""

_COLUMNS = """
e.session_id, e.version, e.type, e.task_id, e.node_id, e.parent_id, e.branch, e.subject_id,
e.recorded_at
"""


def known_events() -> list[str]:
    """Every type and version of an event that this code can read, as ``Type/version``."""
    return [
        f"{name}/{version}"
        for name, newest in sorted(CURRENT_VERSIONS.items())
        for version in range(1, newest + 1)
    ]


def of_ids(known: Iterable[str], *, after: int, until: int) -> str:
    """The events whose id is in (after, until]. Unknown ones raise UNKNOWN_EVENT."""
    # Numbers and no parameters: a plan for any range would be one for a small range.
    return f"""
    SELECT {_COLUMNS} FROM public.events e
    WHERE e.id > {int(after)} AND e.id <= {int(until)} AND {_known_or_refused(known)}
    """  # noqa: S608 - made of the registry's names


def of_sessions(known: Iterable[str]) -> str:
    """The events of `session_ids` that are not taken. Unknown ones raise UNKNOWN_EVENT."""
    # OFFSET 0 keeps the lookup by session a lookup, however few events the planner believes in.
    return f"""
    SELECT e.* FROM (SELECT DISTINCT unnest(session_ids)) AS appended (session_id)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM public.events e
        WHERE e.session_id = appended.session_id
            AND e.version > coalesce((
                SELECT s.version FROM {READ_MODELS}.sessions s
                WHERE s.session_id = appended.session_id
            ), 0)
            AND {_known_or_refused(known)}
        OFFSET 0
    ) AS e
    """  # noqa: S608 - made of the registry's names


def _known_or_refused(known: Iterable[str]) -> str:
    """True for an event of a known type and version; raises for any other."""
    types: dict[str, list[str]] = {}
    for each in known:
        name, _, version = each.rpartition("/")
        types.setdefault(version, []).append(f"'{name}'")
    cases = " ".join(
        f"WHEN {int(version)} THEN e.type = ANY (ARRAY[{', '.join(names)}])"
        for version, names in types.items()
    )
    refuse = f"{READ_MODELS}.refuse_unknown_event"
    return (
        f"(CASE e.schema_version {cases} ELSE false END"
        f" OR {refuse}(e.session_id, e.version, e.type, e.schema_version))"
    )
