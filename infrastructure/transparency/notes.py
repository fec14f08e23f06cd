"""Signed checkpoints of the log, as C2SP tlog-checkpoint and signed-note write them.

The text is lines: the log's origin, the tree's size, its root in base64, and ``epoch <number>``.
After an empty line comes ``— <origin> <base64(key id || signature)>``; the signature covers the
text up to and including the line end before the empty line.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from infrastructure.transparency.errors import NoteInvalid
from infrastructure.transparency.keys import SigningKey, VerifierKey

_TEXT = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"epoch (?P<epoch>0|[1-9][0-9]*)\n",
    re.ASCII,
)
_SIGNATURE = re.compile(r"— (?P<origin>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})", re.ASCII)
_KEY_ID_BYTES = 4


@dataclass(frozen=True, kw_only=True)
class TreeHead:
    """What the log was when a checkpoint was made: its size and its tree's root (32 bytes)."""

    origin: str
    epoch: int
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        root = base64.b64encode(self.root).decode()
        return f"{self.origin}\n{self.size}\n{root}\nepoch {self.epoch}\n"


def signed_note(head: TreeHead, key: SigningKey) -> str:
    """The checkpoint's note. The same head and key give the same note."""
    return signed_text(head.text, key)


def signed_text(text: str, key: SigningKey) -> str:
    """Any text as a signed note; its last line has to end."""
    signature = key.verifier.key_id + key.sign(text.encode())
    return f"{text}\n— {key.verifier.origin} {base64.b64encode(signature).decode()}\n"


def read_note(note: str) -> TreeHead:
    """What a note says, whoever signed it. Raises NoteInvalid."""
    found = _TEXT.fullmatch(_parts(note)[0])
    if found is None:
        raise NoteInvalid("this is not the text of a checkpoint: origin, size, root and epoch")
    return TreeHead(
        origin=found["origin"],
        epoch=int(found["epoch"]),
        size=int(found["size"]),
        root=base64.b64decode(found["root"]),
    )


def verified_note(note: str, key: VerifierKey) -> TreeHead:
    """What a note says, signed with this key. Raises NoteInvalid."""
    text, signatures = _parts(note)
    for line in signatures:
        found = _SIGNATURE.fullmatch(line)
        if found is None:
            raise NoteInvalid("the checkpoint has a line that is no signature")
        signature = _decoded(found["signature"])
        if found["origin"] == key.origin and signature[:_KEY_ID_BYTES] == key.key_id:
            key.verify(signature[_KEY_ID_BYTES:], text.encode())
            return read_note(note)
    raise NoteInvalid(f"the checkpoint is not signed with the key {key.line}")


def _parts(note: str) -> tuple[str, list[str]]:
    """The signed text, with its last line end, and the lines of signatures."""
    text, gap, signatures = note.rpartition("\n\n")
    if not gap or not signatures.endswith("\n"):
        raise NoteInvalid("this is not a signed note: a text, an empty line, and signatures")
    return text + "\n", signatures.removesuffix("\n").split("\n")


def _decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise NoteInvalid("the checkpoint's signature is not base64") from None
