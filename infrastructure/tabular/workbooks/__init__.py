"""Workbooks: Excel's formats and ODS."""
