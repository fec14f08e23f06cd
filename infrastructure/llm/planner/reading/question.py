"""A question back to the person who wrote the message."""

from domain.plan import Choice


class Question(Exception):
    """The message is clear enough to ask back, and not to act. The text is the reply.

    `choices` are the messages that would have been clear.
    """

    def __init__(self, reply: str, choices: tuple[Choice, ...] = ()) -> None:
        super().__init__(reply)
        self.choices = choices
