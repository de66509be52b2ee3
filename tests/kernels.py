"""Both ways in which the embedded engine answers plans: what is tested on one is tested on the other."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from search.engines.embedded.compiled.loading import load
from search.engines.embedded.execute import Kernel, execute

COMPILED = Path(__file__).parent.parent / "var" / "compiled"  # where the program keeps it: compiled once a machine
KERNELS = ("pure", "compiled")


@cache
def kernel_of(name: str) -> Kernel:
    return execute if name == "pure" else load(COMPILED).kernel
