"""How right rules BLP3xx are on repeated lines labelled by hand, which are not of the project."""

from __future__ import annotations

import csv
from collections import Counter
from functools import partial
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from dedup import learning, pipeline
from dedup.api.intake import PathIntake
from dedup.assembly import assemble
from dedup.corpus import Corpus, print_batch
from dedup.engines.local import LocalEngine
from dedup.fingerprint import finish
from dedup.formats import InputOptions
from dedup.kernels import choose, reference
from dedup.kernels.reference import U64
from dedup.settings import build
from dedup.text import matching_form

# A line is flagged when most of its paragraphs are. Credits (BLP306) are labelled as bylines, so
# they are left out here; with them the precision by line is 0.925 (197 of 213). Measured: 1.000
# (196 of 196) and 0.920 (of 213) by line, 1.000 (8,525) and 0.9772 (of 8,724) by occurrence; of 77
# headings and separators none is flagged. Outlets whose host hashes even: recall 0.922, odd: 0.919;
# lines of both were read when the weights were set, so neither is an estimate for other outlets.
FLOORS = {"line": (0.97, 0.92), "occurrence": (0.99, 0.97)}
CEILING = 0.02
LEFT_OUT = "BLP306"


def _half(host: str) -> int:
    return blake2b(host.encode(), digest_size=8).digest()[0] % 2


@pytest.fixture(scope="module")
def counted(shared_corpora: Path) -> list[tuple[dict[str, str], int, int]]:
    """Each labelled line with its flagged paragraphs and all of them."""
    folder = shared_corpora / "news_abp"
    corpus = _read(str(folder / "articles.jsonl.gz"))
    flagged = corpus.paragraphs.boilerplate
    flagged[[at for at, match in corpus.marks.items() if match.rule == LEFT_OUT]] = False
    with (folder / "line_labels.csv").open(encoding="utf-8", newline="") as stream:
        labels = list(csv.DictReader(stream))
    order = np.argsort(corpus.paragraphs.exact)
    exact = corpus.paragraphs.exact[order]
    wanted = _exact([row["text"] for row in labels])
    found = []
    for row, low, high in zip(
        labels, np.searchsorted(exact, wanted), np.searchsorted(exact, wanted, "right"), strict=True
    ):
        found.append((row, int(flagged[order[low:high]].sum()), int(high - low)))
    return found


def _read(path: str) -> Corpus:
    """The corpus with everything marked, before stories are compared."""
    settings = build(select="BLP")
    layout = pipeline._layout(settings)
    reader = pipeline._reader(settings, layout, choose("auto", 1 << 30))
    batches = PathIntake((path,), InputOptions()).batches()
    corpus = assemble(LocalEngine().map(partial(print_batch, reader=reader), batches))
    learning.apply(corpus, reader)
    return corpus


def _exact(texts: list[str]) -> U64:
    """The hashes of the texts in the matching form; separators, without a word, are all one."""
    text = [text.encode() for text in texts]
    ends = np.cumsum([len(part) for part in text], dtype=np.int64)
    starts = np.concatenate(([0], ends[:-1])).astype(np.int64)
    first, _, poly = reference.tokenise(
        np.frombuffer(b"".join(text), np.uint8), starts, ends, matching_form.load()
    )
    return finish(poly, np.diff(first))


def _shares(flagged: float, missed: float, wrong: float) -> tuple[float, float]:
    return flagged / (flagged + wrong), flagged / (flagged + missed)


@pytest.mark.parametrize("part", [None, 0, 1])
def test_precision_and_recall_on_repeated_lines(
    counted: list[tuple[dict[str, str], int, int]], part: int | None
) -> None:
    totals: Counter[tuple[str, str]] = Counter()
    for row, flagged, every in counted:
        if part in (None, _half(row["top_host"])):
            kind = "right" if row["label"] == "boilerplate" else "wrong"
            hit = 2 * flagged > every
            totals["line", kind if hit else f"un{kind}"] += 1
            totals["occurrence", kind] += flagged
            totals["occurrence", f"un{kind}"] += every - flagged
    slack = 0.0 if part is None else 0.015
    for unit, (precision, recall) in FLOORS.items():
        measured = _shares(totals[unit, "right"], totals[unit, "unright"], totals[unit, "wrong"])
        assert measured[0] >= precision - slack
        assert measured[1] >= recall - slack


def test_headings_and_separators_stay(counted: list[tuple[dict[str, str], int, int]]) -> None:
    own = [(2 * flagged > every) for row, flagged, every in counted
           if row["label"] in ("heading", "separator")]  # fmt: skip
    assert len(own) > 50
    assert sum(own) / len(own) < CEILING
