"""A message read word by word: tokens, numbers, the names of columns."""
