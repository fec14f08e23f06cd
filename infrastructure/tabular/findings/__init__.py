"""What is wrong in a table that takes more than a look at each column by itself."""
