"""The gate from Python: the same settings, the same verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

import dedup
from dedup.errors import InputError
from dedup.gate import Baseline
from dedup.gate import baseline as file
from tests.stages.kit import near_copies, words

NEAR, COPY = near_copies(60, 54)
RECORDS = [
    {"id": "a", "text": NEAR, "outlet": "Morning Post"},
    {"id": "b", "text": COPY, "outlet": "Evening Post"},
    {"id": "c", "text": f"{words('c', 40)}\n\nAdvertisement", "outlet": "Evening Post"},
]


def levels(result: dedup.Result) -> dict[str, str]:
    return {row.rule: row.level for row in result.tables.findings}


def test_levels_limits_and_ignores() -> None:
    assert not dedup.check(RECORDS).passed
    assert dedup.check(RECORDS, max_new=2).passed
    assert dedup.check(RECORDS, max_ratio="70%").passed
    milder = dedup.check(RECORDS, rules={"dup": {"level": "note"}, "BLP": {"error_if": 2}})
    assert levels(milder) == {"DUP102": "note", "BLP301": "warning"}
    assert milder.passed
    assert levels(milder.rethreshold(0.75)) == levels(milder)
    without = dedup.check(RECORDS, per_source_ignores={"evening*": ["BLP", "DUP102"]})
    assert levels(without) == {}


def test_a_baseline(tmp_path: Path) -> None:
    path = tmp_path / "baseline.jsonl"
    with pytest.raises(InputError, match="the baseline cannot be read"):
        dedup.check(RECORDS, baseline=str(path))
    found = dedup.check(RECORDS).tables.findings
    file.write(path, Baseline.of(found[:1]), file.scheme())
    one = dedup.check(RECORDS, baseline=str(path))
    assert one.findings["new"].tolist() == [False, True]
    assert not one.passed
    assert len(one.verdict.graver) == 2
    file.write(path, Baseline.of(found), file.scheme())
    whole = dedup.check(RECORDS, baseline=str(path))
    assert whole.passed
    assert whole.rethreshold(0.75).passed
