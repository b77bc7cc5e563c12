"""Public sets that a user can get, in the shape in which they are published.

Written from descriptions and from other programs that read these sets, and tested on small files
of that shape; see docs/evaluation.md for what is assumed. Every pair of stories that the set does
not put together counts as different.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from dedup.errors import ConfigError, InputError
from dedup.formats.shown import shown
from dedup.labels.mapping import spelled
from dedup.labels.pairs import PairLabel
from dedup.labels.rows import Row, json_of, read_rows
from dedup.model import Story

_DUPLICATE = "duplicate"


class LabelledSet(NamedTuple):
    """The stories of a set and the pairs it calls duplicates; all other pairs are different."""

    stories: Sequence[Story]
    pairs: Sequence[PairLabel]


def read_set(name: str, paths: Sequence[str]) -> LabelledSet:
    """A public set from its files; ConfigError for a name that is not in PUBLIC_SETS."""
    if name not in PUBLIC_SETS:
        raise ConfigError(
            f"no set is called {shown(name)!r}: choose from {', '.join(PUBLIC_SETS)}"
        )
    found = PUBLIC_SETS[name](paths)
    if not found.stories:
        raise InputError(f"no stories of {name} in {', '.join(map(shown, paths))}")
    return found


def _news_copy(paths: Sequence[str]) -> LabelledSet:
    """Two JSON files: an object of articles by key, and an array of pairs of these keys."""
    articles: dict[str, Row] = {}
    pairs: list[PairLabel] = []
    for path in paths:
        value = json_of(path)
        if isinstance(value, dict):
            articles |= value
        elif isinstance(value, list):
            pairs += _keyed_pairs(value, path)
    if not articles or not pairs:
        raise InputError(
            "news-copy needs two files: the articles (a JSON object by key) and the pairs of "
            "duplicates (a JSON array of two keys each)"
        )
    stories = [_news_copy_story(key, row) for key, row in articles.items()]
    there = {story.story_id for story in stories}
    return LabelledSet(stories, [pair for pair in pairs if pair.a in there and pair.b in there])


def _keyed_pairs(value: Iterable[object], path: str) -> Iterator[PairLabel]:
    for item in value:
        if not isinstance(item, list) or len(item) != 2:
            raise InputError(f"{shown(path)}: a pair is an array of two keys")
        yield PairLabel.of(spelled(item[0]), spelled(item[1]), _DUPLICATE)


def _news_copy_story(key: str, row: object) -> Story:
    if isinstance(row, str):
        return Story(key, row)
    if not isinstance(row, dict):
        raise InputError(f"news-copy: the article {shown(key)!r} is neither text nor object")
    text = spelled(row.get("article") or row.get("text"))
    return Story(key, text, spelled(row.get("headline")), spelled(row.get("newspaper_title")),
                 spelled(row.get("date")))


def _core(paths: Sequence[str]) -> LabelledSet:
    """JSON Lines of scholarly papers: title and abstract, and the ids of a paper's duplicates."""
    rows = [row for path in paths for row in read_rows(path).rows]
    stories = [_core_story(row) for row in rows]
    there = {story.story_id for story in stories}
    pairs = {
        PairLabel.of(story.story_id, spelled(other), _DUPLICATE)
        for story, row in zip(stories, rows, strict=True)
        for other in row.get("labelled_duplicates") or ()
        if spelled(other) in there and spelled(other) != story.story_id
    }
    return LabelledSet(stories, sorted(pairs))


def _core_story(row: Row) -> Story:
    title, abstract = (
        spelled(row.get(f"original_{part}") or row.get(f"processed_{part}"))
        for part in ("title", "abstract")
    )
    story_id = spelled(row.get("core_id"))
    if not story_id:
        raise InputError("core: a record without core_id; is this the CORE deduplication set?")
    return Story(story_id, "\n\n".join(filter(None, (title, abstract))), title)


def _spotsigs(paths: Sequence[str]) -> LabelledSet:
    """A folder for each cluster of near-duplicates, an HTML page in it for each copy."""
    stories: list[Story] = []
    pairs: list[PairLabel] = []
    for root in map(Path, paths):
        if not root.is_dir():
            raise InputError(f"{shown(str(root))}: the gold set is a folder of folders of pages")
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            files = sorted(path for path in folder.iterdir() if path.is_file())
            cluster = [_html_story(file, f"{folder.name}/{file.name}") for file in files]
            stories += cluster
            pairs += [
                PairLabel.of(a.story_id, b.story_id, _DUPLICATE)
                for a, b in combinations(cluster, 2)
            ]
    return LabelledSet(stories, pairs)


def _html_story(file: Path, story_id: str) -> Story:
    page = _PageText()
    page.feed(file.read_bytes().decode("utf-8", "replace"))
    page.close()
    return Story(story_id, page.text(), path=str(file))


class _PageText(HTMLParser):
    """The visible text of a page: a paragraph for each block, scripts and styles left out."""

    _SILENT = frozenset(["script", "style", "head", "noscript"])
    _INLINE = frozenset(["a", "b", "i", "em", "strong", "span", "font", "u", "abbr", "sup", "sub"])

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[list[str]] = [[]]
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        self._silent += tag in self._SILENT
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in self._SILENT))
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._blocks[-1].append(data)

    def _break(self, tag: str) -> None:
        if tag not in self._INLINE:
            self._blocks.append([])

    def text(self) -> str:
        """The blocks that hold something, a blank line between them."""
        blocks = (" ".join("".join(parts).split()) for parts in self._blocks)
        return "\n\n".join(block for block in blocks if block)


PUBLIC_SETS: Mapping[str, Callable[[Sequence[str]], LabelledSet]] = {
    "news-copy": _news_copy,
    "core": _core,
    "spotsigs": _spotsigs,
}
"""The sets by name; each value reads the set from its paths."""
