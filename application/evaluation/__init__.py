"""Scoring a model on cases: a table, what is said of it, and what is to come of that."""
