"""Proves offline that the audit trail of a session is what Datatrail recorded.

    python verify_bundle.py BUNDLE [--public-key VKEY] [--anchor FILE [--anchor-key VKEY]]
                            [--show] [--json]

This file needs Python 3.11 and the package `cryptography`, and nothing of Datatrail: an auditor can
read it, keep it, and run it on another machine. A bundle is a ZIP archive of

    manifest.json    which session, of which log, how many events, and the members of the archive
    events.ndjson    the events, one a line, by version; payload and metadata as recorded, base64
    proofs.ndjson    for each event its place in the log and its inclusion path (RFC 6962)
    checkpoint.txt   size and root of the log, signed (a C2SP signed note)
    head.txt         version and hash of the session's last event, signed likewise
    public_key.txt   the log's key (a C2SP vkey): keep your own copy and give it as --public-key
    snapshots.json   digests of the table of each node; its files are there, too, if wanted:
                     manifests/ say which of the files in columns/ holds each column, and of what
                     was stored by early versions, snapshots/ has a file for each whole table
    uploads/         the uploaded files, each named by its digest, if wanted
    consistency.ndjson   that the log only grew since some older checkpoints, if wanted
    session_key.txt      opens the sealed fields of the events, if wanted

What is proven, each step resting on the one before:

1. Checkpoint and head are signed by the key.
2. Each event's hash, computed anew from its bytes and its predecessor's hash, is the recorded one;
   versions are 1, 2, 3 and so on, and no event id comes twice.
3. Each hash is a leaf of the signed tree, at a position after that of the event before.
4. Payload and metadata are canonical JSON (RFC 8785), so that they can be read in one way only.
5. The last event is the one that the head names: none was left out behind it.
6. Snapshots that are listed, or whose files are there, are those that the events name; and the
   columns that a manifest names give the table digest that the event names (td2). Uploaded files
   that are there are those that the events name.
7. With --anchor, an older checkpoint or an older bundle: the log, or the session, only grew since.
   If the log has another key by now, --anchor-key is the one that the anchor was signed with.

All text in the archive is in its one canonical form, so that no byte of it can change unseen, and
nothing stands before, between or behind its members. Files of snapshots and uploads that are all
taken out, and out of the manifest, leave the bundle that is exported without them: their numbers
are told.

Exit codes: 0 proven, 1 not proven, 2 unreadable, 3 proven under the bundle's own key only, which
anybody may have made, as no --public-key was given.
"""

import argparse
import binascii
import hashlib
import hmac
import json
import math
import re
import struct
import sys
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PROVEN, NOT_PROVEN, UNREADABLE, UNDER_ITS_OWN_KEY = 0, 1, 2, 3

FORMAT = "datatrail-audit-1"
GENESIS = bytes(32)
REQUIRED = (
    "manifest.json",
    "events.ndjson",
    "proofs.ndjson",
    "checkpoint.txt",
    "head.txt",
    "public_key.txt",
    "snapshots.json",
)
OPTIONAL = ("consistency.ndjson", "session_key.txt")
SNAPSHOT_FILE = re.compile(r"(?:(?:snapshots|columns)/\w{64}\.parquet|manifests/\w{64}\.json)")
UPLOADED_FILE = re.compile(r"uploads/\w{64}")

MAX_LINE = 64 * 2**20
MAX_DOCUMENT = 64 * 2**20
# Events hold hashes, which cannot be compressed: what shrinks further than this is no bundle.
BOMB_SIZE, BOMB_RATIO = 16 * 2**20, 200
EXACT = 2**53 - 1
# How far words are looked for; what is beyond is not proven all the same.
MAX_RENUMBERED = 100_000
MAX_UNREADABLE_LINES = 1_000
MAX_CHAINED = 16 * 2**10


class Unreadable(Exception):
    """The file is not a bundle, or cannot be read to its end. The message says why."""


class Flaw(Exception):
    """A check failed; `kind` is a stable word, the message goes on from the name of the thing."""

    def __init__(self, kind: str, why: str, *, version: int | None = None) -> None:
        super().__init__(why)
        self.kind = kind
        self.version = version


@dataclass(frozen=True)
class Problem:
    """Why the bundle is not proven. `version` is the event that it is about, if it is about one."""

    kind: str
    sentence: str
    version: int | None = None


@dataclass(frozen=True)
class Checkpoint:
    """What a log's key signs: the log had `size` events, whose Merkle root was `root`."""

    origin: str
    size: int
    root: bytes
    epoch: int


@dataclass
class Report:
    """What came of a verification.

    `events` are linked into a chain, and proven to be in the log if the checkpoint is `signed`.
    """

    session_id: str = ""
    origin: str = ""
    events: int = 0
    signed: bool = False
    closed: bool = False
    last_recorded_at: str = ""
    checkpoint: Checkpoint | None = None
    public_key: str = ""
    key_was_given: bool = False
    snapshots: int = 0
    snapshot_files: int = 0
    upload_files: int = 0
    sealed_events: int = 0
    anchored: str = ""
    problems: list[Problem] = field(default_factory=list)
    unreadable: str = ""

    @property
    def exit_code(self) -> int:
        if self.unreadable:
            return UNREADABLE
        if self.problems:
            return NOT_PROVEN
        return PROVEN if self.key_was_given else UNDER_ITS_OWN_KEY


# --- Canonical text: JSON by RFC 8785, base64, hexadecimal, UUIDs -------------------------------


_TEXT = json.JSONEncoder(ensure_ascii=False)


def read_json(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value of `data`. Raises Flaw unless `data` is its canonical form."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
        canonical = to_canonical(value).encode()
    except (ValueError, OverflowError, RecursionError) as error:
        raise Flaw("not_canonical", f"is not canonical JSON: {type(error).__name__}") from None
    if canonical != data:
        raise Flaw("not_canonical", "is JSON, but not in its canonical form (RFC 8785)")
    return value


def to_canonical(value: object) -> str:
    """The canonical JSON of a parsed value. Raises ValueError where there is none."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _TEXT.encode(value)
        case int() if abs(value) <= EXACT:
            return str(value)
        case int() | float():
            return _number(float(value))
        case list():
            return "[" + ",".join(map(to_canonical, value)) + "]"
        case dict():
            keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
            members = (f"{to_canonical(key)}:{to_canonical(value[key])}" for key in keys)
            return "{" + ",".join(members) + "}"
    raise ValueError(type(value).__name__)


def _number(value: float) -> str:
    """A double as ECMAScript writes it."""
    if not math.isfinite(value):
        raise ValueError("not finite")
    if value == 0:
        return "0"
    _, all_digits, shift = Decimal(repr(abs(value))).as_tuple()
    digits = "".join(map(str, all_digits)).rstrip("0")
    point = len(all_digits) + int(shift)
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" + text if value < 0 else text


def _unique(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in members}) != len(members):
        raise ValueError("a name comes twice")
    return dict(members)


def _refuse(name: str) -> None:
    raise ValueError(name)


def read_object(data: bytes, members: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """The JSON object of `data`, with exactly these members, each read by its reader."""
    value = read_json(data)
    if not isinstance(value, dict) or value.keys() != members.keys():
        raise Flaw("malformed", f"is not an object of {', '.join(sorted(members))}")
    read = {}
    for name, reader in members.items():
        try:
            read[name] = reader(value[name])
        except (ValueError, TypeError) as error:
            raise Flaw("malformed", f"has a malformed {name}: {error}") from None
    return read


def natural(value: object) -> int:
    """A whole number from 1 on."""
    if type(value) is not int or not 1 <= value <= EXACT:
        raise ValueError("not a whole number from 1 on")
    return value


def string(value: object) -> str:
    """Text."""
    if not isinstance(value, str):
        raise TypeError("not text")
    return value


def uuid(value: object) -> UUID:
    """A UUID in its usual form."""
    text = string(value)
    read = UUID(text)
    if str(read) != text:
        raise ValueError("a UUID in an unusual form")
    return read


def base64(value: object) -> bytes:
    """Bytes in base64, in the one way that they can be written."""
    try:
        text = string(value).encode("ascii")
        read = b64decode(text, validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("not base64") from None
    if b64encode(read) != text:
        raise ValueError("base64 in an unusual form")
    return read


def names(value: object) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list):
        raise TypeError("not a list")
    return [string(each) for each in value]


def digest(value: object) -> bytes:
    """32 bytes in lower-case hexadecimal."""
    text = string(value)
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError("not 32 bytes in lower-case hexadecimal")
    return bytes.fromhex(text)


def digests(value: object) -> list[bytes]:
    """A list of such, none longer than a tree is high."""
    if not isinstance(value, list) or len(value) > 128:
        raise TypeError("not a list of at most 128 hashes")
    return [digest(each) for each in value]


# --- The archive --------------------------------------------------------------------------------

# What zipfile raises on archives that were made to break it, and on broken disks.
_ARCHIVE_ERRORS = (
    BadZipFile,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    MemoryError,
    OverflowError,
    struct.error,
    zlib.error,
)


class Bundle:
    """The members of an archive, read a little at a time. Everything raises Unreadable."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = ZipFile(path)
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise Unreadable(f"it cannot be opened: {error.strerror}") from None
        except _ARCHIVE_ERRORS as error:
            raise Unreadable(f"it is not a whole ZIP archive: {_reason(error)}") from None
        self._members: dict[str, ZipInfo] = {}
        try:
            self._admit_all(path)
        except Unreadable:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name in self._members

    @property
    def names(self) -> list[str]:
        """The names of all members but the manifest."""
        return sorted(self._members.keys() - {"manifest.json"})

    def snapshot_files(self) -> list[str]:
        """The names of the members that snapshots consist of."""
        return [name for name in self._members if SNAPSHOT_FILE.fullmatch(name)]

    def upload_files(self) -> list[str]:
        """The names of the members that are uploaded files."""
        return [name for name in self._members if UPLOADED_FILE.fullmatch(name)]

    def document(self, name: str, limit: int = MAX_DOCUMENT) -> bytes:
        """All of a small member, without the line end that it must have."""
        data = b"".join(self._chunks(name, lambda stream: stream.read(2**20), limit))
        if not data.endswith(b"\n"):
            raise Flaw("malformed", "does not end with a line end")
        return data[:-1]

    def lines(self, name: str) -> Iterator[bytes]:
        """Each line, with its line end; none when there is no such member."""
        if name in self._members:
            yield from self._chunks(name, lambda stream: stream.readline(MAX_LINE + 1))

    def sha256(self, name: str) -> str:
        """The digest of a member's bytes."""
        state = hashlib.sha256()
        for chunk in self._chunks(name, lambda stream: stream.read(2**20)):
            state.update(chunk)
        return state.hexdigest()

    def _admit_all(self, path: Path) -> None:
        for member in self._zip.infolist():
            self._admit(member)
        try:
            self._require_nothing_else(path)
        except _ARCHIVE_ERRORS as error:
            raise Unreadable(f"it is not a whole ZIP archive: {_reason(error)}") from None
        for name in REQUIRED:
            if name not in self._members:
                raise Unreadable(f"it has no member {name}")

    def _admit(self, member: ZipInfo) -> None:
        name = member.orig_filename
        shown = printable(name, 80)
        is_file = SNAPSHOT_FILE.fullmatch(name) or UPLOADED_FILE.fullmatch(name)
        if name not in REQUIRED + OPTIONAL and not is_file:
            raise Unreadable(f"it has a member {shown}, which no bundle has")
        if name in self._members:
            raise Unreadable(f"it has two members {shown}")
        if member.flag_bits & 1 or member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise Unreadable(f"{shown} is encrypted, or compressed in a way that no bundle is")
        if member.file_size > max(BOMB_SIZE, BOMB_RATIO * member.compress_size):
            raise Unreadable(f"{shown} would unpack to {member.file_size:,} bytes: a ZIP bomb")
        self._members[name] = member

    def _require_nothing_else(self, path: Path) -> None:
        """Raise Unreadable where bytes are no member's: another tool may take them for one."""
        place = 0
        with path.open("rb") as file:
            for member in sorted(self._zip.infolist(), key=lambda each: each.header_offset):
                file.seek(member.header_offset)
                name, extra = struct.unpack("<26x2H", file.read(30))
                if member.header_offset != place:
                    break
                place += 30 + name + extra + member.compress_size
            file.seek(-22, 2)
            end = file.read()
        if place != self._zip.start_dir or end[:4] != b"PK\5\6" or end[20:] != b"\0\0":
            raise Unreadable("it has bytes before, between or behind its members, as no bundle has")

    def _chunks(
        self, name: str, read: Callable[[IO[bytes]], bytes], limit: int | None = None
    ) -> Iterator[bytes]:
        taken = 0
        try:
            with self._zip.open(self._members[name]) as stream:
                while chunk := read(stream):
                    taken += len(chunk)
                    if len(chunk) > MAX_LINE or (limit is not None and taken > limit):
                        raise Unreadable(f"{name} is larger than any bundle's, or has such a line")
                    yield chunk
        except _ARCHIVE_ERRORS as error:
            raise Unreadable(f"its member {name} is damaged: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return printable(str(error), 200) or type(error).__name__


# --- Checkpoints and keys (C2SP signed notes) ---------------------------------------------------


@dataclass(frozen=True)
class LogKey:
    """A log's public key, and the name and id that its signatures carry."""

    text: str
    name: str
    key_id: bytes
    key: Ed25519PublicKey


def read_key(text: str) -> LogKey:
    """The key of ``<name>+<id, 8 hex digits>+<base64 of 0x01 and the key>``."""
    name, plus, rest = text.partition("+")
    id_text, _, encoded = rest.partition("+")
    try:
        raw = base64(encoded)
    except ValueError:
        raw = b""
    key_id = hashlib.sha256(name.encode(errors="replace") + b"\n" + raw).digest()[:4]
    if not (name and plus and len(raw) == 33 and raw[0] == 1 and id_text == key_id.hex()):
        raise Flaw("key", "is not an Ed25519 verifier key, like datatrail+0123abcd+AW…")
    return LogKey(text, name, key_id, Ed25519PublicKey.from_public_bytes(raw[1:]))


_NOTE = re.compile(
    r"(?P<text>(?:[^\n]+\n)+)\n(?P<signatures>(?:— [^\s+]+ [A-Za-z0-9+/]+={0,2}\n)+)"
)
_CHECKPOINT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>\S+)\n"
    r"epoch (?P<epoch>0|[1-9][0-9]{0,9})\n"
)
_HEAD = re.compile(
    r"(?P<origin>[^\s+]+)/session\n(?P<session>\S+)\n(?P<version>[1-9][0-9]{0,18})\n"
    r"(?P<hash>\S+)\nsize (?P<size>[1-9][0-9]{0,18})\nepoch (?P<epoch>0|[1-9][0-9]{0,9})\n"
)


@dataclass(frozen=True)
class Note:
    """A signed text."""

    text: str
    signatures: str

    def require_signature(self, key: LogKey) -> None:
        """Raise Flaw unless `key` signed it. Signatures by others do not matter."""
        signers = []
        for line in self.signatures.splitlines():
            _, name, encoded = line.split(" ")
            try:
                signature = base64(encoded)
            except ValueError:
                continue
            signers.append((name, signature[:4]))
            if signers[-1] == (key.name, key.key_id) and _fits(key, signature[4:], self.text):
                return
        if (key.name, key.key_id) in signers:
            raise Flaw("signature", "was altered, or its signature: the signature does not fit it")
        others = ", ".join(f"{name} {key_id.hex()}" for name, key_id in signers) or "nobody"
        wanted = f"{key.name} {key.key_id.hex()}"
        raise Flaw("signature", f"is not signed by the key {wanted}, but by {others}: another key")


def read_note(data: bytes) -> Note:
    """The note. Raises Flaw."""
    try:
        found = _NOTE.fullmatch(data.decode())
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise Flaw("malformed", "is not a signed note")
    return Note(**found.groupdict())


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note tells. Raises Flaw."""
    found = _CHECKPOINT.fullmatch(text)
    try:
        if found and len(root := base64(found["root"])) == 32:
            return Checkpoint(found["origin"], int(found["size"]), root, int(found["epoch"]))
    except ValueError:
        pass
    raise Flaw("malformed", "is not a checkpoint of origin, size, root and epoch")


def check_head(text: str, session_id: str, last: "Event | None", tree: Checkpoint) -> int:
    """The version that a session's head tells. Raises Flaw unless it belongs to all of these."""
    found = _HEAD.fullmatch(text)
    if found is None:
        raise Flaw("malformed", "is not a head of session, version, hash, size and epoch")
    told = (found["origin"], found["session"], int(found["size"]), int(found["epoch"]))
    if told != (tree.origin, session_id, tree.size, tree.epoch):
        raise Flaw("head", "is of another session, or of another checkpoint")
    version = int(found["version"])
    if last and version == last.version and found["hash"] != b64encode(last.hash).decode():
        raise Flaw("head", f"names another hash of event version {version}")
    return version


def _fits(key: LogKey, signature: bytes, text: str) -> bool:
    try:
        key.key.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


# --- The Merkle tree (RFC 6962) and the hash chain ----------------------------------------------


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(data: bytes, index: int, path: Sequence[bytes], size: int, root: bytes) -> bool:
    """Whether `path` leads from leaf `index`, counted from 0, to the root (RFC 9162, 2.1.3.2)."""
    if index >= size:
        return False
    fn, sn, computed = index, size - 1, leaf_hash(data)
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            computed = node_hash(sibling, computed)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            computed = node_hash(computed, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and computed == root


def only_grew(old: Checkpoint, new: Checkpoint, path: Sequence[bytes]) -> bool:
    """Whether `path` proves the old tree to be the beginning of the new one (RFC 9162, 2.1.4.2)."""
    if old.size == new.size:
        return old.root == new.root and not path
    if old.size == 0:
        return not path
    nodes = [old.root, *path] if old.size & (old.size - 1) == 0 else list(path)
    if not nodes or old.size > new.size:
        return False
    fn, sn = old.size - 1, new.size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old_root = new_root = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old_root, new_root = node_hash(node, old_root), node_hash(node, new_root)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            new_root = node_hash(new_root, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old_root == old.root and new_root == new.root


@dataclass(frozen=True)
class Event:
    """One line of events.ndjson."""

    version: int
    event_id: UUID
    type: str
    schema_version: int
    position: int
    metadata: bytes
    payload: bytes
    hash: bytes

    @cached_property
    def payload_digest(self) -> bytes:
        return hashlib.sha256(self.payload).digest()


_EVENT_MEMBERS: Mapping[str, Callable[[Any], Any]] = {
    "version": natural,
    "event_id": uuid,
    "type": string,
    "schema_version": natural,
    "position": natural,
    "metadata": base64,
    "payload": base64,
    "hash": digest,
}
_PROOF_MEMBERS: Mapping[str, Callable[[Any], Any]] = {
    "version": natural,
    "position": natural,
    "path": digests,
}


def read_event(line: bytes) -> Event:
    """The event of a line. Raises Flaw."""
    return Event(**read_object(line.removesuffix(b"\n"), _EVENT_MEMBERS))


def chain_hash(previous: bytes, stream: str, version: int, event: Event) -> bytes:
    """The hash of `event` as the one of `version` in `stream`, behind the hash `previous`."""
    header = (
        stream.encode(),
        str(version).encode(),
        event.type.encode(),
        str(event.schema_version).encode(),
        event.event_id.bytes,
        event.metadata,
    )
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in header)
    return hashlib.sha256(previous + framed + event.payload_digest).digest()


# --- The proof of each event --------------------------------------------------------------------


class Prover:
    """Takes a bundle's events in order. Whatever it yields is proven under the checkpoint."""

    def __init__(self, bundle: Bundle, session_id: str, checkpoint: Checkpoint | None) -> None:
        self._bundle = bundle
        self._stream = f"session-{session_id}"
        self._checkpoint = checkpoint
        self._ids: set[UUID] = set()
        self.line = 0

    def proven(self) -> Iterator[tuple[Event, dict[str, Any], dict[str, Any]]]:
        """Each event, payload and metadata. Raises Flaw at the first not proven, on line `line`."""
        lines = self._bundle.lines("events.ndjson")
        proofs = self._bundle.lines("proofs.ndjson")
        hash_, position = GENESIS, 0
        for self.line, (line, proof) in enumerate(zip_longest(lines, proofs), 1):
            if line is None:
                raise Flaw("missing", "is missing, though there is a proof of it")
            event = self._linked(line, hash_)
            self._place(event, proof, position)
            hash_, position = event.hash, event.position
            yield event, *_content(event)

    def _linked(self, line: bytes, previous: bytes) -> Event:
        if not line.endswith(b"\n"):
            raise Flaw("malformed", "has no line end")
        event = read_event(line)
        if event.version != self.line:
            raise Flaw("version", f"is told to be version {event.version}")
        if event.event_id in self._ids:
            raise Flaw("repeated", "has the event id of an earlier one")
        self._ids.add(event.event_id)
        if chain_hash(previous, self._stream, self.line, event) != event.hash:
            raise Flaw("hash", "does not give the hash that is recorded for it")
        return event

    def _place(self, event: Event, line: bytes | None, after: int) -> None:
        if line is None:
            raise Flaw("proof", "has no proof")
        try:
            proof = read_object(line.removesuffix(b"\n"), _PROOF_MEMBERS)
        except Flaw as flaw:
            raise Flaw("proof", f"has a proof that {flaw}") from None
        if not line.endswith(b"\n") or proof["version"] != event.version:
            raise Flaw("proof", "has a proof of another version")
        if proof["position"] != event.position:
            raise Flaw("proof", f"stands at {event.position}, its proof at {proof['position']}")
        tree = self._checkpoint
        if tree and event.position > tree.size:
            raise Flaw("proof", f"stands at {event.position}, behind the checkpoint ({tree.size})")
        if tree and not is_included(
            event.hash, event.position - 1, proof["path"], tree.size, tree.root
        ):
            raise Flaw("proof", f"is not in the log at position {event.position}")
        if event.position <= after:
            raise Flaw("order", f"stands in the log at {event.position}, not after {after}")


def _content(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """Payload and metadata. Raises Flaw unless it and the metadata can be read in one way only."""
    read = []
    for name, data in (("payload", event.payload), ("metadata", event.metadata)):
        try:
            value = read_json(data)
        except Flaw as flaw:
            raise Flaw("recorded", f"was recorded with a {name} that {flaw}") from None
        if not isinstance(value, dict):
            raise Flaw("recorded", f"was recorded with a {name} that is no object")
        read.append(value)
    payload, metadata = read
    if metadata.get("event_id") != str(event.event_id):
        raise Flaw("recorded", "was recorded with another event id in its metadata")
    return payload, metadata


# --- What happened to the first event that is not proven ----------------------------------------
# Nothing here can make a bundle proven; it only finds the words.


@dataclass(frozen=True)
class Case:
    """All events as they are shown (None: unreadable), the first bad one at index `at`.

    `told` is how many the manifest tells of.
    """

    stream: str
    events: Sequence[Event | None]
    in_log: Sequence[bool]
    told: int
    at: int
    flaw: Flaw

    @property
    def number(self) -> int:
        return self.at + 1

    @property
    def before(self) -> bytes:
        previous = self.events[self.at - 1] if self.at else None
        return previous.hash if previous else GENESIS

    @property
    def following(self) -> Event | None:
        return self.events[self.at + 1] if self.at + 1 < len(self.events) else None

    def twin_of(self, event: Event) -> Event | None:
        """An earlier event of the same id."""
        earlier = (each for each in self.events[: self.at] if each)
        return next((each for each in earlier if each.event_id == event.event_id), None)

    def follows(self, event: Event | None, previous: bytes, version: int) -> bool:
        """Whether `event` was recorded as `version`, behind the hash `previous`."""
        if event is None or len(event.type) + len(event.metadata) > MAX_CHAINED:
            return False
        return chain_hash(previous, self.stream, version, event) == event.hash


def diagnose(case: Case) -> Problem:
    """What was done to the first event that is not proven."""
    event = case.events[case.at] if case.at < len(case.events) else None
    if event is None and len(case.events) <= case.at >= case.told:
        why = f"proofs.ndjson has a line for event version {case.number}, and the manifest tells of"
        return Problem("proof", f"{why} {case.told:,} events, which are there.")
    if event is None:
        told = _unreadable_event(case)
    elif case.follows(case.following, case.before, case.number):
        told = _in_the_way(case, event)
    elif case.flaw.kind in {"repeated", "version"}:
        told = _out_of_sequence(case, event)
    elif case.flaw.kind == "hash":
        told = _out_of_chain(case, event)
    elif case.flaw.kind == "proof":
        told = _out_of_log(case)
    elif case.flaw.kind == "order":
        told = "reordered", f"It {case.flaw}, where the event before it stands"
    else:
        told = "altered", f"It {case.flaw}"
    kind, why = told
    name = f"Event version {case.number}"
    if event is not None and event.version == case.number and kind != "removed":
        name += f" (id {event.event_id}, {printable(event.type, 60)})"
    return Problem(kind, f"{name} was {kind}. {why}.", case.number)


def _unreadable_event(case: Case) -> tuple[str, str]:
    if case.at >= len(case.events):
        return "removed", f"It {case.flaw}"
    if case.follows(case.following, case.before, case.number):
        return "inserted", f"It {case.flaw}, and version {case.number} follows it"
    return "altered", f"Its line in events.ndjson {case.flaw}"


def _in_the_way(case: Case, event: Event) -> tuple[str, str]:
    if twin := case.twin_of(event):
        return "inserted", f"It repeats version {twin.version}"
    if case.following and case.follows(event, case.following.hash, case.number + 1):
        return "reordered", "It was recorded right behind the event that follows it here"
    for place, each in enumerate(case.events[case.number :], case.number + 1):
        # Those in between stand one place behind their own.
        if each and case.follows(event, each.hash, place):
            return "reordered", f"It was recorded as version {place}, and put before {case.number}"
    return "inserted", f"It stands where version {case.number} was, which now follows it"


def _out_of_sequence(case: Case, event: Event) -> tuple[str, str]:
    if twin := case.twin_of(event):
        return "inserted", f"It repeats version {twin.version}"
    if case.follows(event, case.before, case.number):
        return "altered", f"It {case.flaw}, and was recorded as {case.number}"
    later = [
        place
        for place, each in enumerate(case.events, 1)
        if place > case.number and each and each.version == case.number
    ]
    if later:
        return "reordered", (
            f"Version {event.version} stands in its place, and it stands in place {later[0]}"
        )
    if event.version < case.number:
        return "inserted", f"It {case.flaw}, of which there is one already"
    if event.version == case.number + 1:
        return "removed", f"Version {event.version} follows on version {case.at}"
    last = event.version - 1
    return "removed", f"So were those to version {last}: {event.version} follows on {case.at}"


def _out_of_chain(case: Case, event: Event) -> tuple[str, str]:
    stream = f"session-{_session_of(event)}"
    if stream != case.stream and chain_hash(GENESIS, stream, 1, event) == event.hash:
        return "inserted", f"It begins another session, {stream}"
    content = chain_hash(case.before, case.stream, case.number, event)
    if case.follows(case.following, content, case.number + 1):
        return "altered", "Its hash was changed; its content is what was recorded"
    for place, each in enumerate(case.events, 1):
        if each and case.follows(event, each.hash, place + 1):
            return "reordered", f"It was recorded right behind the event that is shown as {place}"
    if case.follows(event, GENESIS, 1):
        return "reordered", "It was recorded as version 1"
    if removed := _renumbered(case, event):
        more = f" of {removed:,}" if removed > 1 else ""
        return "removed", f"The events behind it were renumbered to close the gap{more}"
    return "altered", f"Its content {case.flaw}"


def _session_of(event: Event) -> str | None:
    try:
        return str(uuid(read_json(event.payload).get("session_id")))
    except (Flaw, AttributeError, TypeError, ValueError):
        return None


def _renumbered(case: Case, event: Event) -> int:
    """How many events were removed in front of `event`, as the one behind it still knows."""
    following = case.following
    if following is None:
        return 0
    previous = case.events[case.at - 1] if case.at else None
    room = event.position - (previous.position if previous else 0)
    for removed in range(1, min(room, MAX_RENUMBERED)):
        if case.follows(following, event.hash, case.number + 1 + removed):
            return removed
    return 0


def _out_of_log(case: Case) -> tuple[str, str]:
    hash_ = case.before
    for place, each in enumerate(case.events[case.at :], case.number):
        if each is None or not case.follows(each, hash_, place):
            break
        if case.in_log[place - 1] and place > case.number:
            return "altered", (
                f"It {case.flaw}. Its position or proof was changed; its content is what was "
                f"recorded, since version {place} is in the log and its hash covers it"
            )
        hash_ = each.hash
    if case.number > case.told:
        return "inserted", f"It {case.flaw}, and the manifest tells of {case.told:,} events only"
    if not any(case.in_log):
        return "altered", (
            f"It {case.flaw}, and no other event is: the whole session was made anew, or the "
            "checkpoint is of another log"
        )
    return "altered", (
        f"It {case.flaw}. It was changed, or another removed or inserted before it, and every "
        "hash from it on computed anew; or else its proof was changed"
    )


def _as_shown(
    bundle: Bundle, tree: Checkpoint | None
) -> tuple[Sequence[Event | None], Sequence[bool]]:
    """Every event, and whether the hash that it shows is in the log where it says."""
    events: list[Event | None] = []
    in_log: list[bool] = []
    unreadable = 0
    for each, proof in zip_longest(bundle.lines("events.ndjson"), bundle.lines("proofs.ndjson")):
        try:
            event = read_event(each or b"")
        except Flaw:
            if each is not None:
                events.append(None)
                in_log.append(False)
            unreadable += 1
            if unreadable > MAX_UNREADABLE_LINES:
                break
            continue
        events.append(event)
        try:
            path = read_object((proof or b"").removesuffix(b"\n"), _PROOF_MEMBERS)["path"]
        except Flaw:
            path = None
        in_log.append(
            tree is not None
            and path is not None
            and is_included(event.hash, event.position - 1, path, tree.size, tree.root)
        )
    return events, in_log


# --- Sealed fields and snapshots ----------------------------------------------------------------


class SessionKey:
    """Opens what an event says of a person (AES-256-GCM)."""

    def __init__(self, key: bytes, session_id: str) -> None:
        if len(key) != 32:
            raise Flaw("session_key", "is not 32 bytes in base64")
        self._key = key
        self._stream = f"session-{session_id}".encode()

    def opened(self, event: Event, sealed: object) -> dict[str, Any]:
        """The sealed fields by their paths. Raises Flaw."""
        try:
            box = base64(sealed)
            nonce, ciphertext = box[:12], box[12:]
            bound_to = self._stream + event.event_id.bytes
            plain = AESGCM(self._key).decrypt(nonce, ciphertext, bound_to)
        except (ValueError, TypeError, InvalidTag, OverflowError):
            raise Flaw("session_key", f"does not open event version {event.version}") from None
        made = hmac.digest(self._key, event.event_id.bytes + plain, "sha256")[:12]
        try:
            fields = read_json(plain)
        except Flaw:
            fields = None
        if made != nonce or not isinstance(fields, dict):
            raise Flaw("session_key", f"opens event version {event.version} to another text")
        return fields


def session_key(bundle: Bundle, session_id: str) -> SessionKey | None:
    """The key in the bundle, if there is one. Raises Flaw."""
    if not bundle.has("session_key.txt"):
        return None
    try:
        key = base64(bundle.document("session_key.txt", 4096).decode())
    except ValueError:
        raise Flaw("session_key", "is not 32 bytes in base64") from None
    return SessionKey(key, session_id)


def snapshot_of(payload: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """A node's id and the digests of its table, from the payload of its event. Raises Flaw."""
    try:
        snapshot = payload["snapshot"]
        names = ("address" if "address" in snapshot else "file_digest", "table_digest")
        return string(payload["node_id"]), {name: string(snapshot[name]) for name in names}
    except (KeyError, TypeError):
        raise Flaw("recorded", "names no snapshot in a way that this verifier can read") from None


def check_snapshots(bundle: Bundle, named: Mapping[str, Mapping[str, str]]) -> int:
    """Compare list and files with what the events name; how many files. Raises Flaw."""
    if bundle.document("snapshots.json") != to_canonical(dict(named)).encode():
        raise Flaw("snapshots", "is not the list of the snapshots that the events name")
    found = bundle.snapshot_files()
    if not found:
        return 0
    intact = set[str]()
    for each in named.values():
        for name in _files_of(bundle, each, intact):
            _require_intact(bundle, name, intact)
    for name in found:
        if name not in intact:
            raise Flaw("snapshots", f"is joined by a file {name} that does not belong")
    return len(found)


def _require_intact(bundle: Bundle, name: str, intact: set[str]) -> None:
    """Raise Flaw unless the member is there and has the digest that it is named by."""
    if name in intact:
        return
    if not bundle.has(name):
        raise Flaw("snapshots", f"names the file {name}, which is missing")
    if bundle.sha256(name) != name.partition("/")[2].partition(".")[0]:
        raise Flaw("snapshots", f"names the file {name}, which was altered")
    intact.add(name)


def _files_of(bundle: Bundle, named: Mapping[str, str], intact: set[str]) -> list[str]:
    """The members that one snapshot consists of. Raises Flaw."""
    scheme, _, digest = named.get("address", f"parquet:{named.get('file_digest')}").partition(":")
    if scheme == "parquet":
        return [f"snapshots/{digest}.parquet"]
    manifest = f"manifests/{digest}.json"
    if scheme != "manifest" or not SNAPSHOT_FILE.fullmatch(manifest):
        raise Flaw("snapshots", "names a snapshot in a way that this verifier cannot read")
    _require_intact(bundle, manifest, intact)
    try:
        document = read_json(bundle.document(manifest))
        columns = [(string(each["name"]), string(each["content"])) for each in document["columns"]]
        files = [f"columns/{string(each['file'])}.parquet" for each in document["columns"]]
        given = table_digest(document["rows"], columns)
    except (KeyError, TypeError, ValueError, struct.error):
        raise Flaw("snapshots", f"names the file {manifest}, which is no manifest") from None
    if given != named["table_digest"]:
        raise Flaw("snapshots", f"names the file {manifest}, which is of another table")
    return [manifest, *files]


def uploaded_file(payload: Mapping[str, Any]) -> str | None:
    """The member that is the file of an upload, from the payload of its event."""
    dataset = payload.get("dataset")
    named = dataset.get("file_digest") if isinstance(dataset, dict) else None
    return f"uploads/{named}" if isinstance(named, str) else None


def check_uploads(bundle: Bundle, named: set[str]) -> int:
    """Compare the uploaded files, if there are any, with what the events name. Raises Flaw."""
    found = bundle.upload_files()
    for name in sorted(named.union(found)) if found else ():
        if name not in named:
            raise Flaw("uploads", f"name no file {name}, which is there")
        if not bundle.has(name):
            raise Flaw("uploads", f"name the file {name}, which is missing")
        if bundle.sha256(name) != name.partition("/")[2]:
            raise Flaw("uploads", f"name the file {name}, which was altered")
    return len(found)


def table_digest(rows: int, columns: Sequence[tuple[str, str]]) -> str:
    """The table digest td2 of columns, given by names and content digests (Datatrail's ADR 18)."""
    whole = hashlib.sha256(b"datatrail table digest 2\n" + struct.pack("<QQ", rows, len(columns)))
    for name, content in columns:
        encoded = name.encode()
        whole.update(struct.pack("<Q", len(encoded)) + encoded + bytes.fromhex(content))
    return f"td2:{whole.hexdigest()}"


# --- Older checkpoints and bundles --------------------------------------------------------------


def check_anchor(bundle: Bundle, tree: Checkpoint, anchor: bytes, key: LogKey) -> str:
    """Compare with an older checkpoint; in words, what that proves. Raises Flaw."""
    note = read_note(anchor)
    old = read_checkpoint(note.text)
    note.require_signature(key)
    if old.size > tree.size:
        raise Flaw(
            "anchor",
            f"covers {old.size:,} events, the bundle's checkpoint {tree.size:,}: the log's end was "
            "cut off, or the bundle was made before the anchor",
        )
    roots = {tree.size: tree.root, **grown_from(bundle, tree)}
    if old.size not in roots:
        raise Flaw(
            "anchor",
            f"is of size {old.size:,}, and the bundle has no proof that the log only grew since: "
            f"export it again with --since {old.size}",
        )
    if old.root != roots[old.size]:
        raise Flaw(
            "anchor",
            f"of size {old.size:,} is not the beginning of the bundle's log: what it covers was "
            "altered, removed or reordered since, or the log was restored from an older copy",
        )
    return f"the log only grew since its checkpoint of size {old.size:,}"


def grown_from(bundle: Bundle, tree: Checkpoint) -> dict[int, bytes]:
    """The sizes and roots that the log is proven to have grown from. Raises Flaw."""
    members: Mapping[str, Callable[[Any], Any]] = {
        "size": natural,
        "root": digest,
        "path": digests,
    }
    roots: dict[int, bytes] = {}
    for line in bundle.lines("consistency.ndjson"):
        proof = read_object(line.removesuffix(b"\n"), members)
        old = Checkpoint(tree.origin, proof["size"], proof["root"], tree.epoch)
        if not line.endswith(b"\n") or old.size in roots or not only_grew(old, tree, proof["path"]):
            raise Flaw("consistency", f"does not prove that the log grew from size {old.size:,}")
        roots[old.size] = old.root
    if bundle.has("consistency.ndjson") and not roots:
        raise Flaw("consistency", "is empty")
    return roots


def check_older_bundle(path: Path, hashes: Sequence[bytes], report: Report, key: LogKey) -> str:
    """Compare with an older bundle of the session, proven itself; in words. Raises Flaw."""
    older = Verification(path, key=key)
    found = older.run()
    if found.exit_code != PROVEN:
        why = found.unreadable or found.problems[0].sentence.removesuffix(".")
        raise Flaw("anchor", f"is a bundle that is not proven itself: {why}")
    if found.session_id != report.session_id:
        raise Flaw("anchor", f"is a bundle of another session, {found.session_id}")
    for version, (old, new) in enumerate(zip_longest(older.hashes, hashes), 1):
        if old is None:
            break
        if new is None:
            raise Flaw(
                "removed",
                f"has event version {version}, which was removed since: the session had "
                f"{found.events:,} events then, and {report.events:,} are in this bundle, unless "
                "it is the older one",
                version=version,
            )
        if old != new:
            why = f"has another event version {version}: it was altered since"
            raise Flaw("altered", why, version=version)
    return f"the first {found.events:,} events are those of the older bundle"


# --- All of it ----------------------------------------------------------------------------------

_MANIFEST: Mapping[str, Callable[[Any], Any]] = {
    "format": string,
    "session_id": uuid,
    "origin": string,
    "events": natural,
    "members": names,
}


class Verification:
    """One bundle, looked through from beginning to end."""

    def __init__(
        self,
        path: Path,
        *,
        key: LogKey | None = None,
        anchor: Path | None = None,
        anchor_key: LogKey | None = None,
        on_event: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        self._path = path
        self._given_key = key
        self._anchor = anchor
        self._anchor_key = anchor_key
        self._on_event = on_event
        self.report = Report(key_was_given=key is not None)
        self.hashes: list[bytes] = []
        self.last: Event | None = None
        self.uploads: set[str] = set()
        self.shown: list[tuple[Event, dict[str, Any]]] = []

    def run(self, *, show: bool = False) -> Report:
        """The report. Raises nothing, whatever the file is."""
        try:
            bundle = Bundle(self._path)
        except Unreadable as error:
            self.report.unreadable = str(error)
            return self.report
        try:
            self._check(bundle, show=show)
        except Unreadable as error:
            # What was found before the damage says more than that there is some.
            if not self.report.problems:
                self.report.unreadable = str(error)
        finally:
            bundle.close()
        return self.report

    def _check(self, bundle: Bundle, *, show: bool) -> None:
        report = self.report
        manifest = self._manifest(bundle)
        key = self._key(bundle)
        tree = self._tree(bundle, key)
        opener, named = None, dict[str, dict[str, str]]()
        with self._naming("The session key in the bundle"):
            opener = session_key(bundle, report.session_id)
        with self._naming("The session key in the bundle"):
            named = self._events(bundle, tree, manifest["events"], opener, show=show)
        if key and tree and not report.problems:
            with self._naming("The session's head"):
                self._check_head(bundle, key, tree)
            with self._naming("The manifest"):
                check_count(report.events, manifest["events"])
        if report.problems or not (key and tree):
            return
        with self._naming("snapshots.json"):
            report.snapshots = len(named)
            report.snapshot_files = check_snapshots(bundle, named)
        with self._naming("The events"):
            report.upload_files = check_uploads(bundle, self.uploads)
        with self._naming("consistency.ndjson"):
            grown_from(bundle, tree)
        if self._anchor:
            with self._naming("The anchor"):
                signer = self._anchor_key or key
                report.anchored = self._compared(bundle, tree, signer, self._anchor)

    def _check_head(self, bundle: Bundle, key: LogKey, tree: Checkpoint) -> None:
        note = read_note(bundle.document("head.txt", 2**16) + b"\n")
        note.require_signature(key)
        told = check_head(note.text, self.report.session_id, self.last, tree)
        check_count(self.report.events, told)

    def _manifest(self, bundle: Bundle) -> dict[str, Any]:
        try:
            manifest = read_object(bundle.document("manifest.json"), _MANIFEST)
        except Flaw as flaw:
            raise Unreadable(f"its manifest.json {flaw}") from None
        if manifest["format"] != FORMAT:
            raise Unreadable(f"it is not in the format {FORMAT}")
        if manifest["members"] != bundle.names:
            raise Unreadable("its members are not those that its manifest.json lists")
        self.report.session_id = str(manifest["session_id"])
        self.report.origin = manifest["origin"]
        return manifest

    def _key(self, bundle: Bundle) -> LogKey | None:
        key = self._given_key
        with self._naming("The key in the bundle"):
            bundled = read_key(bundle.document("public_key.txt", 4096).decode(errors="replace"))
            if key and key.text != bundled.text:
                raise Flaw("signature", f"is another key than yours, {bundled.text}")
            key = bundled
        self.report.public_key = key.text if key else ""
        return key

    def _tree(self, bundle: Bundle, key: LogKey | None) -> Checkpoint | None:
        with self._naming("The checkpoint"):
            note = read_note(bundle.document("checkpoint.txt", 2**16) + b"\n")
            self.report.checkpoint = tree = read_checkpoint(note.text)
            if tree.origin != self.report.origin or (key and key.name != tree.origin):
                raise Flaw("checkpoint", "is of another log than the key or the manifest")
            if key:
                note.require_signature(key)
                self.report.signed = not self.report.problems
        return self.report.checkpoint

    def _events(
        self,
        bundle: Bundle,
        tree: Checkpoint | None,
        told: int,
        opener: SessionKey | None,
        *,
        show: bool,
    ) -> dict[str, dict[str, str]]:
        """Prove each event; the snapshots that they name, by node."""
        report = self.report
        prover = Prover(bundle, report.session_id, tree)
        named: dict[str, dict[str, str]] = {}
        try:
            for event, payload, metadata in prover.proven():
                report.events += 1
                report.closed = report.closed or event.type == "SessionClosed"
                report.last_recorded_at = str(metadata.get("recorded_at", ""))
                self.hashes.append(event.hash)
                self.last = event
                if event.type == "NodeCommitted":
                    node_id, digests_ = snapshot_of(payload)
                    named[node_id] = digests_
                if event.type == "DatasetUploaded" and (upload := uploaded_file(payload)):
                    self.uploads.add(upload)
                self._open(event, payload, opener, show=show)
                self._on_event(report.events, told)
        except Flaw as flaw:
            if flaw.kind == "session_key":
                raise
            stream = f"session-{report.session_id}"
            shown, in_log = _as_shown(bundle, tree)
            case = Case(stream, shown, in_log, told, prover.line - 1, flaw)
            report.problems.append(diagnose(case))
        return named

    def _open(
        self, event: Event, payload: dict[str, Any], opener: SessionKey | None, *, show: bool
    ) -> None:
        sealed = payload.pop("$sealed", None)
        self.report.sealed_events += sealed is not None
        if opener and sealed is not None:
            payload |= opener.opened(event, sealed)
        if show:
            self.shown.append((event, payload))

    def _compared(self, bundle: Bundle, tree: Checkpoint, key: LogKey, anchor: Path) -> str:
        try:
            with anchor.open("rb") as stream:
                note = stream.read(2**16)
        except OSError as error:
            raise Flaw("anchor", f"cannot be read: {error.strerror}") from None
        if note.startswith(b"PK\x03\x04"):
            return check_older_bundle(anchor, self.hashes, self.report, key)
        return check_anchor(bundle, tree, note, key)

    def _naming(self, thing: str) -> "_Naming":
        return _Naming(self.report, thing)


class _Naming:
    """Turns a Flaw within its block into a problem of the thing named."""

    def __init__(self, report: Report, thing: str) -> None:
        self._report = report
        self._thing = thing

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Flaw):
            sentence = f"{self._thing} {error}."
            self._report.problems.append(Problem(error.kind, sentence, error.version))
        return isinstance(error, Flaw)


def check_count(found: int, told: int) -> None:
    """Raise Flaw unless so many events are there as are told."""
    why = f"tells of {told:,} events, and {found:,} are there: event version "
    if found < told:
        last = f", with all to version {told}" if told > found + 1 else ""
        raise Flaw("removed", f"{why}{found + 1} was removed{last}", version=found + 1)
    if found > told:
        raise Flaw("inserted", f"{why}{told + 1} was inserted", version=told + 1)


def verify(
    path: Path,
    *,
    public_key: str | None = None,
    anchor: Path | None = None,
    anchor_key: str | None = None,
    show: bool = False,
    on_event: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verification:
    """Verify the bundle at `path`; `report` says what came of it. Raises nothing.

    `public_key` is the log's key as text, or a file that holds it, and `anchor_key` the one that it
    had when the anchor was made, if that was another. `on_event` is told how many events are
    proven, and of how many.
    """
    keys: list[LogKey | None] = []
    for given, whose in ((public_key, "key"), (anchor_key, "anchor's key")):
        try:
            keys.append(None if given is None else read_key(_text_of(given)))
        except Flaw as flaw:
            refused = Verification(path)
            refused.report.unreadable = f"the {whose} that you gave {flaw}"
            return refused
    key, older_key = keys
    verification = Verification(
        path, key=key, anchor=anchor, anchor_key=older_key, on_event=on_event
    )
    verification.run(show=show)
    return verification


def _text_of(given: str) -> str:
    """A key as it was given, or out of the file that was given."""
    try:
        with Path(given).open("rb") as stream:
            return stream.read(4096).decode(errors="replace").strip()
    except (OSError, ValueError):
        return given.strip()


# --- Telling ------------------------------------------------------------------------------------


def printable(text: str, limit: int = MAX_LINE) -> str:
    """Text of unknown origin on one line, with what a terminal would obey spelt out."""
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text[:limit]
    )
    return shown + "…" if len(text) > limit else shown


def told(verification: Verification, path: Path) -> str:
    """The report for a person."""
    report = verification.report
    if report.unreadable:
        lines = [f"UNREADABLE: {path} cannot be verified: {report.unreadable}."]
    elif report.problems:
        first, *others = report.problems
        lines = [f"NOT PROVEN: {first.sentence}", *(f"  Also: {each.sentence}" for each in others)]
        if first.version is not None and report.signed:
            lines.append(f"  The events before it are proven, {first.version - 1:,} of them.")
    else:
        lines = _proof_in_words(report)
    if report.public_key and not report.key_was_given:
        lines = [
            "WARNING: only the key in the bundle itself was used. Whoever made the bundle may have "
            "made that key: compare it with the one you know, or give yours as --public-key.",
            f"  {report.public_key}",
            *lines,
        ]
    if not report.problems:
        for event, payload in verification.shown:
            fields = json.dumps(payload, ensure_ascii=False)
            lines.append(f"{event.version:>6}  {event.type}  {fields}")
    return "".join(f"{printable(line)}\n" for line in lines)


def _proof_in_words(report: Report) -> list[str]:
    tree = report.checkpoint
    if tree is None:
        raise ValueError("nothing is proven without a checkpoint")
    verdict = "PROVEN" if report.key_was_given else "PROVEN UNDER ITS OWN KEY ONLY"
    lines = [
        f"{verdict}: session {report.session_id}, {report.events:,} events, none altered, removed, "
        f"inserted or reordered; the last was recorded at {report.last_recorded_at}.",
        f"  They are in the log {report.origin} under its signed checkpoint of "
        f"{tree.size:,} events (epoch {tree.epoch}, root {tree.root.hex()}).",
        f"  Snapshots are listed as the events name them: {report.snapshots:,}. Files of them in "
        f"the bundle, unaltered: {report.snapshot_files:,}; of uploads: {report.upload_files:,}.",
    ]
    if report.sealed_events:
        lines.append(f"  Events with sealed fields: {report.sealed_events:,}.")
    if report.anchored:
        lines.append(f"  By your anchor, {report.anchored}.")
    if report.closed:
        lines.append("  The session was closed.")
    lines.append(
        "  These are all events that the session had at its export, by the word of the log's key; "
        "what was cut off before that shows by an older bundle of the session (--anchor)."
    )
    return lines


def as_document(verification: Verification) -> dict[str, Any]:
    """The report for machines."""
    report = verification.report
    tree = report.checkpoint
    verdict = {
        PROVEN: "proven",
        NOT_PROVEN: "not_proven",
        UNREADABLE: "unreadable",
        UNDER_ITS_OWN_KEY: "proven_under_its_own_key",
    }
    document: dict[str, Any] = {
        "verdict": verdict[report.exit_code],
        "exit_code": report.exit_code,
        "unreadable": report.unreadable or None,
        "problems": [vars(problem) for problem in report.problems],
        "session_id": report.session_id or None,
        "origin": report.origin or None,
        "proven_events": report.events if report.signed else 0,
        "closed": report.closed,
        "checkpoint": tree and {"size": tree.size, "epoch": tree.epoch, "root": tree.root.hex()},
        "public_key": report.public_key or None,
        "public_key_was_given": report.key_was_given,
        "snapshots": report.snapshots,
        "snapshot_files": report.snapshot_files,
        "upload_files": report.upload_files,
        "sealed_events": report.sealed_events,
        "anchored": report.anchored or None,
    }
    if verification.shown and not report.problems:
        document["events"] = [
            {"version": event.version, "type": event.type, "payload": payload}
            for event, payload in verification.shown
        ]
    return document


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the bundle that the command line names, and say so; the exit code."""
    parser = argparse.ArgumentParser(
        description="Prove offline that a session's audit trail is what Datatrail recorded.",
        epilog="Exit codes: 0 proven, 1 not proven, 2 unreadable, 3 proven under its own key only.",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE")
    parser.add_argument("--public-key", metavar="VKEY", help="the log's key, or a file with it")
    parser.add_argument(
        "--anchor", type=Path, metavar="FILE", help="an older checkpoint or bundle that you kept"
    )
    parser.add_argument(
        "--anchor-key", metavar="VKEY", help="the log's key at that time, if it has another now"
    )
    parser.add_argument("--show", action="store_true", help="print the events, once proven")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    chosen = parser.parse_args(arguments)
    verification = verify(
        chosen.bundle,
        public_key=chosen.public_key,
        anchor=chosen.anchor,
        anchor_key=chosen.anchor_key,
        show=chosen.show,
    )
    if chosen.json:
        sys.stdout.write(json.dumps(as_document(verification), indent=2) + "\n")
    else:
        sys.stdout.write(told(verification, chosen.bundle))
    return verification.report.exit_code


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr] # it is a terminal
    raise SystemExit(main())
