"""Who holds a term: a list of trainings, or a mask for each training where the term is frequent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Sparse:
    """Trainings that hold a term, ascending, and the mask of its fields in each."""

    trainings: npt.NDArray[np.int32]
    masks: npt.NDArray[np.uint8]
    count: int


@dataclass(frozen=True, slots=True)
class Dense:
    """The mask of a frequent term in every training, 0 where it is not held."""

    masks: npt.NDArray[np.uint8]
    count: int
