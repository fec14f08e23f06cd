"""What people say under load, in the built-in planner's words, and how their requests are named."""

MESSAGES = (
    "trim spaces in Island and Sex",
    "make Sex upper case",
    "drop rows with missing Sex",
    "fill missing Body Mass (g) with the median",
    "sort by Island",
)
"""The first five; then they go back to the node after the second."""

BETTER = "convert Island to title case"
"""What is said after that."""

POST = "POST message"
