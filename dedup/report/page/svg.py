"""Pieces of pictures. Across, everything is in percent of the width; down, in pixels.

So a picture fits a telephone and a wide screen, and its letters have one size on both. Colours
come from classes, which the style sheet sets for light, dark and paper. Nothing is drawn that is
not also said: every picture has a title and a description, every mark that stands for a number
carries it as ``data-n``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape as escape_xml


class Picture(NamedTuple):
    """A drawing with what belongs to it: its legend, and its numbers as a table.

    ``name`` finds the caption; ``legend`` pairs a colour class with its meaning.
    """

    name: str
    svg: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    legend: tuple[tuple[str, str], ...] = ()


def drawing(ident: str, title: str, description: str, height: float, parts: Iterable[str]) -> str:
    """A whole picture of this height in pixels, as wide as there is room."""
    return (
        f'<svg class="picture" role="img" aria-labelledby="{ident}-t {ident}-d" width="100%" '
        f'height="{_n(height)}"><title id="{ident}-t">{escape_xml(title)}</title>'
        f'<desc id="{ident}-d">{escape_xml(description)}</desc>{"".join(parts)}</svg>'
    )


def words(
    x: float, y: float, text: str, *, look: str = "", anchor: str = "", shift: float = 0
) -> str:
    """A line of text; ``x`` in percent and ``shift`` pixels more, ``y`` the base line."""
    placed = f' text-anchor="{anchor}"' if anchor else ""
    placed += f' dx="{_n(shift)}"' if shift else ""
    return f'<text x="{_n(x)}%" y="{_n(y)}"{_look(look)}{placed}>{escape_xml(text)}</text>'


def name(x: float, y: float, text: str, most: int) -> str:
    """A name beside other things: whole where there is room, cut where the window is narrow."""
    if len(text) <= most:
        return words(x, y, text, look="name small")
    cut = words(x, y, f"{text[: most - 1]}…", look="name small short")
    return words(x, y, text, look="name small long") + cut


def bar(
    x: float, y: float, width: float, height: float, look: str, *, number: object = None,
    title: str = "", opacity: float = 1.0,
) -> str:
    """A rectangle; a mark for a number carries it, and says what it means to the pointer."""
    faint = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    head = (
        f'<rect x="{_n(x)}%" y="{_n(y)}" width="{_n(width)}%" height="{_n(height)}"'
        f"{_look(look)}{faint}{_number(number)}"
    )
    return f"{head}{_closed(title, 'rect')}"


def dot(
    x: float, y: float, radius: float, look: str, *, number: object = None, title: str = ""
) -> str:
    """A circle, ``x`` in percent."""
    head = (
        f'<circle cx="{_n(x)}%" cy="{_n(y)}" r="{_n(radius)}"{_look(look)}{_number(number)}'
    )
    return f"{head}{_closed(title, 'circle')}"


def line(x1: float, y1: float, x2: float, y2: float, look: str = "rule") -> str:
    """A straight line, across in percent."""
    return (
        f'<line x1="{_n(x1)}%" y1="{_n(y1)}" x2="{_n(x2)}%" y2="{_n(y2)}"{_look(look)}/>'
    )


def stretched(
    x: float, y: float, width: float, height: float, view: tuple[float, float],
    parts: Iterable[str],
) -> str:
    """Shapes in coordinates of their own (``view``), stretched to a place; for no text."""
    return (
        f'<svg x="{_n(x)}%" y="{_n(y)}" width="{_n(width)}%" height="{_n(height)}" '
        f'viewBox="0 0 {_n(view[0])} {_n(view[1])}" preserveAspectRatio="none">'
        f'{"".join(parts)}</svg>'
    )


def block(
    x: float, y: float, width: float, height: float, look: str, *, number: object = None,
    title: str = "",
) -> str:
    """A rectangle inside :func:`stretched`."""
    head = (
        f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        f"{_look(look)}{_number(number)}"
    )
    return f"{head}{_closed(title, 'rect')}"


def polygon(points: Iterable[tuple[float, float]], look: str, *, closed: bool = True) -> str:
    """A polygon, or an open line, inside :func:`stretched`."""
    places = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    kind = "polygon" if closed else "polyline"
    return f'<{kind} points="{places}"{_look(look)}/>'


def _n(value: float) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def _look(look: str) -> str:
    return f' class="{look}"' if look else ""


def _number(number: object) -> str:
    return "" if number is None else f' data-n="{number}"'


def _closed(title: str, kind: str) -> str:
    return f"><title>{escape_xml(title)}</title></{kind}>" if title else "/>"
