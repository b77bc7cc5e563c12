"""dedup's story-only job, of dedup's own stages, finds what the truth of a corpus holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import corpus, plots, story_only, truth
from benchmarks.peers import stories
from benchmarks.tools import BASELINE, BY_NAME, STORY_ONLY, TOOLS, command
from tests.kernels.both import compiled_kernels


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "made.jsonl"
    corpus.write(path, 600, jobs=1)
    return path


def test_every_pair_from_the_threshold_is_found_and_no_other(made: Path) -> None:
    compiled_kernels()
    found = made.with_suffix(".found")
    stories.write_pairs(str(found), story_only.found(str(made)))
    true = truth.read(made)
    assert int((true.jaccard >= 0.7).sum()) > 50
    score = truth.score(found, true)
    assert score.precision == 1.0
    # The oracle's words are \w+: "don’t" is two of them, which moves a few scores at the edge.
    below = true._replace(jaccard=np.where(true.jaccard < 0.69, 0.9, 0.0))
    assert truth.score(found, below).recall["0.8"] == 0.0
    assert min(score.recall["0.8"], score.recall["0.7"]) >= STORY_ONLY.floor


def test_shingles_given_to_peers_are_those_of_the_oracle(made: Path) -> None:
    for _, text in list(stories.read(str(made)))[:50]:
        assert stories.shingles(text) == {" ".join(row) for row in truth.shingles(text)}


def test_components_join_groups_that_overlap() -> None:
    groups = [["a", "b"], ["c", "d", "e"], ["b", "c"], ["x", "y"]]
    found = sorted(sorted(group) for group in stories.components(groups))
    assert found == [["a", "b", "c", "d", "e"], ["x", "y"]]


def test_every_tool_has_a_script_and_every_peer_a_fixed_version(tmp_path: Path) -> None:
    folder = Path(stories.__file__).parent
    for tool in TOOLS:
        words = command(tool, tmp_path / "c.jsonl", tmp_path, tmp_path)
        module = words[words.index("-m") + 1]
        assert module == "dedup" or (folder.parents[1] / f"{module.replace('.', '/')}.py").exists()
        assert tool.ours or tool.requires[0].endswith(f"=={tool.version}")
    assert not BY_NAME[BASELINE].ours
    assert list(plots._LINES) == list(BY_NAME)
