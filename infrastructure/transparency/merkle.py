"""The Merkle tree of RFC 6962 over the log, kept as tiles.

    leaf hash of entry d = SHA-256(0x00 || d)
    node over l and r    = SHA-256(0x01 || l || r)

The tree over n > 1 leaves splits at the largest power of two below n. A tile holds up to 256
consecutive hashes, 32 bytes each: those of level 0 are leaf hashes, an entry of level l + 1 is the
root of a full tile of level l. Only the last tile of a level can be partial, and grows by its end;
a tile that is full never changes. A tree of some size is contained in every later one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from application.ports.transparency import TreeDamaged

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY_ROOT = sha256().digest()
_KEPT_TILES = 256


class TileMissing(TreeDamaged):
    """The tree's store lacks hashes that a tree of this size has."""

    def __init__(self, level: int, index: int, *, held: int, needed: int) -> None:
        super().__init__(
            f"tile {index} of level {level} of the Merkle tree holds {held} hashes, and should "
            f"hold {needed} at least; restore the database from a backup"
        )
        self.level = level
        self.index = index


class Tiles(Protocol):
    """Where tiles are read."""

    def tile(self, level: int, index: int) -> bytes:
        """The hashes of a tile, one after another; nothing when it does not exist."""


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """The growing end of a tree: its size, and the hashes of each level's partial tile.

    `partial` may be shorter than the tree has levels: what is left out is empty.
    """

    size: int = 0
    partial: tuple[tuple[bytes, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What appending did: the new end, and every tile that is new or longer, by level and index."""

    frontier: Frontier
    tiles: Mapping[tuple[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf, from the entry that it stands for."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, leaves: Sequence[bytes]) -> Growth:
    """Add leaf hashes behind those that are in the tree."""
    grown: list[tuple[bytes, ...]] = []
    tiles: dict[tuple[int, int], bytes] = {}
    before, entering, level = frontier.size, list(leaves), 0
    while entering or level < len(frontier.partial):
        held = list(frontier.partial[level]) if level < len(frontier.partial) else []
        first_tile, held = before >> TILE_HEIGHT, held + entering
        carried: list[bytes] = []
        full = len(held) // TILE_WIDTH
        for number in range(full):
            hashes = held[number * TILE_WIDTH : (number + 1) * TILE_WIDTH]
            tiles[level, first_tile + number] = b"".join(hashes)
            carried.append(_fold(hashes))
        rest = held[full * TILE_WIDTH :]
        if rest and entering:
            tiles[level, first_tile + full] = b"".join(rest)
        grown.append(tuple(rest))
        before, entering, level = first_tile, carried, level + 1
    return Growth(
        frontier=Frontier(size=frontier.size + len(leaves), partial=tuple(grown)), tiles=tiles
    )


def frontier_of(size: int, tiles: Tiles) -> Frontier:
    """The end of a tree of `size` leaves, read from its tiles. Raises TileMissing."""
    partial = []
    entries, level = size, 0
    while entries:
        index, width = divmod(entries, TILE_WIDTH)
        partial.append(tuple(_hashes(tiles, level, index, width)) if width else ())
        entries, level = index, level + 1
    return Frontier(size=size, partial=tuple(partial))


class MerkleTree:
    """Roots and proofs of a stored tree, at any size that it has reached.

    Indexes of leaves count from 0. Every method raises TileMissing when the store lacks what a tree
    of the asked size has. Not to be shared by threads: it keeps the tiles it read last.
    """

    def __init__(self, tiles: Tiles) -> None:
        self._tiles = tiles
        self._kept: dict[tuple[int, int], list[list[bytes]]] = {}

    def root(self, size: int) -> bytes:
        """The hash of the tree over the first `size` leaves."""
        return self._over(0, size) if size else EMPTY_ROOT

    def inclusion_path(self, index: int, size: int) -> list[bytes]:
        """The siblings from leaf `index` up to the root of the tree of `size` leaves."""
        if not 0 <= index < size:
            raise ValueError(f"a tree of {size} leaves has no leaf {index}")
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._over(middle, end))
                end = middle
            else:
                path.append(self._over(start, middle))
                start = middle
        return path[::-1]

    def consistency_path(self, old: int, new: int) -> list[bytes]:
        """The nodes that prove the tree of `old` leaves to be the beginning of that of `new`."""
        if not 0 < old <= new:
            raise ValueError(f"there is no consistency path from {old} to {new} leaves")
        path: list[bytes] = []
        start, end, known = 0, new, True
        while end != old:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._over(middle, end))
                end = middle
            else:
                path.append(self._over(start, middle))
                start, known = middle, False
        if not known:
            path.append(self._over(start, end))
        return path[::-1]

    def _over(self, start: int, end: int) -> bytes:
        """The node over leaves `start` to `end`, which begin where a subtree begins."""
        width = end - start
        if width & (width - 1) == 0:
            return self._complete(width.bit_length() - 1, start // width)
        middle = start + _split(width)
        return node_hash(self._over(start, middle), self._over(middle, end))

    def _complete(self, height: int, index: int) -> bytes:
        """The `index`-th node at `height`, over 2^height leaves that all exist."""
        level, within = divmod(height, TILE_HEIGHT)
        tile, offset = divmod(index << within, TILE_WIDTH)
        needed = offset + (1 << within)
        return self._nodes(level, tile, needed)[within][offset >> within]

    def _nodes(self, level: int, tile: int, needed: int) -> list[list[bytes]]:
        """The tile's hashes and what stands above them, row by row, where it is complete."""
        kept = self._kept.pop((level, tile), None)
        if kept is None or len(kept[0]) < needed:
            rows = [_hashes(self._tiles, level, tile, needed)]
            for _ in range(TILE_HEIGHT - 1):
                rows.append(_paired(rows[-1]))
            kept = rows
        self._kept[level, tile] = kept
        if len(self._kept) > _KEPT_TILES:
            del self._kept[next(iter(self._kept))]
        return kept


def _hashes(tiles: Tiles, level: int, index: int, needed: int) -> list[bytes]:
    held = tiles.tile(level, index)
    if len(held) < needed * HASH_BYTES:
        raise TileMissing(level, index, held=len(held) // HASH_BYTES, needed=needed)
    return [held[at : at + HASH_BYTES] for at in range(0, len(held), HASH_BYTES)]


def _paired(row: Sequence[bytes]) -> list[bytes]:
    """The nodes over each two neighbours; an odd last one is left out."""
    return [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]


def _fold(hashes: list[bytes]) -> bytes:
    """The root over a full tile."""
    while len(hashes) > 1:
        hashes = _paired(hashes)
    return hashes[0]


def _split(width: int) -> int:
    """The largest power of two below `width`, which is 2 or more."""
    return 1 << ((width - 1).bit_length() - 1)
