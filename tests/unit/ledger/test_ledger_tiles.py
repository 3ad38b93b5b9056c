"""Tiles: paths, bytes, and which are to be written."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.entry import leaf_hash
from app.ledger.tiles import (
    Tile,
    TileError,
    hashes_of,
    number_path,
    pack_entries,
    pack_hashes,
    parse_path,
    tiles_to_write,
    unpack_entries,
    unpack_hashes,
)
from app.ledger.tree import MerkleTree
from tests.unit.ledger.conftest import VECTORS

TILES = VECTORS["6_tiles"]


@pytest.fixture(scope="module")
def large():
    tree = MerkleTree()
    tree.extend([leaf_hash(f"leaf-{i}".encode()) for i in range(512)])
    return tree


def packed(tree, tile):
    level, positions = hashes_of(tile)
    return pack_hashes([tree.subtree(level, position) for position in positions])


@pytest.mark.parametrize(("number", "path"), TILES["paths"].items())
def test_the_published_paths_are_ours(number, path):
    assert number_path(int(number)) == path


def test_the_published_tiles_are_ours(large):
    basic = MerkleTree()
    basic.extend([leaf_hash(bytes.fromhex(one)) for one in VECTORS["1_merkle_basic"]["leaf_inputs"]])
    partial = TILES["level0_tile0_n8_partial"]
    assert packed(basic, parse_path(partial["path"])).hex() == partial["bytes"]
    full = TILES["level0_tile0_of_large_tree"]
    assert sha256(packed(large, parse_path(full["path"]))).hexdigest() == full["sha256_of_8192_bytes"]
    upper = TILES["level1_tile0_width1_of_large_tree_n256"]
    assert packed(large, parse_path(upper["path"])).hex() == upper["bytes"]


def test_the_published_numbers_of_tiles_are_ours():
    expected, tiles = TILES["size_70000"], list(tiles_to_write(0, 70_000))
    assert sum(tile.level == 0 and tile.is_full for tile in tiles) == expected["full_level0"]
    assert sum(tile.level == 1 and tile.is_full for tile in tiles) == expected["full_level1"]
    widths = {tile.level: tile.width for tile in tiles if not tile.is_full}
    assert widths[0] == expected["partial_level0_width"]
    assert widths[1] == expected["partial_level1_width"]
    assert widths[2] == expected["partial_level2_width"]
    assert widths[None] == widths[0]


def test_the_published_bundle_is_ours():
    bundle = TILES["entry_bundle"]
    entries = tuple(bytes.fromhex(entry) for entry in bundle["entries"])
    assert pack_entries(entries).hex() == bundle["bytes"]
    assert unpack_entries(bytes.fromhex(bundle["bytes"])) == entries


@given(st.none() | st.integers(0, 7), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_reads_back(level, number, width):
    tile = Tile(level, number, width)
    assert parse_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/8/000",
        "tile/00/000",
        "tile/0/00",
        "tile/0/x000/000",
        "tile/0/001/067",
        "tile/0/x001/x67",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/08",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/000\n",
        "tile/-1/000",
        "tile/0/../000",
        "tile/0/\u0660\u0660\u0660",
    ],
)
def test_a_path_that_is_not_exactly_a_tiles_is_refused(path):
    with pytest.raises(TileError) as refusal:
        parse_path(path)
    assert refusal.value.code == "ledger-tile"


@pytest.mark.parametrize("tile", [(8, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)])
def test_a_tile_that_cannot_be_is_refused(tile):
    with pytest.raises(TileError):
        Tile(*tile)


@given(st.integers(0, 600), st.integers(0, 600))
def test_growing_writes_exactly_the_tiles_that_changed(old, more):
    size = old + more
    before = {(tile.level, tile.number): tile.width for tile in tiles_to_write(0, old)}
    after = {(tile.level, tile.number): tile.width for tile in tiles_to_write(0, size)}
    written = {(tile.level, tile.number): tile.width for tile in tiles_to_write(old, size)}
    assert written == {tile: width for tile, width in after.items() if before.get(tile) != width}


def test_hashes_read_back_and_half_a_hash_does_not():
    hashes = (bytes(32), bytes(range(32)))
    assert unpack_hashes(pack_hashes(hashes)) == hashes
    for tile in (b"", bytes(33), bytes(32 * 257)):
        with pytest.raises(TileError):
            unpack_hashes(tile)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_entries_read_back(entries):
    assert unpack_entries(pack_entries(entries)) == tuple(entries)


@pytest.mark.parametrize("bundle", [b"", b"\0", b"\0\1", b"\0\2a", b"\0\0" * 257], ids=len)
def test_a_bundle_that_is_cut_empty_or_too_long_is_refused(bundle):
    with pytest.raises(TileError):
        unpack_entries(bundle)


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65_536)]], ids=len)
def test_what_no_bundle_holds_is_refused(entries):
    with pytest.raises(TileError):
        pack_entries(entries)


def test_an_entry_bundle_has_no_hashes():
    with pytest.raises(TileError, match="entries"):
        hashes_of(Tile(None, 0))
