"""A corpus of made-up news stories with known copies, and the table of what is a copy of what.

    python -m benchmarks.corpus --stories 100000 build/bench/corpora/100000.jsonl

writes ``100000.jsonl`` (``id, source, date, title, text``; 3.1 KB a story) and beside it
``100000.truth.csv`` (``story,root,kind,edit_rate``; an original is its own root).

A story is a function of the seed and its number, and copies only ones with lower numbers. So any
part of a corpus can be written alone, in any process, and a small corpus is the beginning of a
large one. Everything is drawn from the raw words of NumPy's PCG64, which never change, and made
with exact arithmetic only: the same bytes everywhere.

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
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

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
VOCABULARY, TABLE = 50_000, 1 << 20
OUTLETS, DAYS = 120, 90
FIRST_DAY = np.datetime64("2025-03-01")



def _words(text: str) -> list[str]:
    return text.split()


FREQUENT = _words("""
    the of to and in a for on that is with said was at as by it from has be are have its an will
    not he were which their had his but this they who been would more or about one after up out
    new year than when there also over last two into she we other could first some her all if no
    time what can market government before while so them made may since because during many
    against most only between where now next still such down should it’s don’t
""")
_ONSETS = _words("""
    b c d f g h j k l m n p r s t v w br ch cl dr fl gr pl pr qu sh sk sp st th tr
""")
_NUCLEI = _words("a e i o u a e i o u a e i o u ai ea ee ie ou ä é ö")
_CODAS = ["", "", "", "", *_words("n r s t l m d ck nd ng nt rd st")]

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


class Draws:
    """Random numbers of one purpose: exact fractions of 2**53 in 0..1, the same everywhere."""

    def __init__(self, *key: int) -> None:
        self._words = np.random.PCG64(key)

    def floats(self, count: int) -> Floats:
        """So many numbers in 0..1."""
        whole = self._words.random_raw(count) >> np.uint64(11)
        return whole.astype(np.float64) * 2.0**-53

    def below(self, bound: int, count: int) -> I64:
        """So many whole numbers from 0 to below ``bound``."""
        return (self.floats(count) * bound).astype(np.int64)

    def one(self, bound: int) -> int:
        """A whole number from 0 to below ``bound``."""
        return int(self.below(bound, 1)[0])

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return bool(self.floats(1)[0] < share)


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


class Language(NamedTuple):
    """Made-up words by falling frequency, each in six forms, and a table to draw them from.

    Form ``f`` of word ``w`` is ``forms[f * words + w]``: as it is, with a comma, with a full
    stop, and the same three with a capital.
    """

    words: int
    forms: npt.NDArray[np.object_]
    ranks: I64
    outlets: list[str]


@lru_cache(maxsize=1)
def language(seed: int) -> Language:
    """The words of a seed."""
    draws = Draws(seed, 7)
    syllables = [o + n + c for o in _ONSETS for n in _NUCLEI for c in _CODAS]
    made = dict.fromkeys(FREQUENT)
    while len(made) < VOCABULARY:
        count = 1 + np.searchsorted((0.3, 0.75, 0.95), draws.floats(4096))
        picked = draws.below(len(syllables), 4 * 4096).reshape(-1, 4)
        for row, size in zip(picked.tolist(), count.tolist(), strict=True):
            made.setdefault("".join(syllables[i] for i in row[:size]))
    # The short ones are the frequent ones, as in any language.
    plain = FREQUENT + sorted(list(made)[len(FREQUENT) : VOCABULARY], key=len)
    plain += [str(number) for number in range(2, 1000)]
    capital = [word[0].upper() + word[1:] for word in plain]
    forms = [word + mark for kind in (plain, capital) for mark in ("", ",", ".") for word in kind]
    cumulated = np.cumsum(1.0 / (np.arange(VOCABULARY) + 3.0))
    drawn = (np.arange(TABLE) + 0.5) / TABLE * cumulated[-1]
    names = draws.below(VOCABULARY - 5000, 2 * OUTLETS) + 5000
    outlets = [f"{capital[a]} {capital[b]} News" for a, b in names.reshape(-1, 2).tolist()]
    return Language(
        len(plain), np.array(forms, object), np.searchsorted(cumulated, drawn), outlets
    )


class Original(NamedTuple):
    """What an original is made of: the words of its subject, its title, and codes of words."""

    subject: I64
    title: str
    paragraphs: list[I64]


def original(number: int, seed: int, *, titled: bool = False) -> Original:
    """The original of a number; nothing but its subject and title when only these are wanted."""
    tongue = language(seed)
    draws = Draws(seed, 8, number)
    subject = 250 + draws.below(VOCABULARY - 250, 48)
    title = headline(subject, tongue, draws)
    if titled:
        return Original(subject, title, [])
    shape = draws.floats(8).tolist()
    # The sum of four draws is near enough to a bell: 150 to 960 words, 450 on average.
    bell, tail = shape[0] + shape[1] + shape[2] + shape[3], shape[4] * shape[5] * shape[6]
    length = int(90 + 155 * bell + 400 * tail)
    paragraphs = max(5, min(25, int(length / (28 + 30 * shape[7]))))
    sizes = (draws.floats(paragraphs) + 0.5) * (length / paragraphs)
    ends = np.cumsum(np.maximum(sizes.astype(np.int64), 5))
    codes = words(tongue, draws, int(ends[-1]), subject)
    codes[ends[:-1]] = capital(tongue, codes[ends[:-1]])
    codes[ends - 1] = stop(tongue, codes[ends - 1])
    return Original(subject, title, parted(codes, ends))


def headline(subject: I64, tongue: Language, draws: Draws) -> str:
    """A title of the words of a subject."""
    picked = subject[draws.below(len(subject), 5 + draws.one(6))]
    return " ".join(tongue.forms[capital(tongue, picked)].tolist())


def parted(codes: I64, ends: I64) -> list[I64]:
    """The codes cut where paragraphs end; ``np.split`` does it ten times slower."""
    bounds = [0, *ends.tolist()]
    return [codes[low:high] for low, high in pairwise(bounds) if low < high]


def words(tongue: Language, draws: Draws, count: int, subject: I64) -> I64:
    """Codes of so many words, in sentences of some 18, a fifth of them of the subject."""
    codes = tongue.ranks[draws.below(TABLE, count)]
    turn = draws.floats(count)
    own = np.flatnonzero(turn < 0.22)
    place = draws.floats(len(own))
    codes[own] = subject[(place * place * len(subject)).astype(np.int64)]
    figures = np.flatnonzero(turn > 0.985)
    codes[figures] = VOCABULARY + draws.below(tongue.words - VOCABULARY, len(figures))
    mark = draws.floats(count)
    ends = np.flatnonzero(mark < 1 / 18)
    codes[ends] = stop(tongue, codes[ends])
    begins = ends[ends + 1 < count] + 1
    codes[begins] = capital(tongue, codes[begins])
    commas = np.flatnonzero((mark > 0.95) & (codes < tongue.words))
    codes[commas] += tongue.words
    codes[:1] = capital(tongue, codes[:1])
    return codes


def capital(tongue: Language, codes: I64) -> I64:
    """The same words with a capital letter."""
    return codes % (3 * tongue.words) + 3 * tongue.words


def stop(tongue: Language, codes: I64) -> I64:
    """The same words with a full stop."""
    size = tongue.words
    return codes // (3 * size) * (3 * size) + codes % size + 2 * size


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
