"""How log lines look."""

from infrastructure.telemetry import configure_logging

__all__ = ["configure_logging"]
