"""Which stretches of a text stand in quotation marks, in the custom of any script."""

from __future__ import annotations

from bisect import bisect_right

from dedup.expressions import later
from dedup.facts.changes import Span

_CLOSERS = {
    '"': '"', "＂": "＂", "“": "”\"", "„": "“”\"", "‟": "”", "”": "”", "«": "»", "»": "«»",
    "「": "」", "『": "』", "〝": "〟〞", "《": "》", "﹁": "﹂", "﹃": "﹄",
}  # fmt: skip
"""A mark that opens, with those that close it. A mark that cannot open is passed over."""

_QUOTE = later("[\"＂“”„‟«»「『〝《﹁﹃]")
_SIGN = later("[\"＂“”„‟«»「」『』〝〞〟《》﹁﹂﹃﹄]|\n[^\\S\n]*\n")


class Quotes:
    """Quoted stretches of a text. A quotation that is not closed ends with its paragraph."""

    def __init__(self, text: str) -> None:
        self._spans: list[Span] = []
        opened, closers = -1, ""
        for match in _SIGN.finditer(text) if _QUOTE.search(text) else ():
            sign = match[0]
            if opened >= 0 and (sign in closers or sign[0] == "\n"):
                self._spans.append((opened, match.start()))
                opened = -1
            elif opened < 0 and sign in _CLOSERS:
                opened, closers = match.end(), _CLOSERS[sign]
        if opened >= 0:
            self._spans.append((opened, len(text)))
        self._starts = [start for start, _ in self._spans]

    def __bool__(self) -> bool:
        """Whether the text quotes at all."""
        return bool(self._spans)

    def hold(self, start: int, end: int) -> bool:
        """Whether the characters from ``start`` to ``end`` stand in one quotation."""
        k = bisect_right(self._starts, start) - 1
        return k >= 0 and end <= self._spans[k][1]
