"""Colours that stand side by side are told apart, also by readers who see fewer of them."""

from __future__ import annotations

import re
from importlib import resources
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pytest

CSS = resources.files("dedup.report.page").joinpath("templates", "page.css").read_text("utf-8")
F64 = npt.NDArray[np.float64]

SIGHT = {
    "every": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                            [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                              [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                            [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip
"""Linear RGB as seen, by Machado, Oliveira and Fernandes (2009), severity 1."""

_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])

PICTURES = {
    "funnel": ("blue", "red", "pink"),
    "scores": ("blue", "green", "orange", "pink", "grey"),
    "lanes": ("ink", "sky", "blue", "green"),
    "barcode": ("grey", "sky", "pink", "red"),
    "joined": ("grey", "blue", "red"),
    "shares": ("sky", "blue", "green", "ground"),
}

NOTICED = 2.3
"""The smallest difference of colours in L*a*b* that is noticed at all; side by side, five times
as much is plain."""


def palette(scheme: str) -> dict[str, str]:
    start = ":root {" if scheme == "light" else ':root[data-theme="dark"] {'
    block = CSS[CSS.index(start) :].partition("}")[0]
    return dict(re.findall(r"--(\w+(?:-\w+)?): (#[0-9a-f]{6})", block))


def seen(colour: str, matrix: F64) -> F64:
    """The colour in L*a*b* as an eye sees it."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = _TO_XYZ @ np.clip(matrix @ linear, 0, 1) / _WHITE
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("picture", PICTURES)
def test_colours_of_a_picture_are_told_apart(scheme: str, sight: str, picture: str) -> None:
    colours = palette(scheme)
    apart = {
        (one, other): float(np.linalg.norm(
            seen(colours[one], SIGHT[sight]) - seen(colours[other], SIGHT[sight])))
        for one, other in combinations(PICTURES[picture], 2)
    }  # fmt: skip
    assert {pair: round(far, 1) for pair, far in apart.items() if far < 5 * NOTICED} == {}


def test_both_ways_to_dark_have_the_same_colours() -> None:
    blocks = re.findall(r"color-scheme: dark;(.*?)\}", CSS, re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0] == blocks[1]
