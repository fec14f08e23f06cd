"""Snapshots of nodes: shared columns, digests, pages and differences."""
