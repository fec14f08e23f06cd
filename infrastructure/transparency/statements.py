"""Statements in the name of the log, as C2SP signed notes."""

import base64

from infrastructure.transparency.keys import SigningKey


class StatementSigner:
    """Implements the port `Signer` with the key that signs checkpoints.

    Whoever makes up the text sees to it that it is not taken for a checkpoint.
    """

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def signed(self, text: str) -> str:
        signature = self._key.verifier.key_id + self._key.sign(text.encode())
        return f"{text}\n— {self._key.verifier.origin} {base64.b64encode(signature).decode()}\n"
