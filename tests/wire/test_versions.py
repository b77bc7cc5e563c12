"""Versions in order: by time, by number where there is one, and what replaces what."""

from __future__ import annotations

import pytest

from dedup import wire

NEVER = float("inf")


def version(title: str, text: str = "Oil fell on Monday.") -> wire.Wire:
    return wire.read(title, text)


@pytest.mark.parametrize(
    "chain",
    [
        [("URGENT: Oil", 1.0), ("Oil", 1.0), ("UPDATE 1-Oil", 1.0), ("UPDATE 2-Oil", 1.0)],
        [("Oil", 1.0), ("UPDATE 1-Oil", NEVER), ("UPDATE 2-Oil", NEVER), ("WRAPUP 3-Oil", NEVER)],
        [("Oil", 1.0), ("UPDATE 1-Oil", 2.0), ("RPT-UPDATE 1-Oil", 5.0), ("UPDATE 2-Oil", 3.0)],
        [("UPDATE 1-Oil", 9.0), ("UPDATE 2-Oil", 8.0), ("UPDATE 10-Oil", 7.0)],
        [("Storm", 1.0), ("Storm, 1st Ld", 1.0), ("Storm, 2nd Ld-Writethru", 1.0)],
        [("UPDATE 1-Oil", 1.0), ("CORRECTED-UPDATE 1-Oil", 1.0), ("UPDATE 2-Oil", 1.0)],
        [("Oil", 1.0), ("Oil", 4.0), ("Oil", NEVER)],
    ],
)
def test_order(chain: list[tuple[str, float]]) -> None:
    members = [(version(title), hours) for title, hours in chain]
    assert wire.in_order(members) == list(range(len(members)))
    turned = members[::-1]
    assert [turned[i] for i in wire.in_order(turned)] == members


@pytest.mark.parametrize(
    ("later", "earlier"),
    [
        ("UPDATE 1-Oil", "Oil"),
        ("UPDATE 2-Oil", "UPDATE 1-Oil"),
        ("Oil", "URGENT: Oil"),
        ("WRAPUP 1-Oil", "UPDATE 5-Oil"),
        ("CORRECTED-Oil", "Oil"),
        ("CORRECTED-UPDATE 1-Oil", "UPDATE 1-Oil"),
        ("Storm, 2nd Ld", "Storm, 1st Ld"),
        ("Oil (Updated)", "Oil"),
        ("KILL: Oil", "UPDATE 2-Oil"),
    ],
)
def test_what_replaces_what(later: str, earlier: str) -> None:
    assert wire.supersedes(version(later), version(earlier))
    assert not wire.supersedes(version(earlier), version(later))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Oil", "Oil falls"),
        ("RPT-UPDATE 1-Oil", "UPDATE 1-Oil"),
        ("Oil", "ADVISORY: Oil"),
    ],
)
def test_markers_that_say_nothing(a: str, b: str) -> None:
    assert not wire.supersedes(version(a), version(b))
    assert not wire.supersedes(version(b), version(a))


def test_a_notice_replaces_nothing_but_by_withdrawing_it() -> None:
    notice = version("Correction: Oil", "In a story Monday, AP erroneously reported that oil fell.")
    assert wire.withdrawn(notice)
    assert not wire.supersedes(notice, version("Oil"))
    assert not wire.supersedes(version("UPDATE 1-Oil"), notice)
