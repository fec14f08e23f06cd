"""An event as the JSON object that clients are given."""

from pydantic_core import to_json

from application.ports.event_log import RecordedEvent

# JSON may hold them as they are, but many readers of lines end a line at each.
_LINE_BREAKS = {each.encode(): f"\\u{ord(each):04x}".encode() for each in "\u0085\u2028\u2029"}


def event_document(recorded: RecordedEvent) -> bytes:
    """The event on one line, its payload as today's code reads it: what was erased says so.

    The bytes that the hash covers are those of the log; an audit bundle holds them.
    """
    metadata = recorded.metadata
    document = to_json(
        {
            "position": recorded.position,
            "version": recorded.version,
            "type": recorded.type,
            "schema_version": recorded.schema_version,
            "event_id": metadata.event_id,
            "recorded_at": metadata.recorded_at,
            "actor": metadata.actor,
            "correlation_id": metadata.correlation_id,
            "causation_id": metadata.causation_id,
            "trace_id": metadata.trace_id,
            "hash": recorded.hash.hex(),
            "payload": recorded.event,
        }
    )
    for line_break, escaped in _LINE_BREAKS.items():
        document = document.replace(line_break, escaped)
    return document
