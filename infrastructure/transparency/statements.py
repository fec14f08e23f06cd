"""Statements in the name of the log, as C2SP signed notes."""

from infrastructure.transparency.keys import SigningKey
from infrastructure.transparency.notes import signed_text


class StatementSigner:
    """Implements the port `Signer` with the key that signs checkpoints.

    Whoever makes up the text sees to it that it is not taken for a checkpoint.
    """

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def signed(self, text: str) -> str:
        return signed_text(text, self._key)
