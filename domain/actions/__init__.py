"""The typed actions: a whitelist of transformations, each compiled to readable pandas code."""

from domain.actions.vocabulary import Action

__all__ = ["Action"]
