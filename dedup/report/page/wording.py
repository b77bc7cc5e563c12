"""Text as a page may show it: short, visible, and without power over what stands around it.

The templates escape markup; here goes what markup is innocent of: controls, writing-direction
overrides, words of a megabyte.
"""

from __future__ import annotations

import re
from math import floor

from dedup.report.escape import ELLIPSIS, escape

_JOINERS = re.compile("([\u200c\u200d])")
"""Zero-width joiners shape letters of Persian, Hindi and others; they cannot hide anything."""

_SPACES = 4
"""Characters looked at for each one shown, so that runs of white space do not eat the text."""

_TINY = 1e-6
"""What binary fractions may lack of the decimal they stand for."""


def shown(text: str, limit: int) -> str:
    """The text in at most ``limit`` characters, one line, everything invisible as an escape."""
    line = " ".join(text[: _SPACES * limit].split())
    cut = line[: limit - 1] + ELLIPSIS if len(line) > limit else line
    if cut.isprintable():
        return cut
    return "".join(
        part if _JOINERS.fullmatch(part) else escape(part) for part in _JOINERS.split(cut)
    )


def grouped(number: int) -> str:
    """Whole number with a thin space between thousands, which no line break parts."""
    return f"{number:,}".replace(",", "\u202f")


def compact(number: int) -> str:
    """Whole number in four characters at most: ``950``, ``1.2k``, ``35k``, ``2M``."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= 0.9995 * size:
            part = number / size
            return f"{part:.1f}{letter}" if part < 9.95 else f"{part:.0f}{letter}"
    return str(number)


def percent(share: float) -> str:
    """``3.1 %``; what is more than nothing is never shown as nothing."""
    if 0 < share < 0.0005:
        return "< 0.1\u202f%"
    return f"{100 * share:.1f}\u202f%"


def score(value: float) -> str:
    """A score with three decimals, rounded down: what missed a threshold never looks as if not."""
    return f"{floor(value * 1000 + _TINY) / 1000:.3f}"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 story``, ``1 204 stories``."""
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"


def span(hours: float) -> str:
    """A stretch of time in words: ``40 min``, ``5 h``, ``3 days``."""
    if hours < 1:
        return f"{60 * hours:.0f}\u202fmin"
    return f"{hours:.0f}\u202fh" if hours < 48 else f"{hours / 24:.0f} days"
