"""Regular expressions that are compiled when they are first used.

A run on a small feed loads modules of which it calls little: compiling all their expressions would
take a tenth of the time until it reads the first story.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Final, Generic, cast

_METHODS: Final = (
    "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn", "groupindex",
)  # fmt: skip


def later(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The expression, to be asked as a compiled one is; the functions of ``re`` do not take it.

    A fault in the pattern is raised (re.error) where it is first used.
    """
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


class _Later(Generic[AnyStr]):
    """What stands for an expression; from its first use on, its methods are the expression's."""

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self.pattern: AnyStr = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever is asked for
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)
