"""Cells of delimited text as they stand there, without anything that types need."""

from infrastructure.tabular.raw_text import NotDelimitedText, write_cells

__all__ = ["NotDelimitedText", "write_cells"]
