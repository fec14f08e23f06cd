"""Suggestions for a table: what is wrong with it, what mends it, and what that would touch."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any
from uuid import UUID

from application.ports.findings import Finding, Findings
from application.ports.snapshots import Snapshots
from application.suggestions.remedies import remedy
from domain.actions import Action, Cast, InvalidAction, ParseDates, check_in_turn
from domain.plan import Step
from domain.session.events import Snapshot

_KEPT_TABLES = 32
_ID_CHARACTERS = 24
# Text is cleaned before it is read as something else, gaps are filled when all of them are known,
# and what goes as a whole goes last, so that nothing before it is in vain or in the way.
_ORDER = (
    *("control_characters", "padded", "inner_spaces", "blank", "missing_words"),
    *("variants", "near_duplicates", "unlike_pattern", "mixed_units"),
    *("text_of_number", "text_of_money", "text_of_percent", "text_of_boolean"),
    *("text_of_datetime", "date_formats", "dates_as_numbers", "placeholders"),
    *("not_finite", "unlikely_dates"),
    *("broken_dependency", "missing", "outliers", "duplicate_rows", "constant", "empty"),
)


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A finding, and the actions that mend it; without any, a person has to look.

    `id` is the same as long as it is about the same node. `rows` are those that are wrong, `share`
    is that of all rows, `cells` how many the actions would touch at the most.
    """

    id: str
    finding: Finding
    share: float
    actions: tuple[Action, ...]
    cells: int | None

    @property
    def step(self) -> Step:
        """The actions as a step of a plan."""
        said = "; ".join(action.describe() for action in self.actions)
        return Step(description=said, actions=self.actions)


class SuggestionUnknown(Exception):
    """The node has no suggestion of this id; perhaps another version of the table had."""

    def __init__(self, suggestion: str) -> None:
        super().__init__(
            f"The table has no suggestion {suggestion} now. Ask for its suggestions, and choose "
            "from them."
        )


class SuggestionsUnfit(Exception):
    """The chosen suggestions cannot be done, or not together."""


class Suggestions:
    """Makes suggestions. A version of a table never changes, so neither do those for it."""

    def __init__(self, snapshots: Snapshots, findings: Findings) -> None:
        self._snapshots = snapshots
        self._findings = findings
        self._found: OrderedDict[str, tuple[Sequence[Finding], Mapping[str, Any]]] = OrderedDict()
        self._lock = Lock()

    def for_node(self, node_id: UUID, table: Snapshot) -> Sequence[Suggestion]:
        """What could be mended in the node's table, what matters most first."""
        found, columns = self._looked_at(table)
        made = [_suggestion(node_id, each, columns, table) for each in found]
        return sorted(made, key=lambda each: (-each.finding.importance, each.id))

    def chosen(self, node_id: UUID, table: Snapshot, ids: Sequence[str]) -> Sequence[Suggestion]:
        """The suggestions of these ids, in the order in which they are to be done.

        Raises SuggestionUnknown, and SuggestionsUnfit when one has no action, or when what one does
        leaves nothing for another.
        """
        known = {each.id: each for each in self.for_node(node_id, table)}
        for each in ids:
            if each not in known:
                raise SuggestionUnknown(each)
            if not known[each].actions:
                raise SuggestionsUnfit(
                    f"The suggestion {each} has no action: {known[each].finding.mend}"
                )
        chosen = sorted(
            (known[each] for each in dict.fromkeys(ids)),
            key=lambda each: (_ORDER.index(each.finding.kind), each.id),
        )
        try:
            check_in_turn((action for each in chosen for action in each.actions), table.shape)
        except InvalidAction as error:
            raise SuggestionsUnfit(f"These cannot be done together: {error}") from error
        return chosen

    def _looked_at(self, table: Snapshot) -> tuple[Sequence[Finding], Mapping[str, Any]]:
        """The findings, and the profiles of the columns by name."""
        with self._lock:
            kept = self._found.get(table.address)
            if kept is not None:
                self._found.move_to_end(table.address)
                return kept
        profile = self._snapshots.profile(table)
        problems = [_finding(each) for each in profile["quality"]["problems"]]
        found = [*problems, *self._findings.look_closer(table, profile)]
        columns = {each["name"]: each for each in profile["columns"]}
        looked = [self._weighed(each, columns, table) for each in found], columns
        with self._lock:
            self._found[table.address] = looked
            if len(self._found) > _KEPT_TABLES:
                self._found.popitem(last=False)
        return looked

    def _weighed(self, finding: Finding, columns: Mapping[str, Any], table: Snapshot) -> Finding:
        """The finding, with what a cast or reading dates would make missing."""
        for action in remedy(finding, columns):
            if isinstance(action, ParseDates):
                unread = self._findings.unread(table, finding.columns[0], "datetime")
                return replace(finding, unread=unread)
            if isinstance(action, Cast) and action.to in {"number", "boolean"}:
                unread = self._findings.unread(table, finding.columns[0], action.to)
                return replace(finding, unread=unread)
        return finding


def _finding(problem: Mapping[str, Any]) -> Finding:
    """What the profile says of a column or the table."""
    return Finding(
        kind=problem["kind"],
        columns=() if problem["column"] is None else (problem["column"],),
        rows=problem["rows"],
        message=problem["message"],
        mend=problem["mend"],
        importance=problem.get("importance", 0.0),
    )


def _suggestion(
    node_id: UUID, finding: Finding, columns: Mapping[str, Any], table: Snapshot
) -> Suggestion:
    actions = remedy(finding, columns)
    try:
        check_in_turn(actions, table.shape)
    except InvalidAction:
        actions = ()
    named = {
        "node": str(node_id),
        "kind": finding.kind,
        "columns": finding.columns,
        "actions": [asdict(action) for action in actions],
    }
    canonical = json.dumps(named, sort_keys=True, ensure_ascii=True).encode()
    width = len(finding.columns) or len(table.shape.columns)
    return Suggestion(
        id=hashlib.sha256(canonical).hexdigest()[:_ID_CHARACTERS],
        finding=finding,
        share=min(1.0, finding.rows / max(1, table.shape.rows)),
        actions=actions,
        cells=finding.rows * width if actions else None,
    )
