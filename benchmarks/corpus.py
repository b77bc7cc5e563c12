"""A corpus of made-up news stories with known copies, and the table of what is a copy of what.

    python -m benchmarks.corpus --stories 100000 build/bench/corpora/100000.jsonl

writes ``100000.jsonl`` (``id, source, date, title, text``; 3.1 KB a story) and beside it
``100000.truth.csv`` (``story,root,kind,edit_rate``; an original is its own root).

A story is a function of the seed and its number, and copies only ones with lower numbers. So any
part of a corpus can be written alone, in any process, and a small corpus is the beginning of a
large one. The bytes are the same on every machine.

Of all stories 12 % are near copies (1 to 15 % of the words edited in short spans, perhaps a
paragraph dropped, added or moved, half with another headline), 5 % have the very text of another,
3 % are briefs (two or three paragraphs of another), 6 % repeat a paragraph of their own, and 60 %
carry furniture of their outlet. A third of the copies are of the one story in 250 that everybody
runs, so that large clusters exist.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.prose import (
    I64,
    OUTLETS,
    TABLE,
    VOCABULARY,
    Draws,
    Floats,
    Language,
    headline,
    language,
    original,
    parted,
    stop,
    words,
)

SEED = 7
PART = 2_000
"""Stories a process writes at a time."""

ORIGINAL, NEAR, EXACT, BRIEF = range(4)
KINDS = ("original", "near", "exact", "brief")
SHARES = (0.80, 0.92, 0.97, 1.0)
"""Where the kinds end when a story's kind is drawn from 0..1."""

RATES = (0.01, 0.015, 0.02, 0.03, 0.04, 0.055, 0.07, 0.085, 0.10, 0.115, 0.13, 0.15)
"""Shares of words that are edited in a near copy, all equally likely."""

WIRE_EVERY, WIRE_SHARE = 250, 0.33
DAYS = 90
FIRST_DAY = np.datetime64("2025-03-01")

_FRONT = ("Advertisement", "This story is {n} days old.", "Live updates from {outlet}")
_MIDDLE = ("Read also: {title}", "MORE ON THIS: {title}", "Advertisement", "Related | {title}")
_END = (
    "(Reporting by {name}; editing by {name})",
    "(Writing by {name} in {name}; additional reporting by {name})",
    "Sign up for the {outlet} newsletter and get the stories of the day every morning.",
    "Follow {outlet} on social media.",
    "Copyright {outlet}. All rights reserved. No part of this may be published again.",
    "Get the app of {outlet} for breaking news on your phone.",
    "Have you got a story for {outlet}? Write to our newsroom.",
)


class Plan(NamedTuple):
    """Of every story of a corpus: kind, root, edit rate, outlet and day."""

    kind: I64
    root: I64
    rate: Floats
    outlet: I64
    day: I64


def plan(stories: int, seed: int = SEED) -> Plan:
    """What each story is; the plan of fewer stories is the beginning of this one."""
    number = np.arange(stories)
    kind = np.searchsorted(SHARES, Draws(seed, 1).floats(stories), side="right")
    kind[number % WIRE_EVERY == 0] = ORIGINAL
    parent = (Draws(seed, 2).floats(stories) * number).astype(np.int64)
    wire = Draws(seed, 3).floats(stories) < WIRE_SHARE
    parent[wire] -= parent[wire] % WIRE_EVERY
    root = np.where(kind == ORIGINAL, number, parent)
    while (kind[root] != ORIGINAL).any():
        root = root[root]
    rate = np.array(RATES)[Draws(seed, 4).below(len(RATES), stories)]
    day = Draws(seed, 6).below(DAYS, stories)
    copies = kind != ORIGINAL
    day[copies] = day[root[copies]] + number[copies] % 4
    outlet = Draws(seed, 5).floats(stories)
    return Plan(kind, root, np.where(kind == NEAR, rate, 0.0),
                (outlet * outlet * OUTLETS).astype(np.int64), day)  # fmt: skip


def edited(codes: I64, rate: float, tongue: Language, draws: Draws) -> I64:
    """About this share of the words replaced, deleted or inserted, in spans of two or three."""
    spans = max(1, int(len(codes) * rate / 2.5 + 0.5))
    starts = np.sort(draws.below(max(1, len(codes) - 3), spans)).tolist()
    new = tongue.ranks[draws.below(TABLE, 3 * spans)]
    pieces, done = [], 0
    for turn, (start, how) in enumerate(zip(starts, draws.floats(spans).tolist(), strict=True)):
        size = 2 + turn % 2
        pieces.append(codes[done:start])
        if how < 0.8:
            pieces.append(new[3 * turn : 3 * turn + size])
        done = max(done, start) if how >= 0.6 and how < 0.8 else max(done, start + size)
    return np.concatenate([*pieces, codes[done:]])


def near(paragraphs: list[I64], rate: float, subject: I64, tongue: Language, draws: Draws) -> (
    list[I64]
):  # fmt: skip
    """The paragraphs of a near copy."""
    codes = edited(np.concatenate(paragraphs), rate, tongue, draws)
    ends = np.minimum(np.cumsum([len(p) for p in paragraphs]), len(codes))
    ends[-1] = len(codes)
    changed = parted(codes, ends)
    if draws.chance(0.30) and len(changed) > 4:
        del changed[draws.one(len(changed))]
    if draws.chance(0.15) and len(changed) > 3:
        changed.insert(draws.one(len(changed)), changed.pop(draws.one(len(changed))))
    if draws.chance(0.25):
        added = words(tongue, draws, 15 + draws.one(45), subject)
        added[-1:] = stop(tongue, added[-1:])
        changed.insert(draws.one(len(changed) + 1), added)
    return changed


def furnished(
    texts: list[str], outlet: int, number: int, seed: int, draws: Draws
) -> list[str]:
    """The paragraphs with what their outlet puts before, between and behind them."""
    tongue = language(seed)
    names = draws.below(VOCABULARY - 5000, 3) + 5000

    def filled(line: str) -> str:
        for name in names.tolist():
            line = line.replace("{name}", str(tongue.forms[3 * tongue.words + name]), 1)
        line = line.replace("{outlet}", tongue.outlets[outlet])
        if "{title}" in line:
            other = original(draws.one(number + 1), seed, titled=True)
            line = line.replace("{title}", other.title)
        return line.replace("{n}", str(2 + number % 9))

    framed = [*texts]
    if draws.chance(0.6):
        framed.insert(1 + draws.one(len(texts)), filled(_MIDDLE[outlet % len(_MIDDLE)]))
    if outlet % 3 == 0 and draws.chance(0.6):
        framed.insert(0, filled(_FRONT[outlet // 3 % len(_FRONT)]))
    behind = [_END[(outlet + step) % len(_END)] for step in range(1 + outlet % 3)]
    return framed + [filled(line) for line in behind if draws.chance(0.85)]


def story(number: int, planned: Plan, seed: int) -> dict[str, str]:
    """One story as it is written to the file."""
    tongue = language(seed)
    kind = int(planned.kind[number])
    # A copy to the letter takes the text of its root, furniture and all; the rest is its own.
    writer = int(planned.root[number]) if kind == EXACT else number
    title, texts = written(writer, planned, seed)
    return {
        "id": f"s{number:08}",
        "source": tongue.outlets[int(planned.outlet[number])],
        "date": str(FIRST_DAY + int(planned.day[number])),
        "title": title,
        "text": "\n\n".join(texts),
    }


def written(number: int, planned: Plan, seed: int) -> tuple[str, list[str]]:
    """Title and paragraphs of a story that has a text of its own."""
    tongue, draws = language(seed), Draws(seed, 9, number)
    kind = int(planned.kind[number])
    subject, title, paragraphs = original(int(planned.root[number]), seed)
    if kind == NEAR:
        paragraphs = near(paragraphs, float(planned.rate[number]), subject, tongue, draws)
    elif kind == BRIEF:
        size = 2 + draws.one(2)
        first = draws.one(len(paragraphs) - size + 1) if draws.chance(0.5) else 0
        paragraphs = paragraphs[first : first + size]
    if kind == BRIEF or (kind == NEAR and draws.chance(0.55)):
        title = headline(subject, tongue, draws)
    texts = [" ".join(tongue.forms[codes].tolist()) for codes in paragraphs]
    if draws.chance(0.06):
        texts.insert(1 + draws.one(len(texts)), texts[draws.one(len(texts))])
    if draws.chance(0.60):
        texts = furnished(texts, int(planned.outlet[number]), number, seed, draws)
    return title, texts


def lines(low: int, high: int, planned: Plan, seed: int = SEED) -> bytes:
    """The stories from number ``low`` to before ``high``, as lines of JSON."""
    rows = (json.dumps(story(i, planned, seed), ensure_ascii=False) for i in range(low, high))
    return "".join(f"{row}\n" for row in rows).encode()


def truth(planned: Plan) -> Iterator[str]:
    """The lines of the table that says what is a copy of what."""
    yield "story,root,kind,edit_rate\n"
    for number, (kind, root, rate) in enumerate(
        zip(planned.kind.tolist(), planned.root.tolist(), planned.rate.tolist(), strict=True)
    ):
        yield f"s{number:08},s{root:08},{KINDS[kind]},{rate:g}\n"


_shared: tuple[Plan, int] | None = None
"""What the processes that write parts were forked with."""


def _part(low: int) -> bytes:
    if _shared is None:
        raise RuntimeError("a part is written by a process that was forked with a plan")
    planned, seed = _shared
    return lines(low, min(low + PART, len(planned.kind)), planned, seed)


def write(path: Path, stories: int, seed: int = SEED, jobs: int = 0) -> None:
    """Write a corpus and its truth; a file that stands under its name is whole."""
    global _shared
    path.parent.mkdir(parents=True, exist_ok=True)
    planned = plan(stories, seed)
    language(seed)
    _shared = planned, seed
    unfinished = path.with_suffix(".part")
    with (
        multiprocessing.get_context("fork").Pool(jobs or os.cpu_count()) as pool,
        unfinished.open("wb") as out,
    ):
        for part in pool.imap(_part, range(0, stories, PART)):
            out.write(part)
    with truth_path(path).open("w", encoding="utf-8", newline="\n") as table:
        table.writelines(truth(planned))
    unfinished.replace(path)


def truth_path(corpus: Path) -> Path:
    """Where the truth of a corpus lies."""
    return corpus.with_suffix(".truth.csv")


def main() -> None:
    """Write a corpus from the command line."""
    parser = argparse.ArgumentParser(description="Write a corpus of made-up stories.")
    parser.add_argument("path", type=Path, help="JSON lines; the truth is written beside it")
    parser.add_argument("--stories", type=int, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=0, help="processes; 0: every core")
    asked = parser.parse_args()
    write(asked.path, asked.stories, asked.seed, asked.jobs)


if __name__ == "__main__":
    main()
