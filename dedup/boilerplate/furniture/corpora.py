"""Reading the development corpora that the furniture model learns from.

Pages with labelled paragraphs (``bp_*``) and stories that are as good as clean. Nothing of their
texts is kept but weights of hashed grams and the hashes of common words.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zlib import crc32

import numpy as np

INLINE = ("bp_aed", "bp_aeb", "bp_cleanportal", "bp_fundus")
"""The sets that ``bp_inline`` is cut from; it leaves pages out whose gold text is doubtful."""
PAGES = (*INLINE, "bp_readability", "bp_news_ja", "bp_news_th")

CONTENT, FURNITURE, UNKNOWN = 0, 1, -1
_LABELS = {"content": CONTENT, "boilerplate": FURNITURE}

BEFORE, BEHIND = 3, 5
"""Blocks kept around the content, as ``bp_inline`` does: what rough extraction leaves."""

_SECOND_LEVEL = frozenset(["co", "com", "net", "org", "gov", "ac", "or", "ne", "go", "edu"])


@dataclass(frozen=True, slots=True)
class Page:
    """Paragraphs with labels, in page order. ``outlet`` is what splits keep together."""

    corpus: str
    outlet: str
    language: str
    labels: tuple[int, ...]
    texts: tuple[str, ...]

    def cut(self, low: int, high: int) -> Page:
        """The page from one paragraph to before another."""
        labels, texts = self.labels[low:high], self.texts[low:high]
        return Page(self.corpus, self.outlet, self.language, labels, texts)


def outlet(url: str, name: str) -> str:
    """The main part of a host (``bbc`` of www.bbc.co.uk), so that sister sites stay together."""
    host = (urlsplit(url).hostname or "") or name
    parts = [part for part in host.lower().split("_")[0].split(".") if part]
    if len(parts) >= 3 and parts[-2] in _SECOND_LEVEL and len(parts[-1]) == 2:
        parts = parts[:-2]
    elif len(parts) >= 2:
        parts = parts[:-1]
    return re.sub(r"-\d+$", "", parts[-1]) if parts else name


def pages(folder: Path, corpus: str) -> Iterator[Page]:
    """The pages of one set that have content; of sets in ``bp_inline``, those that are in it."""
    inline = {row["id"] for row in _rows(folder / "bp_inline" / "pages.jsonl.gz")}
    for row in _rows(folder / corpus / "pages.jsonl.gz"):
        if corpus in INLINE and f"{corpus.removeprefix('bp_')}/{row['id']}" not in inline:
            continue
        labels = tuple(_LABELS.get(para[0], UNKNOWN) for para in row["paras"])
        if CONTENT not in labels:
            continue
        texts = tuple(" ".join(para[-1].split()) for para in row["paras"])
        name = row["outlet"]
        numbered = name.startswith("page-")
        group = f"{corpus}-{name}" if numbered else outlet(row.get("url", ""), name)
        yield Page(corpus, group, row["lang"], labels, texts)


def window(page: Page, before: int = BEFORE, behind: int = BEHIND) -> Page:
    """The page from some blocks before its first content to some behind its last."""
    content = np.flatnonzero(np.array(page.labels) == CONTENT)
    return page.cut(max(0, int(content[0]) - before), int(content[-1]) + 1 + behind)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def stories(folder: Path, corpus: str, every: int) -> Iterator[Page]:
    """Each ``every``-th story of a corpus, nearly all of whose paragraphs are content.

    A paragraph that stands in several stories may be furniture: its label is unknown, unless the
    set has one for it.
    """
    rows = list(_rows(folder / corpus / "articles.jsonl.gz"))
    texts = [[" ".join(text.split()) for text in row["text"].split("\n\n")] for row in rows]
    seen = Counter(text for story in texts for text in set(story))
    known = _line_labels(folder / corpus / "line_labels.csv")
    for row, story in zip(rows[::every], texts[::every], strict=True):
        kept = tuple(text for text in story if text)
        labels = tuple(known.get(text, CONTENT if seen[text] == 1 else UNKNOWN) for text in kept)
        name = outlet(row.get("url", ""), row["source"])
        yield Page(corpus, name, row.get("lang", "en"), labels, kept)


_NAME = re.compile(r"\b[^\W\d_]\w+ [^\W\d_]\w+\b")
_SPOKEN: tuple[Callable[[str], str], ...] = (
    str.title, lambda name: f"{name.title()}:", lambda name: f"{name.upper()}:", str.lower,
    lambda name: name.split()[-1].title() + ":", lambda name: f"{name.split()[0].upper()}:",
    lambda name: f"{name[0].upper()}:",
)  # fmt: skip
"""How interviews print who speaks."""


def talk(story: Page) -> Page | None:
    """The story as an interview: the names of two speakers stand on lines of their own.

    The labelled pages hold no interviews, and such lines are short, repeat and are content. The
    names are two words that stand together in the story. None for a story of few paragraphs.
    """
    turns = [i for i, text in enumerate(story.texts) if len(text.split()) >= 8]
    names = sorted(set(_NAME.findall(" ".join(story.texts))))
    if len(turns) < 6 or len(names) < 2:
        return None
    chance = crc32(" ".join(story.texts).encode())
    style = _SPOKEN[chance % len(_SPOKEN)]
    speakers = [style(names[chance % len(names)]), style(names[chance // 7 % len(names)])]
    texts: list[str] = []
    labels: list[int] = []
    for number, turn in enumerate(turns):
        if number % (1 + chance % 2) == 0:
            texts.append(speakers[number // (1 + chance % 2) % 2])
            labels.append(CONTENT)
        texts.append(story.texts[turn])
        labels.append(story.labels[turn])
    return Page("talks", story.outlet, story.language, tuple(labels), tuple(texts))


def _line_labels(path: Path) -> dict[str, int]:
    """Hand labels of repeated lines; a byline may be either."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as rows:
        labels = {" ".join(row["text"].split()): row["label"] for row in csv.DictReader(rows)}
    of = {"boilerplate": FURNITURE, "heading": CONTENT, "content": CONTENT, "separator": CONTENT}
    return {text: of.get(label, UNKNOWN) for text, label in labels.items()}
