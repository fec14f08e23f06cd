"""Events become canonical bytes and come back the same, today and in every later version."""

import dataclasses
import json
import math
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
import rfc8785
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from application.ports.event_log import Metadata
from domain.actions import Comparison, FilterRows, Not
from domain.actions.conditions import Condition
from domain.execution import Usage
from domain.plan import Intent, ModelCall, Plan, Step
from domain.session.events import MessagePosted, PlanMade, SessionEvent, SnippetFailed
from infrastructure.events.codec import (
    CURRENT_VERSIONS,
    UPCASTERS,
    EncodedEvent,
    EventCodec,
    decode_metadata,
    encode_metadata,
)
from infrastructure.events.errors import (
    UnencodableEvent,
    UnknownEventType,
    UnreadableEvent,
)
from infrastructure.events.json_values import dump
from infrastructure.events.personal_fields import PERSONAL_FIELDS
from tests.fakes import InMemorySubjectKeys
from tests.golden.events.examples import EVENT, EXAMPLES, SESSION, SUBJECT

GOLDEN = Path(__file__).parent.parent / "golden" / "events"
EVENT_TYPES = get_args(SessionEvent)

_CALL = ModelCall(model="m", prompt_digest="d", prompt_bytes=1)


KEYS = InMemorySubjectKeys()
KEYS.keys[SUBJECT] = bytes(range(32))


def encode(event: SessionEvent, codec: EventCodec | None = None) -> EncodedEvent:
    """The record of the event as one of the golden files' session."""
    return (codec or EventCodec(KEYS)).encode(
        event, event_id=EVENT, session_id=SESSION, subject_id=SUBJECT
    )


def decode(encoded: EncodedEvent) -> SessionEvent:
    return read(encoded.type, encoded.schema_version, encoded.payload)


def read(
    event_type: str, version: int, payload: bytes, codec: EventCodec | None = None
) -> SessionEvent:
    """What the bytes say as an event of the golden files' session."""
    return (codec or EventCodec(KEYS)).decode(
        event_type, version, payload, event_id=EVENT, session_id=SESSION
    )


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value in the event by its path; of those that hold others, their type."""
    if dataclasses.is_dataclass(value):
        parts = {f".{f.name}": getattr(value, f.name) for f in dataclasses.fields(value)}
    elif isinstance(value, tuple):
        parts = {f"({i})": item for i, item in enumerate(value)}
    elif isinstance(value, dict):
        parts = {f"[{key!r}]": item for key, item in value.items()}
    else:
        return {path: value}
    here = {path: type(value)}
    return here | {
        at: leaf for name, part in parts.items() for at, leaf in leaves(part, path + name).items()
    }


def exactly(event: Any) -> dict[str, str]:
    """Unlike ==, repr tells 1 from 1.0 and True, and 0.0 from -0.0."""
    return {path: repr(leaf) for path, leaf in leaves(event).items()}


def plan_with(*values: Any) -> PlanMade:
    where = Comparison(column="a", operator="in", values=values)
    return plan_filtered_by(where)


def plan_filtered_by(where: Condition) -> PlanMade:
    step = Step(description="filter", actions=(FilterRows(where=where),))
    plan = Plan(intent=Intent.TRANSFORM, summary="s", steps=(step,))
    return PlanMade(task_id=uuid4(), plan=plan, call=_CALL)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
@given(data=st.data())
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_every_event_survives_its_encoding(event_type: type[Any], data: st.DataObject) -> None:
    event = data.draw(st.from_type(event_type))
    if any(isinstance(leaf, float) and not math.isfinite(leaf) for leaf in leaves(event).values()):
        with pytest.raises(UnencodableEvent):
            encode(event)
        return
    encoded = encode(event)
    decoded = decode(encoded)
    assert exactly(decoded) == exactly(event)
    assert encode(decoded) == encoded


@given(metadata=st.from_type(Metadata))
def test_metadata_survives_its_encoding_as_an_instant_in_utc(metadata: Metadata) -> None:
    in_utc = dataclasses.replace(metadata, recorded_at=metadata.recorded_at.replace(tzinfo=UTC))
    assert decode_metadata(encode_metadata(in_utc)) == in_utc


def test_a_time_with_an_offset_is_recorded_in_utc() -> None:
    at = datetime(2024, 5, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    metadata = Metadata(event_id=uuid4(), actor="a", recorded_at=at, correlation_id=uuid4())
    assert b'"recorded_at":"2024-05-01T12:00:00.000000Z"' in encode_metadata(metadata)


def test_a_time_without_a_zone_is_refused() -> None:
    at = datetime(2024, 5, 1)  # noqa: DTZ001 - the naive time that must be refused
    metadata = Metadata(event_id=uuid4(), actor="a", recorded_at=at, correlation_id=uuid4())
    with pytest.raises(UnencodableEvent, match="time zone"):
        encode_metadata(metadata)


@pytest.mark.parametrize(
    "value", [1, 1.0, -0.0, True, "1", None, 2**53 - 1, 2**53, -(2**80), 1e20, 1e21, 1e300, 5e-324]
)
def test_a_value_in_an_action_keeps_its_type_and_every_digit(value: Any) -> None:
    decoded = decode(encode(plan_with(value)))
    assert repr(decoded).count(f"values=({value!r},)") == 1


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_json_cannot_hold_is_refused(value: float) -> None:
    with pytest.raises(UnencodableEvent):
        encode(plan_with(value))
    with pytest.raises(UnencodableEvent):
        encode(
            SnippetFailed(
                task_id=uuid4(),
                step=0,
                attempt=1,
                outcome="o",
                detail="d",
                usage=Usage(wall_seconds=value),
            )
        )


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    # Of floats and foreign keys there are few: one of them changes how the whole is written.
    | st.sampled_from([0.5, 1e-7, 1e16]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=0x7F)), inner, max_size=4)
        | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(document=_JSON)
@example(document={"\ue000": 1, "\U0001f600": 2})
@example(document="".join(map(chr, range(0x20))) + '\x7f"\\/\u2028')
def test_every_document_is_written_as_rfc_8785_says(document: Any) -> None:
    assert dump(document, "a document") == rfc8785.dumps(document)


def test_text_with_an_unpaired_surrogate_is_refused() -> None:
    with pytest.raises(UnencodableEvent, match="surrogate"):
        encode(MessagePosted(task_id=uuid4(), text="half of an emoji: \ud83d"))


def test_an_event_that_could_not_be_read_back_is_refused() -> None:
    task_id: Any = "not an id"
    with pytest.raises(UnencodableEvent, match=r"\.task_id"):
        encode(MessagePosted(task_id=task_id, text="hello"))


def test_conditions_may_be_nested_deeply_and_are_refused_when_too_deep() -> None:
    condition: Condition = Comparison(column="a", operator="is_missing")
    for _ in range(60):
        condition = Not(condition=condition)
    event = plan_filtered_by(condition)
    assert decode(encode(event)) == event
    for _ in range(20_000):
        condition = Not(condition=condition)
    with pytest.raises(UnencodableEvent, match="nested too deeply"):
        encode(plan_filtered_by(condition))


def test_an_event_of_an_unknown_type_or_version_is_named() -> None:
    with pytest.raises(UnknownEventType, match="'Forgotten' of version 1"):
        read("Forgotten", 1, b"{}")
    with pytest.raises(UnknownEventType, match="'MessagePosted' of version 99"):
        read("MessagePosted", 99, b"{}")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b"NaN",
        b"{}",
        b'{"task_id":"0192a1b0-0000-7000-8000-000000000002","text":1}',
        b'{"task_id":"0192a1b0-0000-7000-8000-000000000002","text":"t","more":1}',
        b'{"task_id":{"$int":"x"},"text":"t"}',
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_no_event_are_refused(payload: bytes) -> None:
    with pytest.raises(UnreadableEvent):
        read("MessagePosted", 1, payload)


def test_an_older_version_is_brought_up_step_by_step() -> None:
    codec = EventCodec(
        KEYS,
        versions={"MessagePosted": 3},
        upcasters={
            ("MessagePosted", 1): lambda old: {"task": old["task"], "body": old["words"]},
            ("MessagePosted", 2): lambda old: {"task_id": old["task"], "text": old["body"]},
        },
    )
    task = UUID("0192a1b0-0000-7000-8000-000000000002")
    first = json.dumps({"task": str(task), "words": "hello"}).encode()
    second = json.dumps({"task": str(task), "body": "hello"}).encode()
    expected = MessagePosted(task_id=task, text="hello")
    assert read("MessagePosted", 1, first, codec) == expected
    assert read("MessagePosted", 2, second, codec) == expected
    assert encode(expected, codec).schema_version == 3


@pytest.mark.parametrize(("event_type", "version"), EXAMPLES)
def test_every_version_ever_written_is_read_as_it_was_meant(event_type: str, version: int) -> None:
    expected = exactly(EXAMPLES[event_type, version])
    clear = (GOLDEN / f"{event_type}.v{version}.json").read_bytes()
    assert exactly(read(event_type, version, clear)) == expected
    sealed = GOLDEN / f"{event_type}.v{version}.sealed.json"
    if sealed.exists():
        assert exactly(read(event_type, version, sealed.read_bytes())) == expected


@pytest.mark.parametrize("event_type", CURRENT_VERSIONS)
def test_an_event_is_recorded_as_the_same_bytes_as_ever(event_type: str) -> None:
    version = CURRENT_VERSIONS[event_type]
    sealed = GOLDEN / f"{event_type}.v{version}.sealed.json"
    written = sealed if sealed.exists() else GOLDEN / f"{event_type}.v{version}.json"
    assert encode(EXAMPLES[event_type, version]).payload == written.read_bytes()


def test_every_registered_version_has_golden_files_and_a_way_up() -> None:
    registered = {(t, v) for t, newest in CURRENT_VERSIONS.items() for v in range(1, newest + 1)}
    files = {(name, int(version[1:])) for name, version, *_ in _parts("*.json")}
    sealed = {(name, int(version[1:])) for name, version, *_ in _parts("*.sealed.json")}
    assert files == registered == set(EXAMPLES)
    # Version 1 was written before there was any sealing.
    assert sealed == set(PERSONAL_FIELDS) - {("SessionStarted", 1)}
    assert {(t, v) for t, v in registered if v < CURRENT_VERSIONS[t]} == set(UPCASTERS)


def _parts(pattern: str) -> list[list[str]]:
    return [path.name.split(".") for path in GOLDEN.glob(pattern)]
