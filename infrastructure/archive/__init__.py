"""Archived events: Parquet files in object storage."""
