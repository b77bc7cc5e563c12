"""The shipped matching form: what Python's Unicode data makes of it, and that it stays put."""

from __future__ import annotations

import unicodedata
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from dedup.text import matching_form as mf
from tests.kernels import oracle

_UNICODE = "14.0.0"
"""The version of the Unicode data that the shipped table was built from."""

_KINDS = {
    mf.SEPARATOR: oracle.CUT,
    mf.DROPPED: oracle.DROP,
    mf.WORD: oracle.LETTER,
    mf.SOLO: oracle.ALONE,
    mf.DASH: oracle.DASH,
}
_HISTORIC = ("HENTAIGANA", "COMBINING", "HANGZHOU", "IDEOGRAPHIC", "VERTICAL", "ARABIC", "HEBREW")
"""Scripts and marks of manuscripts that the table leaves as ordinary letters."""


@pytest.fixture(scope="module")
def form() -> mf.MatchingForm:
    """The shipped table."""
    return mf.load()


def test_the_version_is_raised_with_every_change(form: mf.MatchingForm) -> None:
    """Fingerprints persisted under one version must mean the same for ever."""
    digest = sha256()
    columns = (form.kind, form.folded.astype("<u4"), form.layout)
    for column in columns:
        digest.update(column.tobytes())

    assert (mf.VERSION, digest.hexdigest()[:16]) == ("1", "2bd54648e7d1b484")


@pytest.mark.skipif(
    unicodedata.unidata_version != _UNICODE,
    reason=f"this Python has Unicode {unicodedata.unidata_version}, the table is of {_UNICODE}",
)
def test_the_table_is_what_build_makes(form: mf.MatchingForm) -> None:
    assert _same(form, mf.build())


def _same(one: mf.MatchingForm, two: mf.MatchingForm) -> bool:
    return (
        np.array_equal(one.kind, two.kind)
        and np.array_equal(one.folded, two.folded)
        and np.array_equal(one.layout, two.layout)
    )


def test_save_and_load_give_the_same_table(
    form: mf.MatchingForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mf.save(form, str(tmp_path / "matching_form.npz"))
    monkeypatch.setattr(mf, "files", lambda package: tmp_path)

    assert _same(mf.load(), form)


def test_every_character_is_what_the_oracle_says(form: mf.MatchingForm) -> None:
    """But for characters that this Python's Unicode data does not know as the table's did."""
    strange: Counter[str] = Counter()
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Cs"):
            continue
        kind, folded = oracle.kind_of(char)
        same = _KINDS[form.kind[code]] == kind
        if not same or (folded and folded != chr(form.folded[code])):
            strange[unicodedata.name(char, "?").split()[0]] += 1

    if unicodedata.unidata_version == _UNICODE:
        assert set(strange) <= set(_HISTORIC)
        assert strange.total() == 439
    else:
        assert strange.total() < 6000


def test_folding_twice_changes_nothing(form: mf.MatchingForm) -> None:
    compared = np.isin(form.kind, (mf.WORD, mf.SOLO))
    folded = form.folded[compared]

    assert np.array_equal(form.folded[folded], folded)
    # Nine presentation forms of vowel marks on a tatweel fold to the tatweel alone.
    assert np.count_nonzero(form.kind[folded] != form.kind[compared]) == 9


def test_digits_of_every_script_are_ascii_digits(form: mf.MatchingForm) -> None:
    for code in range(0x110000):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None and form.folded[code] != code:
            assert (form.kind[code], chr(form.folded[code])) == (mf.WORD, str(digit))
    assert [chr(form.folded[ord(d)]) for d in "5٥۵५๕５"] == ["5"] * 6


def test_white_space_and_line_breaks_are_known(form: mf.MatchingForm) -> None:
    """The layout that segmentation works with: what Python calls space, and the invisible."""
    blank = {chr(code) for code in np.flatnonzero(form.layout & mf.BLANK)}
    breaks = {chr(code) for code in np.flatnonzero(form.layout & mf.BREAK)}
    spaces = {chr(code) for code in range(0x110000) if chr(code).isspace()}

    assert breaks == set("\n\v\f\r\x85\u2028\u2029")
    assert blank == spaces | set("\u200b\ufeff\u2060\x00")


def test_a_break_or_space_never_joins_a_word(form: mf.MatchingForm) -> None:
    visible_in_words = {
        f"U+{code:04X}"
        for code in np.flatnonzero(form.layout)
        if form.kind[code] in (mf.WORD, mf.SOLO)
    }

    assert not visible_in_words
