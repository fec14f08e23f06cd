"""What an event says of a person is sealed, opens with its subject's key, and can be erased."""

import dataclasses
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from application.ports.subject_keys import SubjectKeyMissing, SubjectKeysUnavailable
from domain.plan import Intent, ModelCall, Plan, Step
from domain.session.events import (
    MessagePosted,
    PlanMade,
    PointerCause,
    PointerMoved,
    SessionEvent,
    SessionStarted,
    TurnCompleted,
)
from infrastructure.events.codec import CURRENT_VERSIONS, EncodedEvent, EventCodec
from infrastructure.events.errors import KeysNotGiven, UnencodableEvent, UnreadableEvent
from infrastructure.events.personal_fields import PERSONAL_FIELDS, PUBLIC_TEXTS
from infrastructure.events.sealing import session_key
from tests.fakes import InMemorySubjectKeys
from tests.golden.events.examples import EXAMPLES

EVENT, SESSION, SUBJECT = (UUID(int=number) for number in (1, 2, 3))
CLASSES = {cls.__name__: cls for cls in get_args(SessionEvent)}
PERSONAL = [name for name in CLASSES if (name, CURRENT_VERSIONS[name]) in PERSONAL_FIELDS]
SAID = MessagePosted(task_id=UUID(int=4), text="Call Ann on 555-0100")


def encode(
    event: SessionEvent,
    keys: InMemorySubjectKeys | None,
    *,
    event_id: UUID = EVENT,
    session_id: UUID = SESSION,
) -> EncodedEvent:
    return EventCodec(keys).encode(
        event, event_id=event_id, session_id=session_id, subject_id=SUBJECT
    )


def decode(
    encoded: EncodedEvent,
    keys: InMemorySubjectKeys | None,
    *,
    event_id: UUID = EVENT,
    session_id: UUID = SESSION,
) -> SessionEvent:
    return EventCodec(keys).decode(
        encoded.type,
        encoded.schema_version,
        encoded.payload,
        event_id=event_id,
        session_id=session_id,
    )


def changed(encoded: EncodedEvent, **members: object) -> EncodedEvent:
    """The record with other members; None takes one away."""
    payload = json.loads(encoded.payload) | {f"${name}": to for name, to in members.items()}
    kept = {name: value for name, value in payload.items() if value is not None}
    return dataclasses.replace(encoded, payload=json.dumps(kept).encode())


def a_plan(text: str) -> PlanMade:
    plan = Plan(
        intent=Intent.TRANSFORM, summary=text, columns=(text,), steps=(Step(description=text),)
    )
    call = ModelCall(model="m", prompt_digest=text, prompt_bytes=1)
    return PlanMade(task_id=UUID(int=4), plan=plan, call=call)


def test_no_text_is_recorded_in_clear() -> None:
    keys = InMemorySubjectKeys()
    for event in (SAID, a_plan("Call Ann on 555-0100"), TurnCompleted(task_id=EVENT, answer="Ann")):
        encoded = encode(event, keys)
        assert b"Ann" not in encoded.payload
        assert b"555" not in encoded.payload
        assert decode(encoded, keys) == event


@pytest.mark.parametrize("name", PERSONAL)
def test_every_personal_field_is_sealed_and_reads_as_erased_without_the_key(name: str) -> None:
    version, keys = CURRENT_VERSIONS[name], InMemorySubjectKeys()
    event = EXAMPLES[name, version]
    encoded = encode(event, keys)
    public = json.loads(encoded.payload)
    told = [
        path for path in PERSONAL_FIELDS[name, version] if at(event, path) not in (None, (), "")
    ]
    assert told, "the example says something"
    assert all(at(public, path) is None for path in told)
    keys.destroy(SUBJECT)
    erased = decode(encoded, keys)
    for path, value in PERSONAL_FIELDS[name, version].items():
        expected = tuple(value) if isinstance(value, list) else value
        assert at(erased, path) == (expected if path in told else at(event, path))


def test_the_same_event_is_the_same_bytes_and_another_shares_no_nonce() -> None:
    keys = InMemorySubjectKeys()
    assert encode(SAID, keys) == encode(SAID, keys)
    others = [
        encode(SAID, keys, event_id=uuid4()),
        encode(SAID, keys, session_id=uuid4()),
        encode(dataclasses.replace(SAID, text="Call Bob"), keys),
    ]
    sealed = [json.loads(each.payload)["$sealed"] for each in (encode(SAID, keys), *others)]
    assert len({b64decode(each)[:12] for each in sealed}) == len(sealed)


@pytest.mark.parametrize("event_type", PERSONAL)
@given(data=st.data())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_an_erased_event_is_read_and_recorded_the_same_whoever_erased_it(
    event_type: str, data: st.DataObject
) -> None:
    """What was sealed before the erasure reads as what is recorded after it."""
    event = data.draw(st.from_type(CLASSES[event_type]))
    keys = InMemorySubjectKeys()
    try:
        before = encode(event, keys)
    except UnencodableEvent:
        reject()
    keys.destroy(SUBJECT)
    after = encode(event, keys)
    assert "$sealed" not in json.loads(after.payload)
    assert decode(before, keys) == decode(after, keys)
    assert encode(decode(before, keys), keys) == after


def test_an_event_that_names_nobody_is_not_sealed_and_needs_no_keys() -> None:
    moved = PointerMoved(node_id=UUID(int=9), cause=PointerCause.UNDO)
    assert decode(encode(moved, None), None) == moved
    assert b"$" not in encode(moved, None).payload
    done = TurnCompleted(task_id=EVENT)
    assert decode(encode(done, None), None) == done


def test_a_codec_without_keys_neither_writes_nor_reads_what_names_a_person() -> None:
    encoded = encode(SAID, InMemorySubjectKeys())
    with pytest.raises(KeysNotGiven, match="MessagePosted"):
        encode(SAID, None)
    with pytest.raises(KeysNotGiven, match="MessagePosted"):
        decode(encoded, None)


def test_a_key_that_is_missing_is_an_outage_and_never_an_erasure() -> None:
    encoded = encode(SAID, InMemorySubjectKeys())
    with pytest.raises(SubjectKeyMissing, match=str(SUBJECT)):
        decode(encoded, InMemorySubjectKeys())


def test_keys_out_of_reach_are_an_outage_and_never_an_erasure() -> None:
    class Unreachable(InMemorySubjectKeys):
        def obtain(self, subject_id: UUID) -> bytes | None:
            raise SubjectKeysUnavailable("gone")

        find = obtain

    encoded = encode(SAID, InMemorySubjectKeys())
    with pytest.raises(SubjectKeysUnavailable):
        decode(encoded, Unreachable())
    with pytest.raises(SubjectKeysUnavailable):
        encode(SAID, Unreachable())


def test_sealed_bytes_open_in_their_own_event_session_and_subject_alone() -> None:
    keys = InMemorySubjectKeys()
    encoded, other = encode(SAID, keys), uuid4()
    keys.obtain(other)
    with pytest.raises(UnreadableEvent, match="does not open"):
        decode(encoded, keys, event_id=uuid4())
    with pytest.raises(UnreadableEvent, match="does not open"):
        decode(encoded, keys, session_id=uuid4())
    with pytest.raises(UnreadableEvent, match="does not open"):
        decode(changed(encoded, subject=str(other)), keys)


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_a_sealed_byte_that_was_changed_is_told(place: int) -> None:
    keys = InMemorySubjectKeys()
    encoded = encode(SAID, keys)
    sealed = bytearray(b64decode(json.loads(encoded.payload)["$sealed"]))
    sealed[place] ^= 1
    with pytest.raises(UnreadableEvent, match="does not open"):
        decode(changed(encoded, sealed=b64encode(sealed).decode()), keys)


@pytest.mark.parametrize(
    "members",
    [
        {"sealed": None},
        {"subject": None},
        {"sealed": None, "subject": None},
        {"sealed": ""},
        {"sealed": "AAAA"},
        {"sealed": "not base64"},
        {"sealed": 7},
        {"subject": "nobody"},
        {"subject": 7},
        {"sealed": {}, "subject": []},
    ],
)
def test_a_record_whose_sealed_part_is_damaged_is_refused(members: dict[str, object]) -> None:
    keys = InMemorySubjectKeys()
    with pytest.raises(UnreadableEvent):
        decode(changed(encode(SAID, keys), **members), keys)


def test_no_error_quotes_what_was_sealed() -> None:
    keys = InMemorySubjectKeys()
    broken: Any = dataclasses.replace(SAID, text="Call Ann \ud83d")
    with pytest.raises(Exception, match="surrogate") as caught:
        encode(broken, keys)
    assert "Ann" not in repr(caught.value)
    no_step: Any = "Ann"
    plan = dataclasses.replace(a_plan("Ann").plan, steps=(no_step,))
    broken = dataclasses.replace(a_plan("Ann"), plan=plan)
    with pytest.raises(Exception, match="could not be read back") as caught:
        encode(broken, keys)
    assert "Ann" not in repr(caught.value)


def test_a_key_of_a_session_tells_nothing_of_another_session() -> None:
    key = bytes(range(32))
    assert session_key(key, SESSION) != session_key(key, EVENT)
    assert session_key(key, SESSION) == session_key(key, SESSION)
    assert len(session_key(key, SESSION)) == 32


def test_what_was_recorded_before_there_was_sealing_reads_until_it_is_erased() -> None:
    """Each session was a subject of its own then."""
    keys = InMemorySubjectKeys()
    clear = EncodedEvent(
        type="MessagePosted",
        schema_version=1,
        payload=f'{{"task_id":"{SAID.task_id}","text":"{SAID.text}"}}'.encode(),
    )
    assert decode(clear, keys) == decode(clear, None) == SAID
    keys.destroy(SESSION)
    assert decode(clear, keys) == dataclasses.replace(SAID, text="erased")
    started = EncodedEvent(
        type="SessionStarted",
        schema_version=1,
        payload=f'{{"session_id":"{SESSION}","title":"Ann"}}'.encode(),
    )
    assert decode(started, keys) == SessionStarted(
        session_id=SESSION, title="erased", subject_id=SESSION
    )


def test_every_text_in_an_event_is_declared_personal_or_public() -> None:
    undeclared = {
        f"{name}: {path} ({field})"
        for name, cls in CLASSES.items()
        for path, field in texts(cls)
        if not is_personal(name, path) and field not in PUBLIC_TEXTS
    }
    assert undeclared == set()


def test_a_text_that_is_not_declared_would_be_found() -> None:
    """So that the test above can fail."""

    @dataclasses.dataclass
    class Inner:
        names: tuple[str, ...]

    @dataclasses.dataclass
    class Event:
        task_id: UUID
        inner: Inner | None
        notes: dict[str, str]
        kind: Literal["a"]

    Event.__annotations__["inner"] = Inner | None
    assert [path for path, _ in texts(Event)] == ["inner.names", "notes"]


def test_every_declaration_is_of_a_field_that_exists() -> None:
    fields = {field for cls in CLASSES.values() for _, field in texts(cls)}
    assert fields >= PUBLIC_TEXTS
    for (name, version), personal in PERSONAL_FIELDS.items():
        if version == CURRENT_VERSIONS[name]:
            assert set(personal) <= set(paths(CLASSES[name]))


def is_personal(name: str, path: str) -> bool:
    personal = PERSONAL_FIELDS.get((name, CURRENT_VERSIONS[name]), {})
    return any(path == each or path.startswith(f"{each}.") for each in personal)


def texts(cls: type, path: str = "", seen: tuple[type, ...] = ()) -> Iterator[tuple[str, str]]:
    """The fields that can hold any text, those of fields included: path, and class with name."""
    for name, hint in get_type_hints(cls).items():
        here = f"{path}{name}"
        for part in parts(hint):
            if part is str:
                yield here, f"{cls.__name__}.{name}"
            elif dataclasses.is_dataclass(part) and part not in seen:
                yield from texts(part, f"{here}.", (*seen, part))  # type: ignore[arg-type] # a class


def paths(cls: type, path: str = "") -> Iterator[str]:
    """Every field by its path, those of fields that are records included."""
    for name, hint in get_type_hints(cls).items():
        yield f"{path}{name}"
        for part in parts(hint):
            if dataclasses.is_dataclass(part) and get_origin(hint) is not tuple:
                yield from paths(part, f"{path}{name}.")  # type: ignore[arg-type] # a class


def parts(hint: Any) -> set[Any]:
    """The types that a value of the hint is made of, but for enums, ids, times and literals."""
    origin = get_origin(hint)
    if origin is Literal:
        return set()
    if origin in {Union, UnionType, tuple, dict}:
        return {part for each in get_args(hint) if each is not ... for part in parts(each)}
    if hint in {UUID, datetime, int, float, bool, NoneType} or (
        isinstance(hint, type) and issubclass(hint, Enum)
    ):
        return set()
    return {hint}


def at(value: Any, path: str) -> Any:
    """What stands at the path, None where nothing does."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    return value
