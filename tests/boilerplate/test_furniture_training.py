"""Learning the furniture model: the same bytes twice, and what is shipped is what was fitted."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from dedup.boilerplate.furniture import corpora, learn, measure, train, weights
from dedup.boilerplate.furniture.corpora import CONTENT, FURNITURE, UNKNOWN, Page
from dedup.boilerplate.furniture.learn import Views
from dedup.boilerplate.furniture.measure import Measured
from dedup.kernels import choose, furniture

WORDS = ["harbour", "ferry", "council", "museum", "river", "bridge", "orchard", "storm", "school",
         "winter", "engine", "letter"]  # fmt: skip
LINES = ("Share this page", "Most read", "More from Sport", "Sign up now", "Print | Email",
         "Related topics", "Follow the desk", "Back to the front page")  # fmt: skip


def _sentence(seed: int, length: int) -> str:
    draw = np.random.default_rng(seed)
    return "The " + " ".join(draw.choice(WORDS, length)) + " was seen."


def _page(number: int) -> list[tuple[str, str]]:
    content = [("content", _sentence(20 * number + i, 24)) for i in range(6)]
    content.insert(3, ("content", f"On the {WORDS[number % 12]}"))
    lines = [("boilerplate", LINES[(number + i) % len(LINES)]) for i in range(8)]
    return [*lines[:3], *content[:4], lines[3], *content[4:], *lines[4:]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of corpora with the names and forms of the real ones, made of a few words."""
    folder = tmp_path_factory.mktemp("corpora")
    inline = []
    for name in corpora.PAGES:
        rows = []
        for number in range(30):
            rows.append({
                "id": f"{number}", "outlet": f"{name[3:]}{number}.example", "url": "", "lang": "en",
                "paras": [[label, 1.0, text] for label, text in _page(number)],
            })  # fmt: skip
            inline.append({"id": f"{name.removeprefix('bp_')}/{number}"})
        _write(folder / name / "pages.jsonl.gz", rows)
    _write(folder / "bp_inline" / "pages.jsonl.gz", inline)
    for name in learn.STORIES:
        stories = [
            {"source": f"Wire {i}", "text": "\n\n".join(_sentence(i + k, 18) for k in range(7))}
            for i in range(40)
        ]
        _write(folder / name / "articles.jsonl.gz", stories)
    return folder


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir()
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Fewer trees: the made corpora hold little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(learn, "_TREES", 12)
        yield


@pytest.fixture(scope="module")
def views(made: Path, quick: None) -> Views:
    """The made corpora in all their cuts."""
    return Views.of(made, train.tools("reference"))


@pytest.mark.usefixtures("quick")
def test_training_twice_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        assert train.main([str(made), str(tmp_path / name)]) == 0

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert weights.load(tmp_path / "one.npz").leaves.shape == (12, 4)


def test_without_corpora_training_says_how_it_is_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main([str(tmp_path / "none")]) == 2
    assert "usage" in capsys.readouterr().err
    assert measure.main([]) == 2


@pytest.fixture(scope="module")
def held_out(views: Views) -> dict[str, Measured]:
    """Every paragraph scored by a model that has not seen its outlet."""
    return measure.held_out(views)


def test_what_is_learned_tells_furniture_of_outlets_left_out(
    held_out: dict[str, Measured],
) -> None:
    rough = held_out["rough"]
    known = rough.of(corpora.PAGES)
    asked = known & (rough.probability > 0)

    assert measure.ranked(rough.labels[known], rough.margin[known]).average > 0.9
    assert rough.probability[asked & (rough.labels == FURNITURE)].mean() > 0.6


def test_the_tables_of_the_card_are_written(held_out: dict[str, Measured]) -> None:
    text = "".join(measure.report(held_out))

    assert "| model |" in text
    assert "| bp_aed |" in text


def test_shipped_trees_score_as_fitted_ones_do() -> None:
    draw = np.random.default_rng(3)
    features = draw.integers(-50, 50, (800, 6)).astype(np.int32)
    labels = ((features[:, 0] > 5) ^ (features[:, 2] < -9)).astype(np.int64)
    weight = np.ones(len(labels))
    grown = learn.trees(features, labels, weight)
    fitted = learn.boosted(features, labels, weight)
    sums = furniture(choose("reference")).tree_sums(features, *grown)
    shift = float(fitted._baseline_prediction.ravel()[0])
    expected = fitted.decision_function(features) - shift

    assert np.abs(sums / learn.LEAF_UNIT - expected).max() < 0.001 * len(grown.leaves)


def test_sister_sites_are_one_outlet() -> None:
    assert corpora.outlet("https://www.bbc.co.uk/news/1", "x") == "bbc"
    assert corpora.outlet("https://news.bbc.com/", "x") == "bbc"
    assert corpora.outlet("", "blogs.wsj.com_brussels") == "wsj"
    assert corpora.outlet("", "nytimes-2") == "nytimes"


def test_a_window_is_cut_around_the_content() -> None:
    labels = (FURNITURE,) * 6 + (CONTENT, FURNITURE, CONTENT) + (FURNITURE,) * 9
    page = Page("bp_aed", "a", "en", labels, tuple(map(str, range(18))))

    assert corpora.window(page).texts == tuple(map(str, range(3, 14)))
    assert corpora.window(page, 0, 0).labels == (CONTENT, FURNITURE, CONTENT)


def test_an_interview_is_made_of_a_story() -> None:
    texts = tuple(f"Anna Hall said on day {i} that the Harbour Board met again." for i in range(8))
    page = corpora.talk(Page("news", "a", "en", (CONTENT,) * 7 + (UNKNOWN,), texts))

    assert page is not None
    assert [text for text in page.texts if text in texts] == list(texts)
    assert len(set(page.texts) - set(texts)) in (1, 2)
    assert page.labels.count(UNKNOWN) == 1
    assert corpora.talk(Page("news", "a", "en", (CONTENT,), texts[:1])) is None
