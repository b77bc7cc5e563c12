"""Wire practice: datelines, credits, end marks, version markers, slugs and take numbers.

What an agency writes around a story says where the text comes from and which version of it this
is; it is no part of the news, and two copies of one text rarely carry the same. :func:`read` finds
it, as data in ``practice/*.toml`` says; nothing is taken that could be running prose.
"""

from __future__ import annotations

from dedup.wire.model import KINDS, PLAIN, Dateline, Span, Wire
from dedup.wire.reader import Ends, Practice, read, read_all
from dedup.wire.tickers import Ticker, tickers
from dedup.wire.versions import in_order, order_key, supersedes, withdrawn

__all__ = [
    "KINDS",
    "PLAIN",
    "Dateline",
    "Ends",
    "Practice",
    "Span",
    "Ticker",
    "Wire",
    "in_order",
    "order_key",
    "read",
    "read_all",
    "supersedes",
    "tickers",
    "withdrawn",
]
