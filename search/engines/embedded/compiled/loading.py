"""Brings the compiled functions: from their cache in about a second, else by compiling them, which takes longer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from pickle import UnpicklingError

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
        run, taken = compiled_now(kernel.run, kernel.SIGNATURE, None)
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
    """Of everything that is frozen into the compiled functions: numba looks at one file only."""
    import search

    root = Path(search.__file__).parent
    hashed = blake2b(digest_size=8)
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *[root / name for name in _FROZEN]):
        hashed.update(path.read_bytes())
    return hashed.hexdigest()


_FROZEN = (
    *("turn.py", "ranking.py", "document.py", "plan.py"),
    *(f"engines/embedded/{name}.py" for name in ("build", "columns", "facets", "text")),
    "../geo/distance.py",
)
