"""How a task ends that nobody wants any more."""

CANCELLED_REASON = "cancelled"
CANCELLED_DETAIL = "It was cancelled. The table is unchanged."
