"""Words of models and parsers as sentences."""


def ended(reason: str) -> str:
    """The reason with a full stop; models leave it out."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."
