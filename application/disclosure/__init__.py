"""What a language model may see of a table, and the record of what it was sent."""
