"""Work arrays of a thread, kept between questions: allocating and clearing them would cost more than most questions.

Who borrows one gives it back as it was: ``marks`` and ``numbers`` hold zeros, ``last`` anything.
"""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt


class Scratch(threading.local):
    def __init__(self) -> None:
        self._marks = np.zeros(0, np.uint8)
        self._numbers = np.zeros(0, np.int32)
        self._last = np.zeros(0, np.int32)
        self._count = np.arange(0)

    def forget(self) -> None:
        """After a question that was interrupted: what it borrowed may not have been given back."""
        self.__init__()  # type: ignore[misc]

    def marks(self, size: int) -> npt.NDArray[np.uint8]:
        """Zeros."""
        if len(self._marks) < size:
            self._marks = np.zeros(size, np.uint8)
        return self._marks

    def numbers(self, size: int) -> npt.NDArray[np.int32]:
        """Zeros."""
        if len(self._numbers) < size:
            self._numbers = np.zeros(size, np.int32)
        return self._numbers

    def last(self, size: int) -> npt.NDArray[np.int32]:
        """Anything: read only where just written."""
        if len(self._last) < size:
            self._last = np.zeros(size, np.int32)
        return self._last

    def count(self, size: int) -> npt.NDArray[np.int64]:
        """0, 1, ... size - 1; not to be written."""
        if len(self._count) < size:
            self._count = np.arange(size * 2)
            self._count.flags.writeable = False
        return self._count[:size]


SCRATCH = Scratch()
