"""Snapshots: shared columns, digests, pages, diffs, and what is left over."""
