"""Databases to write gaps into."""

from tests.contracts.conftest import log_database, migrated_template

__all__ = ["log_database", "migrated_template"]
