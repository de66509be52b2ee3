"""One file of named arrays, memory-mapped: header with sizes and checksums, then arrays aligned to 64 bytes.

Opening checks the header and the file's size, which a crash or a lost file cannot survive; ``verify`` reads it all.
"""

from __future__ import annotations

import json
import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from base.errors import IndexDamaged

MAGIC = b"PARCIDX3"  # the last letter is the version of the format: an index of another one is built again
SCHEMA = MAGIC[-1:].decode()
_ALIGN = 64
Arrays = dict[str, npt.NDArray[Any]]


def damaged(path: Path, why: str) -> IndexDamaged:
    return IndexDamaged(f"L'index est endommagé ({path.name} : {why}). Reconstruisez-le avec « parcours reindex ».")


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """The file is on disk when this returns; its name is durable once the folder is synced."""
    described: dict[str, dict[str, Any]] = {}
    at = 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array)
        crc = _crc(data)
        described[name] = {"dtype": data.dtype.str, "shape": data.shape, "at": at, "crc": crc}
        at += -(-data.nbytes // _ALIGN) * _ALIGN
    header = json.dumps({"arrays": described, "size": at, "meta": dict(meta)}).encode()
    start = -(-(len(MAGIC) + 8 + len(header)) // _ALIGN) * _ALIGN
    with path.open("wb") as file:
        file.write(MAGIC + len(header).to_bytes(4, "little") + zlib.crc32(header).to_bytes(4, "little") + header)
        for name, array in arrays.items():
            file.seek(start + described[name]["at"])
            file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data if array.size else b"")
        file.truncate(start + at)
        file.flush()
        os.fsync(file.fileno())


def map_file(path: Path) -> mmap.mmap | bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise damaged(path, "fichier absent") from None


def open_arrays(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """Arrays (views of the map) and meta; ``IndexDamaged`` when the file is absent, cut off or altered.

    Every checksum is compared: a gigabyte a second, 30 ms for 100,000 offers, once a file and process.
    """
    data = map_file(path)
    header, start = _header(path, data)
    if len(data) != start + header["size"]:
        raise damaged(path, "taille inattendue")
    arrays = {}
    for name, told in header["arrays"].items():
        dtype, shape = np.dtype(told["dtype"]), tuple(told["shape"])
        count = int(np.prod(shape, dtype=np.int64))
        array = np.frombuffer(data, dtype, count, start + told["at"]) if count else np.empty(0, dtype)
        if _crc(array) != told["crc"]:
            raise damaged(path, f"somme de contrôle de {name}")
        arrays[name] = array.reshape(shape)
    return arrays, header["meta"]


def _crc(array: npt.NDArray[Any]) -> int:
    return zlib.crc32(array.reshape(-1).view(np.uint8).data) if array.size else 0


def _header(path: Path, data: mmap.mmap | bytes) -> tuple[dict[str, Any], int]:
    if data[: len(MAGIC)] != MAGIC:
        raise damaged(path, "en-tête illisible")
    length, crc = int.from_bytes(data[8:12], "little"), int.from_bytes(data[12:16], "little")
    text = data[16 : 16 + length]
    if len(text) != length or zlib.crc32(text) != crc:
        raise damaged(path, "somme de contrôle de l'en-tête")
    return json.loads(text), -(-(16 + length) // _ALIGN) * _ALIGN
