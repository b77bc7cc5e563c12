"""What the furniture model has learned: arrays of whole numbers in a plain file.

``weights.npz`` is written by :mod:`dedup.boilerplate.furniture.train` and read without pickle.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.furniture.features import COLUMNS
from dedup.kernels.reference import I64, U8
from dedup.kernels.reference_furniture import I16, I32, Bools

VERSION = 1
"""Goes into the file; raise it when the features change."""

FILE = "weights.npz"
_CODES = 0x110000
_COMMON = 1 << 18
_PLAIN = ("columns", "limits", "leaves", "typical", "margins")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Wording:
    """The first step: weights of a paragraph's own looks."""

    chars: I16
    words: I16
    shape: I32


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Weights:
    """Everything that a paragraph's probability follows from.

    ``classes`` has an entry a code point and ``common`` one for each 18 upper bits of a word's
    hash. ``columns``, ``limits`` and ``leaves`` are the trees, ``typical`` is each column's usual
    value in content, ``margins`` and ``probabilities`` are the points of the calibration, between
    which it is linear.
    """

    classes: U8
    common: Bools
    wording: Wording
    columns: I32
    limits: I32
    leaves: I32
    typical: I32
    margins: I64
    probabilities: npt.NDArray[np.float64]


def load(path: Path | None = None) -> Weights:
    """The shipped weights, or those of a file (about 5 ms). ValueError: of another version."""
    source = path or files("dedup.boilerplate.furniture") / FILE
    with source.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        stored = dict(arrays)
    if int(stored["version"]) != VERSION or int(stored["columns_of"]) != len(COLUMNS):
        raise ValueError(f"{source}: weights of another version; run `make train`")
    common = np.zeros(_COMMON, bool)
    common[np.cumsum(stored["common_steps"])] = True
    return Weights(
        classes=np.repeat(stored["class_kinds"], stored["class_runs"]),
        common=common,
        wording=Wording(stored["chars"], stored["words"], stored["shape"]),
        **{name: stored[name] for name in _PLAIN},
        probabilities=stored["thousandths"] / 1000.0,
    )


def save(weights: Weights, path: Path) -> None:
    """Write the file; equal weights give equal bytes."""
    edges = np.flatnonzero(np.diff(weights.classes)) + 1
    bounds = np.concatenate(([0], edges, [_CODES]))
    held = io.BytesIO()
    np.savez_compressed(
        held,
        version=np.int64(VERSION),
        columns_of=np.int64(len(COLUMNS)),
        class_runs=np.diff(bounds).astype(np.int32),
        class_kinds=weights.classes[bounds[:-1]],
        common_steps=np.diff(np.flatnonzero(weights.common), prepend=0).astype(np.int32),
        chars=weights.wording.chars,
        words=weights.wording.words,
        shape=weights.wording.shape,
        **{name: getattr(weights, name) for name in _PLAIN},
        thousandths=np.round(weights.probabilities * 1000).astype(np.int32),
    )
    path.write_bytes(held.getvalue())
