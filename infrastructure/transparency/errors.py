"""What can be wrong with a key or a signed note."""


class SigningKeyUnusable(Exception):
    """The key for checkpoints is missing or is none; the message says what to do. Never the key."""


class NoteInvalid(Exception):
    """A signed checkpoint is malformed, or its signature is not of the key that it must be of."""
