"""Delimited text: its encoding, its layout, and all of its cells."""
