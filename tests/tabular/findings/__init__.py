"""What is wrong in tables, found by their values."""
