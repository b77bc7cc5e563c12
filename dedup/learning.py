"""Learned furniture in the corpus: learn it, mark it, and print the stories it stood in anew."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import ModuleType

import numpy as np

from dedup import repeats
from dedup.boilerplate.learned import file
from dedup.boilerplate.learned.copies import copy_classes
from dedup.boilerplate.learned.groups import Layout, grouped, names, reaching
from dedup.boilerplate.learned.learned import TEMPLATE, Floors, Learned
from dedup.boilerplate.learned.lines import learn_lines
from dedup.boilerplate.learned.recall import recalled
from dedup.boilerplate.learned.templates import Points, learn_templates
from dedup.boilerplate.learned.wording import vocabulary
from dedup.candidates import Spread
from dedup.corpus import Corpus, Reader
from dedup.fingerprint import Segmented, paragraph_signatures, ranges, story_prints
from dedup.kernels.equal import distinct, rows_of
from dedup.kernels.reference import I64
from dedup.repeats import Near
from dedup.settings import Settings

HOURS_A_DAY = 24

AT_ONCE = 2048
"""Stories printed anew at the same time: their signatures take some 15 MB."""


def learn(corpus: Corpus, reader: Reader, layout: Layout) -> list[Learned]:
    """What repeats in the outlets of the corpus and is furniture; nothing is marked yet.

    What the files of templates hold comes first and needs no evidence here. Sorted by outlet,
    rule and first paragraph. Nothing is learned of stories that name no outlet: their pages
    have nothing in common.
    """
    found = _remembered(corpus, reader, layout)
    if reader.settings.learn:
        found += _fresh(corpus, reader, layout)
    return sorted(found, key=lambda one: (one.outlet, one.rule, int(one.rows[0])))


def _remembered(corpus: Corpus, reader: Reader, layout: Layout) -> list[Learned]:
    """What the files of templates know; its paragraphs are entered as known."""
    entries = file.read(reader.settings.templates)
    if not entries:
        return []
    p = corpus.paragraphs
    numbers = {name: number for number, name in enumerate(names(corpus.sources)[0])}
    wanted = {entry.outlet for entry in entries} & set(numbers)
    free = np.flatnonzero((p.words > 0) & ~layout.known)
    of = layout.outlet[layout.story[free]]
    rows_of = {name: free[of == numbers[name]] for name in wanted}
    keeps = reader.nominator.lexicon.keeps
    found = []
    matched = recalled(entries, corpus.tokens, p.token_start, p.words, rows_of, reader.form)
    for entry, rows in zip(entries, matched, strict=True):
        own = [row for row in rows[~layout.known[rows]].tolist() if not keeps(corpus.text(row))]
        if own:
            layout.known[own] = True
            found.append(Learned(
                entry.rule, numbers[entry.outlet], entry.pattern,
                (entry.slot,) if entry.rule == TEMPLATE else (), np.array(own, np.int64), {}, (),
                0.0, entry,
            ))  # fmt: skip
    return found


def _fresh(corpus: Corpus, reader: Reader, layout: Layout) -> list[Learned]:
    """What the corpus itself teaches."""
    p, settings = corpus.paragraphs, reader.settings
    floors = _floors(settings)
    if len(corpus) < floors.stories:
        return []
    keeps = reader.nominator.lexicon.keeps
    found = list(learn_lines(
        p.exact, p.words, layout, corpus.text, keeps, floors, reader.kernels.sorted_words
    ))
    taken = layout.known.copy()
    for one in found:
        taken[one.rows] = True
    found += learn_templates(
        corpus.tokens, p.token_start, p.words, layout, taken, Points(vocabulary(), reader.form),
        corpus.text, keeps, floors,
    )  # fmt: skip
    return found


def layout_of(corpus: Corpus, kernels: ModuleType | None) -> Layout:
    """Where the corpus's paragraphs stand, for counting; without kernels no copies are sought."""
    p = corpus.paragraphs
    stories = len(corpus)
    sizes = np.bincount(p.story, minlength=stories)
    known = np.zeros(len(p), bool)
    known[corpus.marks.paragraphs] = True
    hours = corpus.hours
    dated = np.isfinite(hours)
    return Layout(
        story=p.story,
        number=p.number,
        after=sizes[p.story] - 1 - p.number,
        known=known,
        outlet=names(corpus.sources)[1],
        witness=(
            copy_classes(p.story, p.exact, p.words, stories, kernels)
            if kernels
            else np.arange(stories)
        ),
        day=np.where(dated, np.where(dated, hours, 0) // HOURS_A_DAY, -1).astype(np.int64),
    )


def apply(corpus: Corpus, reader: Reader, spread: Spread = map) -> None:
    """Learn what the corpus repeats, and take it out of all that follows.

    ``spread`` prints stories anew in which something was learned.
    """
    if not (reader.settings.learn or reader.settings.templates):
        return
    layout = layout_of(corpus, reader.kernels if reader.settings.learn else None)
    corpus.learned = learn(corpus, reader, layout)
    if corpus.learned:
        learned = distinct(np.concatenate([one.rows for one in corpus.learned]))
        mark(corpus, learned, reader, spread)
    if reader.settings.learn and corpus.furniture:
        alone = replace(layout, witness=np.arange(len(corpus)))
        for paragraph in _judged(corpus, alone, _floors(reader.settings)) & set(corpus.furniture):
            del corpus.furniture[paragraph]


def _judged(corpus: Corpus, layout: Layout, floors: Floors) -> set[int]:
    """Paragraphs like those the model takes for furniture that repeat enough to have been judged.

    What an outlet's stories show together is more than one paragraph shows: of news_abp's
    labelled headings and bylines the model alone takes 5 % for furniture.
    """
    p = corpus.paragraphs
    rows = rows_of(p.exact, distinct(p.exact[list(corpus.furniture)]))
    outlet = layout.outlet[p.story[rows]]
    rows, outlet = rows[outlet >= 0], outlet[outlet >= 0]
    groups = grouped(rows, outlet, p.exact[rows])
    return set(reaching(groups, layout, floors.stories, floors.days).rows.tolist())


def _floors(settings: Settings) -> Floors:
    return Floors(settings.boilerplate_min_stories, settings.boilerplate_min_days)


def mark(corpus: Corpus, marked: I64, reader: Reader, spread: Spread = map) -> None:
    """Leave paragraphs out of all that follows, as those the lexicon knows are.

    Only stories that hold one are looked at again, from their tokens. Document frequencies count
    all words of a story, furniture too, and stay as they are; so do the paragraphs that were found
    to be comparable.
    """
    p = corpus.paragraphs
    p.boilerplate[marked] = True
    stories = distinct(p.story[marked])
    groups = (stories[low : low + AT_ONCE] for low in range(0, len(stories), AT_ONCE))
    near = [one for found in spread(partial(_anew, corpus, reader), groups) for one in found]
    touched = np.zeros(len(corpus), bool)
    touched[stories] = True
    corpus.near = sorted([*(one for one in corpus.near if not touched[p.story[one.later]]), *near])


def _anew(corpus: Corpus, reader: Reader, stories: I64) -> list[Near]:
    """Print some stories anew; their near repeats."""
    settings, sketch, kernels = reader.settings, reader.sketch, reader.kernels
    part, rows = _part(corpus, stories)
    part.paragraphs.repeat_of[:] = repeats.exact_in_story(
        part.paragraphs, settings.min_paragraph_words
    )
    corpus.paragraphs.repeat_of[rows] = part.paragraphs.repeat_of
    signature = paragraph_signatures(part, sketch, kernels)
    prints = story_prints(part, signature, sketch, kernels)
    corpus.stories.words[stories] = prints.words
    corpus.stories.exact[stories] = prints.exact
    corpus.stories.band_keys[stories] = prints.band_keys
    near = repeats.near_in_story(
        part.paragraphs, part.tokens, signature, sketch, settings.near_paragraph_min_words,
        settings.near_paragraph, settings.max_bucket,
        lambda paragraph: corpus.text(int(rows[paragraph])), kernels,
    )  # fmt: skip
    return [
        one._replace(earlier=int(rows[one.earlier]), later=int(rows[one.later])) for one in near
    ]


def _part(corpus: Corpus, stories: I64) -> tuple[Segmented, I64]:
    """Some stories as a batch of their own, and the number of each of its paragraphs."""
    p = corpus.paragraphs
    first = np.searchsorted(p.story, stories)
    sizes = np.searchsorted(p.story, stories, "right") - first
    rows = ranges(first, sizes)
    paragraphs = p.take(rows)
    tokens = corpus.tokens[ranges(paragraphs.token_start, paragraphs.words)]
    paragraphs.token_start = np.cumsum(paragraphs.words) - paragraphs.words
    paragraphs.story = np.repeat(np.arange(len(stories)), sizes)
    bounds = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    return Segmented(paragraphs, bounds, tokens), rows
