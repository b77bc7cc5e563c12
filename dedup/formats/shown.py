"""Names out of files and file systems, made fit to be shown."""

from __future__ import annotations

from collections.abc import Iterable


def shown(name: str, length: int = 200) -> str:
    """The name with control, invisible and unpaired characters escaped, shortened in the middle."""
    if len(name) > length:
        half = length // 2
        name = f"{name[:half]}…{name[-half:]}"
    if name.isprintable():
        return name
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in name)


def listed(names: Iterable[str], most: int = 30) -> str:
    """Names after one another, the first ``most`` of them."""
    every = list(names)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(shown(name, 60) for name in every[:most]) + rest
