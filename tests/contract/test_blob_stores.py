"""What every place for originals must keep to, whatever it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.blobs.backends import BACKENDS
from app.blobs.store import BlobDamagedError, BlobMissingError, BlobStore, BlobTooLargeError
from tests.twins.memory_blobs import MemoryBlobs

LOTS = 10_000_000
LONG = bytes(range(256)) * 4000


@dataclass
class Place:
    """A store, how to damage an original in it, and how many things lie in it."""

    store: BlobStore
    damage: Callable[[bytes], None]
    count: Callable[[], int]


def local(tmp_path: Path) -> Place:
    folder = tmp_path / "blobs"

    def damage(sha256: bytes) -> None:
        file = folder / sha256.hex()[:2] / sha256.hex()[2:]
        file.write_bytes(b"x" + file.read_bytes()[1:])

    return Place(BACKENDS["local"].open(str(folder)), damage, lambda: sum(one.is_file() for one in folder.rglob("*")))


def memory(_: Path) -> Place:
    store = MemoryBlobs()

    def damage(sha256: bytes) -> None:
        store.kept[sha256] = b"x" + store.kept[sha256][1:]

    return Place(store, damage, lambda: len(store.kept))


@pytest.fixture(params=[local, memory], ids=["local", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return request.param(tmp_path)


def whole(store: BlobStore, sha256: bytes) -> bytes:
    return b"".join(store.read(sha256))


def test_every_backend_is_held_to_this_contract() -> None:
    assert [one.tag for one in BACKENDS] == ["local"]


@pytest.mark.parametrize("parts", [[], [b""], [b"a"], [b"a", b"", b"b"], [LONG, LONG]], ids=len)
def test_an_original_comes_back_byte_for_byte(place: Place, parts: list[bytes]) -> None:
    kept = place.store.keep(parts, at_most=LOTS)
    original = b"".join(parts)
    assert (kept.sha256, kept.size, kept.new) == (hashlib.sha256(original).digest(), len(original), True)
    assert place.store.holds(kept.sha256)
    assert whole(place.store, kept.sha256) == original
    with place.store.opened(kept.sha256) as file:
        assert file.read(1) == original[:1]
        assert file.seek(0, 2) == len(original)


def test_the_same_bytes_are_kept_once(place: Place) -> None:
    first, second = (place.store.keep([LONG], at_most=LOTS) for _ in range(2))
    assert (first.new, second.new) == (True, False)
    assert (first.sha256, place.count()) == (second.sha256, 1)


def test_what_was_never_kept_is_missing(place: Place) -> None:
    for unknown in (bytes(32), b"short"):
        with pytest.raises(BlobMissingError):
            whole(place.store, unknown)
        with pytest.raises(BlobMissingError), place.store.opened(unknown):
            pytest.fail("it was opened")
    assert not place.store.holds(bytes(32))


def test_a_damaged_original_is_never_given_as_a_whole(place: Place) -> None:
    kept = place.store.keep([LONG], at_most=LOTS)
    place.damage(kept.sha256)
    given = []
    with pytest.raises(BlobDamagedError):
        given.extend(place.store.read(kept.sha256))
    assert len(b"".join(given)) < len(LONG)
    with pytest.raises(BlobDamagedError), place.store.opened(kept.sha256):
        pytest.fail("it was opened")


def test_what_is_too_long_or_breaks_off_leaves_nothing_behind(place: Place) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(BlobTooLargeError):
        place.store.keep([b"1234", b"5"], at_most=4)
    with pytest.raises(ConnectionResetError):
        place.store.keep(breaking(), at_most=LOTS)
    assert place.count() == 0
    assert place.store.keep([b"1234"], at_most=4).new
