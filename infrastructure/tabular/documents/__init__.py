"""JSON, Parquet and Arrow: files that name their columns."""
