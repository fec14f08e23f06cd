"""What the cells of a column of text are, decided on all of them."""
