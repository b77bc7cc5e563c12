"""Ticker symbols inside a text, which copies of one story carry or not."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_EXCHANGES = (
    "NYSE(?: ?(?:American|Arca|MKT))?|NASDAQ|Nasdaq|NasdaqGS|AMEX|OTC(?:QB|QX|BB)?|TSX(?:-?V)?|CSE|"
    "LSE|LON|ASX|NZX|HKEX|HKG|SEHK|SGX|BSE|NSE|TYO|TSE|JSE|FRA|ETR|XETRA|EPA|Euronext|BIT|SWX|KRX|"
    "SHA|SHE|SSE|SZSE|BIST|B3|BMV|BCBA|BME|MOEX"
)
_TICKER = (
    # Reuters: <IBM>, <IBM.N>, <.FTSE>, <0005.HK>, <EUR=>; never a company's name in capitals.
    r" ?<(\.?(?=[A-Z0-9.=^]*[A-Z])[A-Z0-9]{1,8}(?:\.[A-Z]{1,3}){0,2}[=^]?)>"
    # The same after the brackets were changed on the way: ( BHP.AX ), (7203.T)
    r"| ?\( ?(\.?[A-Z0-9]{1,8}\.[A-Z]{1,3}) ?\)"
    # Press releases: (NYSE: IBM), (NASDAQ:AAPL; TSX: ABC), (HKG: 0005)
    rf"| ?\( ?((?:{_EXCHANGES}) ?: ?[A-Z0-9.]{{1,8}}(?:[;,] ?(?:{_EXCHANGES}) ?: ?[A-Z0-9.]{{1,8}})"
    r"{0,3}) ?\)"
)
_DOTTED = frozenset({"U.S", "U.K", "U.N", "D.C", "E.U", "A.M", "P.M"})
"""Abbreviations that stand in brackets and have the shape of a symbol with an exchange."""


@cache
def _expression() -> re.Pattern[str]:
    """Compiled when first needed: it takes milliseconds, and a small job may not want it."""
    return re.compile(_TICKER)


class Ticker(NamedTuple):
    """Characters ``start`` to ``end`` with the brackets and the space before, and the symbol."""

    start: int
    end: int
    symbol: str


def tickers(text: str) -> tuple[Ticker, ...]:
    """The ticker symbols of a text, in order; linear in its length."""
    found = []
    for match in _expression().finditer(text):
        symbol = match[match.lastindex or 0]
        if symbol not in _DOTTED:
            found.append(Ticker(match.start(), match.end(), symbol))
    return tuple(found)
