"""White space around a value: text keeps it, other types do not see it.

Apart from the readings, for whoever does without Polars, which takes long to import.
"""

PADDING = " \t\r\n\u00a0\u2007\u2009\u202f\u3000\ufeff"
