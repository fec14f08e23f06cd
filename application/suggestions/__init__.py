"""What could be mended in a table, and how."""
