"""Messy files in, Parquet snapshots, descriptions, profiles, pages and exports out."""
