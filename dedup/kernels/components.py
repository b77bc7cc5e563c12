"""Connected components of a graph given by its edges."""

from __future__ import annotations

import numpy as np

from dedup.kernels.reference_text import I64


def components(count: int, a: I64, b: I64) -> I64:
    """The lowest number that each of ``count`` is linked to by ``a[i], b[i]``, by whatever way."""
    label = np.arange(count)
    while len(a):
        least = np.minimum(label[a], label[b])
        np.minimum.at(label, label[a], least)
        np.minimum.at(label, label[b], least)
        label = label[label]
        apart = label[a] != label[b]
        a, b = a[apart], b[apart]
    while True:
        settled = label[label]
        if (settled == label).all():
            return label
        label = settled
