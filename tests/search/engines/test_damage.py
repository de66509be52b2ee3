"""What is missing, cut off or altered is noticed, named, and mended by a rebuild."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from base.errors import IndexDamaged, Unavailable
from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import found, offer, training
from tests.contract.lexicons import lexicon_of
from tests.search.engines.conftest import MovedClock

DOCUMENTS = [training(number, offer(number)) for number in range(1, 21)]


@pytest.fixture
def built(engine: EmbeddedEngine) -> EmbeddedEngine:
    engine.rebuild(DOCUMENTS, lexicon_of(DOCUMENTS))
    engine.apply([training(5, offer(5), offer(105), version=1)])
    return engine


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _alter_header(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[40] ^= 1
    path.write_bytes(bytes(data))


def _remove(path: Path) -> None:
    path.unlink()


def _alter_last_array(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-128] + bytes(byte ^ 1 for byte in data[-128:]))  # arrays are padded to 64 bytes


@pytest.mark.parametrize("damage", [_cut, _halve, _empty, _alter_header, _alter_last_array, _remove])
@pytest.mark.parametrize("files", ["*-base.seg", "*-delta.seg", "*.dead"])
def test_a_damaged_file_is_noticed_at_opening_and_mended_by_a_rebuild(
    built: EmbeddedEngine, folder: Path, clock: MovedClock, files: str, damage: Callable[[Path], None]
) -> None:
    (path,) = folder.glob(files)
    damage(path)
    fresh = EmbeddedEngine(folder, clock)
    with pytest.raises(IndexDamaged, match="parcours reindex"):
        fresh.snapshot()
    with pytest.raises(IndexDamaged, match="parcours reindex"):
        fresh.apply([training(6, offer(6), version=3)])
    health = fresh.health()
    assert not health.ready
    assert path.name in health.detail
    fresh.rebuild(DOCUMENTS, lexicon_of(DOCUMENTS))
    assert found(fresh) == set(range(1, 21))


@pytest.mark.parametrize("damage", [_cut, _empty, _remove])
@pytest.mark.parametrize("files", ["*-base.payload", "*.lexicon"])
def test_so_is_a_file_of_payloads_or_words(
    built: EmbeddedEngine, folder: Path, clock: MovedClock, files: str, damage: Callable[[Path], None]
) -> None:
    (path,) = folder.glob(files)
    damage(path)
    with pytest.raises(IndexDamaged, match="parcours reindex"):
        EmbeddedEngine(folder, clock).snapshot()


@pytest.mark.parametrize("damage", [_cut, _halve, _empty, _alter_header, _remove])
def test_so_is_the_manifest(
    built: EmbeddedEngine, folder: Path, clock: MovedClock, damage: Callable[[Path], None]
) -> None:
    before = built.snapshot().generation
    damage(folder / "manifest.json")
    fresh = EmbeddedEngine(folder, clock)
    with pytest.raises(IndexDamaged, match="parcours reindex"):
        fresh.snapshot()
    with pytest.raises(IndexDamaged, match="parcours reindex"):  # a change must not pass for the whole index
        fresh.apply([training(6, offer(6), version=3)])
    fresh.rebuild(DOCUMENTS, lexicon_of(DOCUMENTS))
    assert found(fresh) == set(range(1, 21))
    assert fresh.snapshot().generation > before


def test_no_index_is_not_an_empty_one(engine: EmbeddedEngine) -> None:
    with pytest.raises(Unavailable, match="parcours reindex"):
        engine.snapshot()
    assert not engine.health().ready
    engine.apply([training(7, offer(7))])
    assert engine.snapshot().count() == 1
    assert engine.health().ready


@pytest.mark.parametrize(("files", "content"), [("*-base.seg", b"formation"), ("*-base.payload", b"offer 9")])
def test_altered_bytes_are_noticed_by_a_full_check(
    built: EmbeddedEngine, folder: Path, clock: MovedClock, files: str, content: bytes
) -> None:
    (path,) = folder.glob(files)
    EmbeddedEngine(folder, clock).snapshot().verify()
    data = bytearray(path.read_bytes())
    data[data.index(content)] ^= 16
    path.write_bytes(bytes(data))
    with pytest.raises(IndexDamaged, match="parcours reindex"):
        EmbeddedEngine(folder, clock).snapshot().verify()


def test_leftovers_of_a_crash_disturb_nobody_and_go(built: EmbeddedEngine, folder: Path, clock: MovedClock) -> None:
    leftovers = [
        folder / name for name in ("00000009-dead-base.payload", "00000009-dead-base.seg", "manifest.json.tmp")
    ]
    for path in leftovers:
        path.write_bytes(b"half a fi")
    assert EmbeddedEngine(folder, clock).snapshot().count() == 21
    built.apply([training(7, offer(7), version=4)])
    assert not any(path.exists() for path in leftovers)
