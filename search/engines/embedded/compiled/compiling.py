"""The only door to numba: its decorator, typed, and pointers from addresses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit, types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compiled as a part of what calls it."""
    made: Any = njit(nogil=True, error_model="numpy")(function)
    return made


def compiled_now(
    function: Callable[..., None], signature: Any, folder: Path | None
) -> tuple[Callable[..., None], bool]:
    """Compiled for callers in Python, or taken from the folder; and whether it was taken."""
    if folder is not None:
        config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    made: Any = njit(signature, nogil=True, error_model="numpy", cache=folder is not None)(function)
    return made, bool(made.stats.cache_hits)


def _pointer_to(element: Any) -> Any:
    def typed(_context: Any, address: Any) -> Any:
        def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

        pointer: Any = types.CPointer
        return pointer(element)(types.int64), generated

    return intrinsic(typed)


bytes_at = _pointer_to(types.uint8)
shorts_at = _pointer_to(types.int16)
ints_at = _pointer_to(types.int32)
unsigned_at = _pointer_to(types.uint32)
longs_at = _pointer_to(types.int64)
doubles_at = _pointer_to(types.float64)
