"""From objects as they were stored to rows of tables."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import Any, NamedTuple, get_type_hints

from dedup.model import Finding, Fix


def restorer(row_type: type[NamedTuple]) -> Callable[[dict[str, Any]], NamedTuple]:
    """Way from a JSON object to a row: tuples and the fix in their own types again."""
    values = itemgetter(*row_type._fields)
    make = row_type._make
    tuples = [name for name, hint in get_type_hints(row_type).items() if hint == tuple[str, ...]]
    has_fix = row_type is Finding

    def restore(columns: dict[str, Any]) -> NamedTuple:
        for name in tuples:
            columns[name] = tuple(columns[name])
        if has_fix:
            columns["fix"] = Fix(**columns["fix"])
        return make(values(columns))

    return restore
