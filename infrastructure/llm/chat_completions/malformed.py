"""A reply that is not what was asked for."""


class MalformedReply(Exception):
    """`reason` completes "the reply was not usable: …" for people and holds nothing of the reply
    or the prompt; `correction` tells the model what to mend.
    """

    def __init__(self, reason: str, correction: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.correction = correction
