"""The library: stories in, a result out; and what the command line calls.

``dedup.check(stories, threshold=0.8).findings`` is all that most callers need.
"""

from __future__ import annotations

from dedup.api.intake import Stories
from dedup.api.result import Result
from dedup.api.runs import check, record, reopen, scan, stored

__all__ = ["Result", "Stories", "check", "record", "reopen", "scan", "stored"]
