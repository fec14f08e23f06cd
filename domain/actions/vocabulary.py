"""Every typed action, one frozen dataclass each."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class DropMissing:
    """Drop the rows with a missing value in any (or all) of the columns; no columns means every one."""

    kind: Literal["drop_missing"] = "drop_missing"
    columns: tuple[str, ...] = ()
    how: Literal["any", "all"] = "any"


Action = DropMissing
