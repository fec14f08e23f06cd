"""What can be wrong with an event on its way into or out of the log. No message quotes a value."""

from application.ports.event_log import EventUnreadable


class UnencodableEvent(Exception):
    """The event cannot be recorded without loss; nothing was. The message says where and why."""


class UnreadableEvent(EventUnreadable):
    """Recorded bytes are not an event of their type. The message says where and why."""


class KeysNotGiven(Exception):
    """A codec that was made without keys met an event that names a person: a defect of wiring."""

    def __init__(self, event_type: str) -> None:
        super().__init__(
            f"the codec was made without subject keys, so it can neither seal nor open what an "
            f"event {event_type!r} says of a person: give it the keys"
        )


class UnknownEventType(UnreadableEvent):
    """This code does not know the type, or not in this version: a newer Datatrail wrote it."""

    def __init__(self, event_type: str, schema_version: int) -> None:
        super().__init__(
            f"the log holds an event {event_type!r} of version {schema_version}, which this "
            "Datatrail cannot read: update Datatrail"
        )
        self.event_type = event_type
        self.schema_version = schema_version
