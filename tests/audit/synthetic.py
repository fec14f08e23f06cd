"""A log in memory, and bundles of its sessions, made by hand: what a tampering attacker has."""

import base64
import hashlib
import hmac
import json
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import rfc8785
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infrastructure.events.chain import GENESIS, chain_hash
from infrastructure.transparency.keys import SigningKey
from infrastructure.transparency.merkle import Frontier, MerkleTree, append, leaf_hash
from infrastructure.transparency.notes import TreeHead, signed_note

KEY = SigningKey("datatrail", bytes(range(32)))
OTHER_KEY = SigningKey("datatrail", bytes(32))
SESSION = UUID("0197a3f2-0000-7000-8000-000000000001")
OTHER_SESSION = UUID("0197a3f2-0000-7000-8000-000000000002")
SESSION_KEY = bytes(range(100, 132))
PARQUET = b"PAR1 not really PAR1"

Members = dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event of the log; `position` counts from 1."""

    session_id: UUID
    version: int
    event_id: UUID
    type: str
    schema_version: int
    metadata: bytes
    payload: bytes
    hash: bytes
    position: int

    def chained(self, previous: bytes) -> "Recorded":
        """The same behind another predecessor, its hash made anew."""
        made = chain_hash(
            previous,
            stream_id=f"session-{self.session_id}",
            version=self.version,
            event_type=self.type,
            schema_version=self.schema_version,
            event_id=self.event_id,
            metadata=self.metadata,
            payload=self.payload,
        )
        return replace(self, hash=made)

    def line(self) -> bytes:
        """As it stands in events.ndjson."""
        return line(
            {
                "version": self.version,
                "event_id": str(self.event_id),
                "type": self.type,
                "schema_version": self.schema_version,
                "position": self.position,
                "metadata": base64.b64encode(self.metadata).decode(),
                "payload": base64.b64encode(self.payload).decode(),
                "hash": self.hash.hex(),
            }
        )


class SyntheticLog:
    """Events of several sessions in one order."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []

    def append(self, session_id: UUID, type_: str, payload: dict[str, Any]) -> Recorded:
        """Record an event behind the session's last one."""
        number = len(self.events) + 1
        event_id = UUID(int=number)
        metadata = {"actor": "ann", "event_id": str(event_id), "recorded_at": "2024-05-01T12:00Z"}
        stream = self.of(session_id)
        new = Recorded(
            session_id=session_id,
            version=len(stream) + 1,
            event_id=event_id,
            type=type_,
            schema_version=1,
            metadata=rfc8785.dumps(metadata),
            payload=rfc8785.dumps(payload),
            hash=b"",
            position=number,
        ).chained(stream[-1].hash if stream else GENESIS)
        self.events.append(new)
        return new

    def of(self, session_id: UUID) -> list[Recorded]:
        """The session's events."""
        return [each for each in self.events if each.session_id == session_id]

    def tree(self) -> MerkleTree:
        """The tree over all events."""
        return tree_over([each.hash for each in self.events])

    def note(self, size: int | None = None, key: SigningKey = KEY) -> bytes:
        """The signed checkpoint of the first `size` events."""
        size = len(self.events) if size is None else size
        head = TreeHead(origin="datatrail", epoch=1, size=size, root=self.tree().root(size))
        return signed_note(head, key).encode()

    def bundle(
        self,
        session_id: UUID = SESSION,
        *,
        size: int | None = None,
        files: bool = False,
        since: int | None = None,
    ) -> Members:
        """The members of the session's bundle under the checkpoint of `size` events."""
        size = len(self.events) if size is None else size
        tree = self.tree()
        events = [each for each in self.of(session_id) if each.position <= size]
        members = {
            "events.ndjson": b"".join(each.line() for each in events),
            "proofs.ndjson": b"".join(
                proof_line(each, tree.inclusion_path(each.position - 1, size)) for each in events
            ),
            "checkpoint.txt": self.note(size),
            "head.txt": head_note(session_id, events[-1:], size),
            "public_key.txt": KEY.verifier.line.encode() + b"\n",
            "snapshots.json": line(_snapshots(events)),
        }
        if files:
            members[f"snapshots/{hashlib.sha256(PARQUET).hexdigest()}.parquet"] = PARQUET
        if since is not None:
            path = [each.hex() for each in tree.consistency_path(since, size)]
            proof = {"size": since, "root": tree.root(since).hex(), "path": path}
            members["consistency.ndjson"] = line(proof)
        return listed({**members, "manifest.json": manifest(session_id, len(events))})


def ordinary_log() -> SyntheticLog:
    """Two sessions, their events in turn; the first one has nodes and sealed fields."""
    log = SyntheticLog()
    digest = hashlib.sha256(PARQUET).hexdigest()
    for number in range(8):
        for session_id in (SESSION, OTHER_SESSION):
            if number == 0:
                log.append(session_id, "SessionStarted", {"session_id": str(session_id)})
            elif number == 3:
                snapshot = {"file_digest": digest, "table_digest": f"td1:{digest}"}
                node = {"node_id": str(UUID(int=number)), "snapshot": snapshot}
                log.append(session_id, "NodeCommitted", node)
            else:
                # The id that the event is going to have.
                event_id = UUID(int=len(log.events) + 1)
                sealed = seal({"text": f"é {number}"}, session_id, event_id)
                log.append(session_id, "MessagePosted", {"number": number, "$sealed": sealed})
    return log


def seal(fields: dict[str, Any], session_id: UUID, event_id: UUID) -> str:
    """Personal fields as they stand in a payload."""
    plain = rfc8785.dumps(fields)
    nonce = hmac.new(SESSION_KEY, event_id.bytes + plain, hashlib.sha256).digest()[:12]
    bound_to = f"session-{session_id}".encode() + event_id.bytes
    return base64.b64encode(nonce + AESGCM(SESSION_KEY).encrypt(nonce, plain, bound_to)).decode()


def tree_over(hashes: list[bytes]) -> MerkleTree:
    """The tree over these entries."""
    tiles = append(Frontier(), [leaf_hash(each) for each in hashes]).tiles

    class InMemory:
        def tile(self, level: int, index: int) -> bytes:
            return tiles.get((level, index), b"")

    return MerkleTree(InMemory())


def manifest(session_id: UUID, events: int) -> bytes:
    """The manifest, its list of members empty."""
    return line(
        {
            "format": "datatrail-audit-1",
            "session_id": str(session_id),
            "origin": "datatrail",
            "events": events,
            "members": [],
        }
    )


def listed(members: Members) -> Members:
    """The members, with all of them listed in the manifest."""
    told = json.loads(members["manifest.json"])
    names = sorted(members.keys() - {"manifest.json"})
    return {**members, "manifest.json": line({**told, "members": names})}


def head_note(session_id: UUID, last: list[Recorded], size: int, key: SigningKey = KEY) -> bytes:
    """The signed head of a session whose last event is this one."""
    hash_ = base64.b64encode(last[0].hash if last else b"").decode()
    version = last[0].version if last else 0
    text = f"datatrail/session\n{session_id}\n{version}\n{hash_}\nsize {size}\nepoch 1\n"
    signature = base64.b64encode(key.verifier.key_id + key.sign(text.encode())).decode()
    return f"{text}\n— datatrail {signature}\n".encode()


def line(value: object) -> bytes:
    """A line of canonical JSON."""
    return rfc8785.dumps(value) + b"\n"  # type: ignore[arg-type]  # a JSON value


def proof_line(event: Recorded, path: list[bytes]) -> bytes:
    """As it stands in proofs.ndjson."""
    hexadecimal = [each.hex() for each in path]
    return line({"version": event.version, "position": event.position, "path": hexadecimal})


def packed(members: Members, path: Path) -> Path:
    """The members as an archive at `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def rechained(events: list[Recorded]) -> list[Recorded]:
    """The events renumbered from 1, every hash made anew, as a careful forger would."""
    made: list[Recorded] = []
    for version, each in enumerate(events, 1):
        previous = made[-1].hash if made else GENESIS
        made.append(replace(each, version=version).chained(previous))
    return made


def _snapshots(events: list[Recorded]) -> dict[str, Any]:
    nodes = [json.loads(each.payload) for each in events if each.type == "NodeCommitted"]
    return {node["node_id"]: node["snapshot"] for node in nodes}
