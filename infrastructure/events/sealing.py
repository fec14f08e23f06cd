"""Sealing: AES-256-GCM under a key of the session, which comes from the key of its subject.

    session key = HKDF-SHA256(subject key, salt = "", info = "datatrail session " || session id)
    nonce       = HMAC-SHA256(session key, event id || plaintext), its first 12 bytes
    bound to    = "session-<uuid>" || event id
    sealed      = nonce || ciphertext || tag

Ids are their 16 bytes, the text of the stream's name is ASCII. The nonce comes from what is
sealed, so the same event is the same bytes when it is sent again, and no two plaintexts of a
session share one.
"""

import hmac
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from application.ports.event_log import session_stream
from infrastructure.events.errors import UnreadableEvent

NONCE_BYTES = 12
_NO_SALT = bytes(sha256().digest_size)


def session_key(subject_key: bytes, session_id: UUID) -> bytes:
    """The key of one session, 32 bytes; it tells nothing of other sessions of the subject."""
    extracted = hmac.digest(_NO_SALT, subject_key, sha256)
    # One block of the hash is all that HKDF expands to here.
    return hmac.digest(extracted, b"datatrail session " + session_id.bytes + b"\x01", sha256)


def seal(plaintext: bytes, *, subject_key: bytes, session_id: UUID, event_id: UUID) -> bytes:
    """What is recorded of `plaintext`."""
    key = session_key(subject_key, session_id)
    nonce = _nonce(key, event_id, plaintext)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, _bound_to(session_id, event_id))


def unseal(sealed: bytes, *, subject_key: bytes, session_id: UUID, event_id: UUID) -> bytes:
    """The plaintext. Raises UnreadableEvent when key, session, event or a byte is another."""
    key = session_key(subject_key, session_id)
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, _bound_to(session_id, event_id))
    except (InvalidTag, ValueError):
        raise UnreadableEvent(
            "its sealed part does not open: its bytes were changed, or the key store holds "
            "another key of its subject than it was sealed with"
        ) from None


def _nonce(key: bytes, event_id: UUID, plaintext: bytes) -> bytes:
    return hmac.digest(key, event_id.bytes + plaintext, sha256)[:NONCE_BYTES]


def _bound_to(session_id: UUID, event_id: UUID) -> bytes:
    return session_stream(session_id).encode("ascii") + event_id.bytes
