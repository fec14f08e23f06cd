"""The tiled tree says what RFC 6962 says, at every size it had, however it was appended."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infrastructure.transparency.merkle import (
    Frontier,
    MerkleTree,
    TileMissing,
    append,
    frontier_of,
    leaf_hash,
)
from tests.transparency import rfc6962

ENTRIES = [sha256(str(number).encode()).digest() for number in range(1500)]
SIZES = st.one_of(
    st.integers(1, 1500),
    st.sampled_from([1, 2, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 1280]),
)


class Memory:
    """Tiles in memory, as the database keeps them: a tile is replaced by a longer one only."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.frontier = Frontier()

    def append(self, entries: list[bytes]) -> None:
        growth = append(self.frontier, [leaf_hash(entry) for entry in entries])
        for place, hashes in growth.tiles.items():
            held = self.tiles.get(place, b"")
            assert hashes.startswith(held)
            assert len(hashes) > len(held)
            self.tiles[place] = hashes
        self.frontier = growth.frontier

    def tile(self, level: int, index: int) -> bytes:
        return self.tiles.get((level, index), b"")


@pytest.fixture(scope="module")
def stored() -> Memory:
    memory = Memory()
    memory.append(ENTRIES)
    return memory


def test_a_tree_of_nothing_has_the_hash_of_nothing() -> None:
    assert MerkleTree(Memory()).root(0) == sha256(b"").digest()


@given(st.lists(st.integers(0, 700), max_size=6))
def test_batches_of_any_size_make_the_same_tree(sizes: list[int]) -> None:
    memory, taken = Memory(), 0
    for size in sizes:
        memory.append(ENTRIES[taken : taken + size])
        taken = min(taken + size, len(ENTRIES))
        assert memory.frontier.size == taken
        assert MerkleTree(memory).root(taken) == rfc6962.tree_hash(ENTRIES[:taken])
        read = frontier_of(taken, memory)
        more, entries = [leaf_hash(b"more")], memory.frontier
        assert append(read, more).tiles == append(entries, more).tiles


@given(size=SIZES)
def test_the_root_of_every_size_is_that_of_the_rfc(stored: Memory, size: int) -> None:
    assert MerkleTree(stored).root(size) == rfc6962.tree_hash(ENTRIES[:size])


@given(size=SIZES, data=st.data())
def test_inclusion_paths_are_those_of_the_rfc_and_lead_to_the_root(
    stored: Memory, size: int, data: st.DataObject
) -> None:
    index, tree = data.draw(st.integers(0, size - 1)), MerkleTree(stored)
    path = tree.inclusion_path(index, size)
    assert path == rfc6962.path(index, ENTRIES[:size])
    leaf = leaf_hash(ENTRIES[index])
    assert rfc6962.root_from_path(leaf, index, size, path) == tree.root(size)


@given(new=SIZES, data=st.data())
def test_consistency_paths_are_those_of_the_rfc_and_lead_to_both_roots(
    stored: Memory, new: int, data: st.DataObject
) -> None:
    old, tree = data.draw(st.integers(1, new)), MerkleTree(stored)
    path = tree.consistency_path(old, new)
    assert path == rfc6962.proof(old, ENTRIES[:new])
    if old < new:
        roots = tree.root(old), tree.root(new)
        assert rfc6962.roots_from_proof(old, new, tree.root(old), path) == roots


@settings(max_examples=20)
@given(st.data())
def test_one_tree_answers_for_sizes_that_come_later(data: st.DataObject) -> None:
    memory = Memory()
    tree, size = MerkleTree(memory), 0
    for more in data.draw(st.lists(st.integers(1, 300), min_size=2, max_size=4)):
        memory.append(ENTRIES[size : size + more])
        size += more
        assert tree.root(size) == rfc6962.tree_hash(ENTRIES[:size])
        assert tree.inclusion_path(size - 1, size) == rfc6962.path(size - 1, ENTRIES[:size])


def test_a_tree_of_three_levels_of_tiles_has_paths_that_lead_to_its_root() -> None:
    memory, entries = Memory(), [number.to_bytes(4, "big") for number in range(70_000)]
    memory.append(entries[:65_000])
    memory.append(entries[65_000:])
    assert {level for level, _ in memory.tiles} == {0, 1, 2}
    assert frontier_of(70_000, memory) == memory.frontier
    tree = MerkleTree(memory)
    root = tree.root(70_000)
    assert root == rfc6962.tree_hash(entries)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        path = tree.inclusion_path(index, 70_000)
        assert rfc6962.root_from_path(leaf_hash(entries[index]), index, 70_000, path) == root


def test_a_tile_that_is_missing_is_named() -> None:
    memory = Memory()
    memory.append(ENTRIES)
    del memory.tiles[0, 5]
    with pytest.raises(TileMissing, match="tile 5 of level 0") as caught:
        MerkleTree(memory).root(1500)
    assert (caught.value.level, caught.value.index) == (0, 5)
    with pytest.raises(TileMissing):
        frontier_of(1500, memory)


@pytest.mark.parametrize(("index", "size"), [(3, 3), (-1, 3), (0, 0)])
def test_a_leaf_that_is_not_in_the_tree_has_no_path(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        MerkleTree(Memory()).inclusion_path(index, size)
