"""The profile of a table, by the name that its callers know it by."""

from infrastructure.tabular.profile import profile_of

__all__ = ["profile_of"]
