"""What may come of a message."""

from enum import StrEnum


class Mode(StrEnum):
    """AUTO does what was asked. PROPOSE works it out, and a person decides whether it is done.
    ASK only answers: whatever was planned or executed, the table and the pointer stay."""

    AUTO = "auto"
    PROPOSE = "propose"
    ASK = "ask"
