"""Brings the compiled functions: from their cache in about a second, else by compiling them, which takes longer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from pickle import UnpicklingError
from shutil import rmtree

import numpy as np

from search.engines.embedded.compiled.executing import CompiledExecute


@dataclass(frozen=True, slots=True)
class Loaded:
    kernel: CompiledExecute
    from_cache: bool


def load(cache: Path | None, compiling: Callable[[], None] = lambda: None) -> Loaded:
    """``cache``: folder of what was compiled before, made where missing; one that cannot be written to is done
    without. ``compiling`` is called before something has to be compiled. ``ImportError`` without numba."""
    from search.engines.embedded.compiled import kernel
    from search.engines.embedded.compiled.compiling import compiled_now

    folder = _writable(cache)
    if folder is not None:
        folder = folder / fingerprint()
    if folder is None or not any(folder.rglob("*.nbc")):
        compiling()
    try:
        run, taken = compiled_now(kernel.run, kernel.SIGNATURE, folder)
    except (OSError, EOFError, UnpicklingError):  # a full disk, a file cut off
        return Loaded(CompiledExecute(compiled_now(kernel.run, kernel.SIGNATURE, None)[0]), False)
    if folder is not None:
        _forget_others(folder)
    return Loaded(CompiledExecute(run), taken)


def _writable(cache: Path | None) -> Path | None:
    if cache is None:
        return None
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return cache if os.access(cache, os.W_OK | os.X_OK) else None


def fingerprint() -> str:
    """Of everything that is frozen into the compiled functions, their own text and the values they name, wherever
    these are set: numba looks at one file only."""
    hashed = blake2b(digest_size=_DIGEST_BYTES)
    for file in sorted(Path(__file__).parent.glob("*.py")):
        hashed.update(file.read_bytes())
        named = vars(import_module(f"{__package__}.{file.stem}"))
        for name, value in sorted(named.items()):
            if isinstance(value, _FROZEN) and not name.startswith("__"):
                hashed.update(f"{name}={value!r}".encode())
            elif isinstance(value, np.ndarray):
                hashed.update(f"{name}:{value.dtype}{value.shape}".encode() + value.tobytes())
    return hashed.hexdigest()


def _forget_others(folder: Path) -> None:
    """What other versions of the program left; one that still runs has it in memory."""
    for other in folder.parent.glob("[0-9a-f]" * 2 * _DIGEST_BYTES):
        if other != folder:
            rmtree(other, ignore_errors=True)


_DIGEST_BYTES = 8
_FROZEN = (bool, int, float, str, tuple, list, dict, np.dtype, np.generic)
