"""Signing the log's tree, and anchoring what was signed where the database cannot change it.

A checkpoint is first put into object storage and then recorded. Before a new one is signed, the log
is compared with the newest that is there: it must contain it. A log that was restored from an older
backup, cut short or altered does not. That is an alarm, and the log goes on in a new epoch, so that
nobody is ever shown two different trees of one epoch and size.
"""

import logging
import tempfile
import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from application.lasting_trouble import LastingTrouble
from application.ports.event_log import LogUnavailable
from application.ports.object_store import ObjectStore, ObjectStoreUnavailable
from application.ports.transparency import NotSequencedYet, SignedCheckpoint
from application.unwritable_disks import told_if_unwritable
from infrastructure.postgres.availability import reaching_the_log
from infrastructure.postgres.merkle_tiles import StoredTiles
from infrastructure.postgres.sequencer import Sequencer, begin_epoch
from infrastructure.postgres.tables import alarms, epochs, sequencer, signed_checkpoints
from infrastructure.transparency.errors import NoteInvalid
from infrastructure.transparency.keys import SigningKey
from infrastructure.transparency.merkle import MerkleTree, TileMissing
from infrastructure.transparency.notes import TreeHead, read_note, signed_note, verified_note

logger = logging.getLogger(__name__)

FOLDER = "checkpoints"
_ATTEMPTS = 3
_REMIND = timedelta(minutes=1)


class CheckpointDisputed(Exception):
    """Other checkpoints appear in object storage as fast as this log signs its own."""

    def __init__(self) -> None:
        super().__init__(
            "object storage holds checkpoints of another log under the keys of this one: give each "
            "log a bucket, or a directory, of its own"
        )


def was_signed(engine: Engine) -> bool:
    """Whether a checkpoint of the log was ever anchored and recorded. Raises LogUnavailable."""
    with reaching_the_log(), engine.connect() as connection:
        return connection.execute(select(signed_checkpoints.c.size).limit(1)).first() is not None


class SignedCheckpoints:
    """Implements the port `Transparency`. Safe to share by threads."""

    def __init__(self, engine: Engine, store: ObjectStore, key: SigningKey) -> None:
        self._engine = engine
        self._store = store
        self._key = key
        self._anchored: TreeHead | None = None
        self._one_at_a_time = threading.Lock()

    @property
    def public_key(self) -> str:
        return self._key.verifier.line

    def checkpoint(self, *, covering: int) -> SignedCheckpoint:
        newest = self._recorded()
        if newest is None or newest.size < covering:
            # Others sign as well, and ours may be long ago.
            self.forget()
            newest = self.sign()
        if newest is None or newest.size < covering:
            raise NotSequencedYet(covering, size=newest.size if newest else 0)
        return newest

    def inclusion_paths(self, positions: Sequence[int], *, size: int) -> Sequence[Sequence[bytes]]:
        with reaching_the_log(), self._engine.connect() as connection:
            tree = MerkleTree(StoredTiles(connection))
            return [tree.inclusion_path(position - 1, size) for position in positions]

    def root(self, size: int) -> bytes:
        with reaching_the_log(), self._engine.connect() as connection:
            return MerkleTree(StoredTiles(connection)).root(size)

    def consistency_path(self, old: int, new: int) -> Sequence[bytes]:
        with reaching_the_log(), self._engine.connect() as connection:
            return MerkleTree(StoredTiles(connection)).consistency_path(old, new)

    def forget(self) -> None:
        """Look into object storage anew before the next checkpoint is signed."""
        with self._one_at_a_time:
            self._anchored = None

    def sign(self) -> SignedCheckpoint | None:
        """Sign the log as it is and anchor that, unless it is anchored; None of an empty log.

        Raises LogUnavailable, ObjectStoreUnavailable, TileMissing or CheckpointDisputed.
        """
        with self._one_at_a_time, reaching_the_log():
            self._anchored = self._anchored or self._newest_anchored()
            for _ in range(_ATTEMPTS):
                head = self._head()
                if head.size == 0:
                    return None
                note = signed_note(head, self._key)
                self._anchored = head if head == self._anchored else self._anchor(head, note)
                if self._anchored == head:
                    self._record(head, note)
                    return _signed(head, note)
        raise CheckpointDisputed

    def _head(self) -> TreeHead:
        """What is to be signed: the log as it is, in an epoch in which it may be."""
        with self._engine.begin() as connection:
            size = connection.execute(select(sequencer.c.size)).scalar_one()
            tree = MerkleTree(StoredTiles(connection))
            at_least, dispute = 0, _dispute(self._anchored, size, tree)
            if self._anchored is not None:
                at_least = self._anchored.epoch + (1 if dispute else 0)
            epoch = begin_epoch(connection, at_least)
            if self._anchored is not None and dispute:
                _raise_alarm(connection, epoch, self._anchored, dispute)
            return TreeHead(
                origin=self._key.verifier.origin, epoch=epoch, size=size, root=tree.root(size)
            )

    def _anchor(self, head: TreeHead, note: str) -> TreeHead:
        """Put the note into object storage; what is there then, under its key."""
        key = _key_of(head.epoch, head.size)
        with told_if_unwritable(), tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
            source = Path(directory) / "note"
            source.write_text(note, encoding="utf-8")
            self._store.put(key, source)
        stored = self._read(key)
        if stored is None:
            raise ObjectStoreUnavailable(f"what object storage holds as {key} is no checkpoint")
        # Under another name, or signed with an earlier key, it says the same of the log.
        same = (stored.epoch, stored.size, stored.root) == (head.epoch, head.size, head.root)
        return head if same else stored

    def _record(self, head: TreeHead, note: str) -> None:
        insertion = insert(signed_checkpoints).values(
            epoch=head.epoch, size=head.size, root=head.root, note=note
        )
        with self._engine.begin() as connection:
            connection.execute(insertion.on_conflict_do_nothing())

    def _recorded(self) -> SignedCheckpoint | None:
        """The newest checkpoint by the database, if our key signed it in the current epoch."""
        newest = select(signed_checkpoints).order_by(
            signed_checkpoints.c.epoch.desc(), signed_checkpoints.c.size.desc()
        )
        with reaching_the_log(), self._engine.connect() as connection:
            row = connection.execute(newest.limit(1)).one_or_none()
            epoch = connection.scalar(select(func.max(epochs.c.epoch)))
        if row is None or row.epoch != epoch:
            return None
        try:
            return _signed(verified_note(row.note, self._key.verifier), row.note)
        except NoteInvalid:
            return None

    def _newest_anchored(self) -> TreeHead | None:
        """The newest checkpoint in object storage, by epoch and then by size."""
        known = self._recorded()
        named = [name for name in self._store.folders(FOLDER) if name.isdecimal()]
        for epoch in sorted({int(name) for name in named}, reverse=True):
            if known is not None and epoch < known.epoch:
                break
            # Signed by us, so it is no invention that hides others behind it.
            after = known.size if known is not None and epoch == known.epoch else 0
            keys = self._store.keys(f"{FOLDER}/{epoch}", after=_key_of(epoch, after))
            # What is no checkpoint must not hide one: whoever can only add objects may raise an
            # alarm, and never keep one from being raised.
            for key in sorted(keys, reverse=True):
                found = self._read(key)
                if found is not None:
                    return found
        if known is None:
            return None
        return TreeHead(origin=known.origin, epoch=known.epoch, size=known.size, root=known.root)

    def _read(self, key: str) -> TreeHead | None:
        """What a stored note says, whichever of our keys signed it; None, and an error, if none.

        A note of another size or epoch than its key says is none.
        """
        with told_if_unwritable(), tempfile.TemporaryDirectory(prefix="datatrail-") as directory:
            copy = Path(directory) / "note"
            self._store.get(key, copy)
            try:
                return _read_as(key, copy.read_text(encoding="utf-8"))
            except (NoteInvalid, UnicodeDecodeError) as error:
                logger.error(
                    "object storage holds what is no checkpoint",
                    extra={"key": key, "reason": str(error)},
                )
                return None


class Anchoring:
    """Signs and anchors every few seconds, while this process's sequencer leads."""

    def __init__(
        self,
        checkpoints: SignedCheckpoints,
        sequencer: Sequencer,
        every: timedelta = timedelta(seconds=5),
    ) -> None:
        self._checkpoints = checkpoints
        self._sequencer = sequencer
        self._every = every.total_seconds()
        self._trouble = LastingTrouble(_REMIND)

    def run(self, stop: threading.Event) -> None:
        """Anchor until `stop` is set, through outages of database and storage."""
        term = 0
        while not stop.wait(self._every):
            if not self._sequencer.leads:
                continue
            if term != self._sequencer.terms:
                # Another has led since, and anchored what we do not know of.
                term = self._sequencer.terms
                self._checkpoints.forget()
            try:
                self._checkpoints.sign()
                self._trouble.ends()
            except (LogUnavailable, ObjectStoreUnavailable) as outage:
                if self._trouble.is_to_be_told(outage):
                    logger.warning("no checkpoint is anchored now", extra={"outage": str(outage)})
            except Exception:
                # Unanchored, the log could be cut short and nobody would know.
                logger.exception("no checkpoint could be anchored; it is tried again")


def _dispute(anchored: TreeHead | None, size: int, tree: MerkleTree) -> str | None:
    """In what the log does not contain what was anchored; None if it does."""
    if anchored is None:
        return None
    if size < anchored.size:
        return (
            f"the log ends at position {size}, and a checkpoint of {anchored.size} events was "
            f"anchored in epoch {anchored.epoch}: later events are lost or were removed"
        )
    try:
        root = tree.root(anchored.size)
    except TileMissing as missing:
        return f"the log's tree is damaged: {missing}"
    if root != anchored.root:
        return (
            f"the first {anchored.size} events are not those that were anchored in epoch "
            f"{anchored.epoch}: some were altered, removed or inserted"
        )
    return None


def _raise_alarm(connection: Connection, epoch: int, anchored: TreeHead, dispute: str) -> None:
    """Record and log it, once for an epoch and a checkpoint."""
    row = {"epoch": epoch, "anchored_epoch": anchored.epoch, "anchored_size": anchored.size}
    insertion = insert(alarms).values(**row, message=dispute).on_conflict_do_nothing()
    if connection.execute(insertion.returning(alarms.c.epoch)).first() is not None:
        logger.error("the log is not the one that was anchored: %s", dispute, extra=row)


def _signed(head: TreeHead, note: str) -> SignedCheckpoint:
    return SignedCheckpoint(
        origin=head.origin, epoch=head.epoch, size=head.size, root=head.root, note=note
    )


def _read_as(key: str, note: str) -> TreeHead:
    head = read_note(note)
    if key != _key_of(head.epoch, head.size):
        raise NoteInvalid(f"it is of size {head.size} in epoch {head.epoch}")
    return head


def _key_of(epoch: int, size: int) -> str:
    return f"{FOLDER}/{epoch}/{size:020}"
