"""The labelled development sets: what is measured on each, as figures that are better when higher.

The sets are no part of the project. Their folder is ``shared/corpora`` beside the repository, or
what ``DEDUP_CORPORA`` names.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dedup import api, evaluation
from dedup.api.intake import PathIntake
from dedup.boilerplate.furniture.corpora import FURNITURE, INLINE, PAGES
from dedup.boilerplate.furniture.learn import Views
from dedup.boilerplate.furniture.measure import THRESHOLD, held_out, ranked
from dedup.boilerplate.furniture.measure import Measured as HeldOut
from dedup.boilerplate.furniture.train import tools
from dedup.evaluation import Figure, JudgedParagraph
from dedup.evaluation.figures import share
from dedup.evaluation.pairs import NOT_FOUND
from dedup.formats import InputOptions
from dedup.judge import Calls, Where, evaluate_plants, judge_pages, judge_paragraphs, run_stories
from dedup.labels import read_paragraphs
from dedup.model import Tables
from dedup.relate import ONE_STORY
from dedup.settings import Settings

Row = Mapping[str, str]
LEXICON = ("BLP301", "BLP302", "BLP303", "BLP304", "BLP305", "BLP306")
MODEL, WITH_MODEL = "BLP313", "with BLP313, "
"""What only looks like furniture is measured beside what is known to be, which it must not hide."""
BANDS = ("near_identical", "high", "contained", "medium")

FEWEST_CALLED = 20
"""Paragraphs of a language that must be called for its precision to say anything."""

LANGUAGE_PRECISION = 0.95

PLANTS, PLANT_SEEDS = 2000, (11, 12, 13)

IN_SAMPLE = "in-sample: the shipped model learned from this set"
LEARNED_FROM = ("bp_inline", *PAGES)


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a set, and content that a safe fix would take, for the eye."""

    figures: Sequence[Figure]
    lost: Sequence[str] = ()


Measure = Callable[[Path], Measured]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def scanned(folder: Path, name: str = "articles.jsonl.gz") -> Tables:
    return api.scan([str(folder / name)], Settings())


def kept_apart(name: str, calls: Calls, pairs: Iterable[Row]) -> Figure:
    """The share of these pairs that is not called one story."""
    called = [calls.of(pair["a"], pair["b"]).relation in ONE_STORY for pair in pairs]
    return share(name, called.count(False), len(called))


def put_together(name: str, calls: Calls, pairs: Iterable[Row]) -> Figure:
    """The share of these pairs that is called one story."""
    called = [calls.of(pair["a"], pair["b"]).relation in ONE_STORY for pair in pairs]
    return share(name, called.count(True), len(called))


def bands(calls: Calls, pairs: Sequence[Row]) -> list[Figure]:
    """For every band of exact overlap the share of its pairs that the run lists or clusters."""
    figures = []
    for band in BANDS:
        of_band = [pair for pair in pairs if pair["band"] == band]
        if of_band:
            listed = [calls.of(p["a"], p["b"]).relation != NOT_FOUND for p in of_band]
            figures.append(share(f"listed, {band}", listed.count(True), len(of_band)))
    return figures


def overlap(folder: Path) -> Measured:
    """A set of stories whose pairs are known by their exact overlap."""
    return Measured(bands(Calls(scanned(folder)), rows(folder / "pairs.csv")))


def labelled(folder: Path, label: str) -> list[Row]:
    return [row for row in rows(folder / "pairs_labelled.csv") if row["label"] == label]


def reuters(folder: Path) -> Measured:
    calls = Calls(scanned(folder))
    return Measured([
        put_together("duplicates called", calls, labelled(folder, "duplicate")),
        kept_apart("templates kept apart", calls, labelled(folder, "template")),
        *bands(calls, rows(folder / "pairs.csv")),
    ])  # fmt: skip


def news_abp(folder: Path) -> Measured:
    tables = scanned(folder)
    calls = Calls(tables)
    meaning = dict.fromkeys(("byline", "heading", "separator"), "content")
    labels = read_paragraphs(str(folder / "line_labels.csv"), {}, meaning).labels
    stories = PathIntake((str(folder / "articles.jsonl.gz"),), InputOptions()).stories()
    judged = judge_paragraphs(tables, stories, labels)
    known = [_only(p, lambda rule: rule != MODEL) for p in judged]
    but_credits = [_only(p, lambda rule: rule != "BLP306") for p in known]
    return Measured([
        *evaluation.of_lines(known),
        *evaluation.of_lines(but_credits, "without BLP306, "),
        *evaluation.of_lines(judged, WITH_MODEL),
        put_together("duplicates called", calls, labelled(folder, "duplicate")),
        kept_apart("shared blocks kept apart", calls, labelled(folder, "shared_block")),
        *bands(calls, rows(folder / "pairs.csv")),
    ], _lost(judged))  # fmt: skip


def planted(folder: Path) -> Measured:
    """Copies planted in news_abp: the figures of every edit."""
    intake = PathIntake((str(folder / "articles.jsonl.gz"),), InputOptions())
    found = evaluate_plants(intake.stories(), Settings(), PLANT_SEEDS, PLANTS)
    return Measured(found.all_figures)


def semeval(folder: Path) -> Measured:
    """People rated the news, 1 same to 4 different, not the wording."""
    calls, pairs = Calls(scanned(folder, "docs.jsonl.gz")), rows(folder / "pairs.csv")
    same = [p for p in pairs if float(p["overall_1same_4different"]) <= 2]
    different = [p for p in pairs if float(p["overall_1same_4different"]) >= 3]
    return Measured([
        kept_apart("different news kept apart", calls, different),
        *_by_wording(calls, same),
    ])  # fmt: skip


def tgcontest(folder: Path) -> Measured:
    """People said whether two stories tell of one event."""
    calls, pairs = Calls(scanned(folder, "docs.jsonl.gz")), rows(folder / "pairs.csv")
    return Measured([
        kept_apart("other events kept apart", calls, [p for p in pairs if p["label"] == "BAD"]),
        *_by_wording(calls, [p for p in pairs if p["label"] == "OK"]),
    ])  # fmt: skip


def _by_wording(calls: Calls, same: Sequence[Row]) -> Iterator[Figure]:
    """Of pairs about the same news only those in the same words are to be found."""
    shared = [p for p in same if float(p["jaccard"]) >= 0.5 or float(p["containment"]) >= 0.8]
    yield kept_apart("own words kept apart", calls, [p for p in same if float(p["jaccard"]) < 0.05])
    yield put_together("same words called", calls, shared)


def ndd_r8(folder: Path) -> Measured:
    """Marked documents are copies edited by hand; unmarked ones hold duplicates nobody marked."""
    calls, pairs = Calls(scanned(folder, "docs.jsonl.gz")), rows(folder / "pairs.csv")
    close = [p for p in pairs if p["both_marked"] == "1" and float(p["jaccard3"]) >= 0.8]
    other = [p for p in pairs if p["both_marked"] == "0" and float(p["jaccard3"]) < 0.5]
    return Measured([
        put_together("marked, J3 >= 0.8, called", calls, close),
        kept_apart("unmarked, J3 < 0.5, kept apart", calls, other),
    ])  # fmt: skip


def pages(folder: Path) -> Measured:
    """Pages with a label on every paragraph: the lexicon alone, what is known, and the model."""
    note = IN_SAMPLE if folder.name in LEARNED_FROM else ""
    labels = read_paragraphs(str(folder / "pages.jsonl.gz"), {}, {})
    tables = run_stories([page.story for page in labels.pages], Settings())
    judged = judge_pages(tables, labels.pages)
    lexicon = [_only(p, lambda rule: rule in LEXICON) for p in judged]
    alone = evaluation.of_paragraphs(lexicon, Where().paragraph)
    known = [_only(p, lambda rule: rule != MODEL) for p in judged]
    all_rules = evaluation.of_paragraphs(known, Where().paragraph)
    model = evaluation.of_paragraphs(judged, Where().paragraph, note=note)
    noted = [f._replace(name=f"{WITH_MODEL}{f.name}") for f in model.figures]
    named = [f._replace(name=f"lexicon {f.name}") for f in alone.figures[:3]]
    return Measured([*named, *_languages(lexicon), *all_rules.figures, *noted], _lost(judged))


def furniture(folder: Path) -> Measured:
    """The furniture model on outlets it has not seen: it is learned five times (some minutes)."""
    found = held_out(Views.of(folder.parent, tools()))
    rough, tight = found["rough"], found["tight"]
    rows = rough.of(INLINE)
    alone, both = (ranked(rough.labels[rows], scores[rows])
                   for scores in (rough.margin, rough.together))  # fmt: skip
    return Measured([
        Figure("model, average precision", alone.average),
        Figure("average precision", both.average),
        Figure("recall at precision 0.90", both.at_90),
        Figure("recall at precision 0.95", both.at_95),
        _right("right from 0.9 on", rough), _right("right from 0.9 on, content only", tight),
    ])  # fmt: skip


def _right(name: str, measured: HeldOut) -> Figure:
    """Of what the model would report at its default, the share that is furniture."""
    reported = measured.of(INLINE) & ~measured.marked & (measured.probability >= THRESHOLD)
    right = measured.labels[reported] == FURNITURE
    return share(name, int(right.sum()), len(right))


def _languages(judged: Sequence[JudgedParagraph]) -> list[Figure]:
    """The share of languages (or countries) in which the lexicon is as precise as it must be."""
    precise = []
    for group in sorted({p.group for p in judged if p.group}):
        called = [p for p in judged if p.group == group and p.called]
        if len(called) >= FEWEST_CALLED:
            right = sum(p.furniture for p in called)
            precise.append(right / len(called) >= LANGUAGE_PRECISION)
    return [share("languages precise", sum(precise), len(precise))] if precise else []


def _only(judged: JudgedParagraph, wanted: Callable[[str], bool]) -> JudgedParagraph:
    return judged._replace(rules=tuple(rule for rule in judged.rules if wanted(rule)))


def _lost(judged: Iterable[JudgedParagraph]) -> list[str]:
    return [f"{', '.join(p.rules)}: {p.shown}" for p in judged if p.safe and not p.furniture]


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set: its folder, how it is measured, and whether that takes no more than seconds."""

    folder: str
    measure: Measure
    quick: bool = False


_PAGES = ("bp_inline", "bp_aed", "bp_aeb", "bp_fundus", "bp_cleanportal", "bp_readability",
          "bp_trafilatura", "bp_news_ja", "bp_news_th")  # fmt: skip
_OVERLAP = ("news_in", "news_ug", "vast2021", "multiling")
_QUICK = ("bp_news_ja", "bp_news_th", "bp_cleanportal", "news_ug", "vast2021")

SETS: Mapping[str, LabelledSet] = {
    "news_abp": LabelledSet("news_abp", news_abp),
    "planted": LabelledSet("news_abp", planted),
    "reuters21578": LabelledSet("reuters21578", reuters),
    "pairs_semeval2022t8": LabelledSet("pairs_semeval2022t8", semeval),
    "pairs_tgcontest": LabelledSet("pairs_tgcontest", tgcontest, quick=True),
    "pairs_ndd_r8": LabelledSet("pairs_ndd_r8", ndd_r8),
    "furniture": LabelledSet("bp_inline", furniture),
    **{name: LabelledSet(name, overlap, name in _QUICK) for name in _OVERLAP},
    **{name: LabelledSet(name, pages, name in _QUICK) for name in _PAGES},
}
"""Every set by the name its floors have."""
