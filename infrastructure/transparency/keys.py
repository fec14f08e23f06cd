"""The Ed25519 key that signs checkpoints, and its public half as C2SP signed notes write it.

A verifier key is one line, ``<name>+<key id>+<base64(0x01 || public key)>``. The key id is the
first four bytes, in hexadecimal, of SHA-256(name || 0x0A || 0x01 || public key).
"""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from infrastructure.directory_entries import sync_directory
from infrastructure.transparency.errors import NoteInvalid, SigningKeyUnusable

SEED_BYTES = 32
_ED25519 = b"\x01"
_ID_BYTES = 4


@dataclass(frozen=True, kw_only=True)
class VerifierKey:
    """The public key of a log, by its name, the `origin` of its checkpoints."""

    origin: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell which key a signature is of."""
        hashed = self.origin.encode() + b"\n" + _ED25519 + self.public_key
        return sha256(hashed).digest()[:_ID_BYTES]

    @property
    def line(self) -> str:
        """The key in its written form."""
        encoded = base64.b64encode(_ED25519 + self.public_key).decode()
        return f"{self.origin}+{self.key_id.hex()}+{encoded}"

    def verify(self, signature: bytes, text: bytes) -> None:
        """Raise NoteInvalid unless this key made the signature over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(signature, text)
        except InvalidSignature:
            raise NoteInvalid(f"the signature of {self.origin} does not fit the text") from None


class SigningKey:
    """The private key of a log. It is never shown: `repr` names the public one."""

    def __init__(self, origin: str, seed: bytes) -> None:
        if not origin or "+" in origin or any(letter.isspace() for letter in origin):
            raise SigningKeyUnusable(
                f"{origin!r} cannot name the log in its checkpoints: it must not be empty, nor "
                "hold white space or +"
            )
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.verifier = VerifierKey(
            origin=origin, public_key=self._private.public_key().public_bytes_raw()
        )

    def __repr__(self) -> str:
        return f"SigningKey({self.verifier.line})"

    def sign(self, text: bytes) -> bytes:
        """The signature over `text`, 64 bytes; the same each time."""
        return self._private.sign(text)


def new_seed() -> str:
    """A fresh private key in its written form, base64 of 32 bytes."""
    return base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()


def seed_from(written: str, *, where: str) -> bytes:
    """The 32 bytes of a written private key. Raises SigningKeyUnusable, which names `where`."""
    try:
        seed = base64.b64decode(written.strip(), validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != SEED_BYTES:
        raise SigningKeyUnusable(
            f"{where} must be {SEED_BYTES} bytes in base64; make one with: datatrail keys new"
        )
    return seed


def seed_in_file(path: Path) -> bytes:
    """The private key kept in the file; one is made, for its owner's eyes only, if it is missing.

    Processes that make it at once agree on one. Raises SigningKeyUnusable.
    """
    try:
        if not path.exists():
            _make(path)
        return seed_from(path.read_text("ascii"), where=f"the signing key in {path}")
    except UnicodeDecodeError:
        raise SigningKeyUnusable(f"{path} holds no signing key; restore it from a backup") from None
    except OSError as error:
        raise SigningKeyUnusable(
            f"the signing key in {path} cannot be read or made: {error.strerror}"
        ) from error


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    staged = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as writing:
            writing.write(new_seed() + "\n")
            writing.flush()
            os.fsync(writing.fileno())
        # A link, unlike a rename, leaves the key of whoever came first.
        path.hardlink_to(staged)
    except FileExistsError:
        return
    finally:
        staged.unlink()
    sync_directory(path.parent)
