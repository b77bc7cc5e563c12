"""Runs and pages for the tests of the page, and its pictures as trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from dedup import api
from dedup.api.page import Page, Places, page
from dedup.model import Story, Tables
from dedup.settings import build

STORIES = Path(__file__).resolve().parents[3] / "data" / "stories.jsonl"


def scanned(stories: Iterable[Story]) -> tuple[Tables, list[Story]]:
    """Tables of some stories, each on a line of a file of its own name."""
    placed = [
        Story(s.story_id, s.text, s.title, s.source, s.published, s.path or "made.jsonl", number)
        for number, s in enumerate(stories, 1)
    ]
    tables = api.check(placed).tables
    tables.manifest.setdefault("inputs", [{"path": "made.jsonl", "bytes": 0}])
    return tables, placed


def page_of(tables: Tables, stories: Sequence[Story], **options: object) -> Page:
    """The page of a run whose texts are these."""

    def read(places: Places) -> Iterator[Story]:
        return (s for s in stories if s.line in places.get(s.path, ()))

    return page(tables, read, **options)  # type: ignore[arg-type]


def data_tables() -> Tables:
    """Tables of the stories in ``data/``."""
    return api.scan([str(STORIES)], build(kernels="reference"))


def tree(svg: str) -> ElementTree.Element:
    """A picture as a tree; it must be well-formed."""
    return ElementTree.fromstring(svg)  # noqa: S314 -- made by this project


def marks(svg: str, look: str = "") -> list[ElementTree.Element]:
    """The marks that stand for a number, of one class if named."""
    found = [element for element in tree(svg).iter() if "data-n" in element.attrib]
    return [e for e in found if not look or look in e.get("class", "").split()]


def share(length: str | None) -> float:
    """``37.5%`` as a number."""
    assert length is not None
    return float(length.removesuffix("%"))
