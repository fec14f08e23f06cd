"""What is in a table, one column at a time: types, roles, gaps, values, and what is wrong."""

from infrastructure.tabular.profile.column import PROFILE_VERSION, column_profile
from infrastructure.tabular.profile.table import profile_of, table_profile

__all__ = ["PROFILE_VERSION", "column_profile", "profile_of", "table_profile"]
