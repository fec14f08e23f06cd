"""The readers of tables, beside their contract."""
