"""What phrases of a message mean: values, conditions, formulas, and patterns made of them."""
