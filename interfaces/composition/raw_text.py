"""Cells of delimited text as they stand there, without anything that types need."""

from infrastructure.tabular.raw_text import write_cells

__all__ = ["write_cells"]
