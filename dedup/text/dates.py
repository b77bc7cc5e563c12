"""Publication times as feeds write them: ISO 8601, RFC 822, epoch seconds, wire stamps."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

UNKNOWN = float("inf")
"""Sorts behind every known time."""

_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|(?!19|20)\d{12}|\d{13}")
"""Seconds or milliseconds; twelve digits that begin like a year are a stamp (202411221530)."""
_WIRE_FORMATS = ("%d-%b-%Y %H:%M:%S.%f", "%d-%b-%Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y",
                 "%Y/%m/%d", "%Y%m%d", "%Y%m%d%H%M", "%Y%m%d%H%M%S")  # fmt: skip


def hours(published: str) -> float:
    """Hours since 1970 of a publication time, or UNKNOWN. A time without a zone is UTC."""
    moment = _moment(published.strip())
    if moment is None:
        return UNKNOWN
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() / 3600


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        if _EPOCH.fullmatch(text):
            seconds = float(text)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        return datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        pass
    for pattern in _WIRE_FORMATS:
        try:
            return datetime.strptime(text, pattern)
        except ValueError:
            continue
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
