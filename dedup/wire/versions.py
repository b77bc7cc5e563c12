"""Versions of one story in order: which comes after which, and which replaces which."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.wire.model import Wire

_ADVISORY, _FLASH, _STORY, _WRAPUP, _KILL = range(5)


def _level(wire: Wire) -> tuple[int, int, int]:
    """Stage, number, and whether corrected: what the markers alone say of the order.

    A flash comes before the first full version, a wrapup after the updates it sums up, a kill
    after everything. An update without a number is the first; a repeat stands where the text
    stands that it repeats.
    """
    if wire.notice == "kill" or wire.kind == "kill":
        return _KILL, 0, 0
    if wire.kind == "advisory" or wire.notice:
        return _ADVISORY, 0, 0
    kinds = set(wire.kinds)
    stage = _WRAPUP if "wrapup" in kinds else _STORY
    later = kinds & {"update", "lead", "writethru", "wrapup"}
    if not later and "flash" in kinds:
        stage = _FLASH
    number = wire.version if wire.version is not None else 1 if later else 0
    return stage, number, int("corrected" in kinds)


def order_key(wire: Wire, hours: float) -> tuple[float, int, int, int]:
    """Sorts versions by time (hours; infinite when unknown), then by their markers."""
    return (hours, *_level(wire))


def in_order(chain: Sequence[tuple[Wire, float]]) -> list[int]:
    """The numbers of the members of a chain, earliest version first; the caller's order at ties.

    Time decides, but a number says more than a clock that is coarse, missing or that of a
    repeat: members with a number, and their repeats, take the places in time that they hold
    together in the order of their numbers ("RPT-UPDATE 1-" stays before "UPDATE 2-").
    """
    by_time = sorted(range(len(chain)), key=lambda member: order_key(*chain[member]))
    places = [place for place, member in enumerate(by_time) if chain[member][0].version is not None]
    numbered = sorted(
        (by_time[place] for place in places), key=lambda member: _level(chain[member][0])
    )
    for place, member in zip(places, numbered, strict=True):
        by_time[place] = member
    return by_time


def supersedes(a: Wire, b: Wire) -> bool:
    """Whether ``a`` says by its markers that it replaces ``b``, given that both are of one chain.

    False where the markers say nothing (then time may decide), and for advisories and notices of
    correction, which replace no text. Asymmetric and transitive.
    """
    first, second = _level(a), _level(b)
    return first > second and second[0] != _ADVISORY


def withdrawn(wire: Wire) -> bool:
    """Whether the text is only a notice that another is withdrawn or wrong.

    Such a text must never be the one that is kept.
    """
    return bool(wire.notice)
