"""What holds for any input: cleaning can be undone, and takes out just what it was told to."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean import CleanReport, restore
from dedup.clean.spans import cut_spans, without
from dedup.model import Finding, Story
from tests.clean.cleaning import SAFE_STRIP, drop, finding, run_clean, stories_of

WORDS = (
    "The sea wall", "Морская стена", "海の壁を直す", "جدار البحر", "समुद्री दीवार", "กำแพงทะเล",
    'He said "no"', "a \\ b / c", "smile \U0001f600 \U0001f3fd", "tab\there", "e\u0301 \xe9, x;y|z",
    "'", '"', ",", "line\nbreak", "\u200f.",
)  # fmt: skip
SEPARATORS = ("\n\n", "\r\n\r\n", "\n \n", "\u2029\u2029", "\n\n\n\n")


@dataclass(frozen=True)
class Tale:
    """A story to be: its paragraphs, which of them go, and whether it goes itself."""

    paragraphs: tuple[str, ...]
    gone: tuple[bool, ...]
    separator: str
    trail: str
    copy: bool
    spelling: int

    @property
    def text(self) -> str:
        return self.separator.join(self.paragraphs) + self.trail

    def spans(self, shift: int = 0) -> list[tuple[int, int]]:
        spans, place = [], shift
        for paragraph, goes in zip(self.paragraphs, self.gone, strict=True):
            if goes:
                spans.append((place, place + len(paragraph)))
            place += len(paragraph) + len(self.separator)
        return spans


PARAGRAPH = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


@st.composite
def tales(draw: st.DrawFn) -> Tale:
    paragraphs = draw(st.lists(PARAGRAPH, min_size=1, max_size=5))
    gone = draw(st.lists(st.booleans(), min_size=len(paragraphs), max_size=len(paragraphs)))
    return Tale(
        tuple(paragraphs), tuple(gone), draw(st.sampled_from(SEPARATORS)),
        draw(st.sampled_from(["", "\n", "\r\n"])), draw(st.booleans()), draw(st.integers(0, 5)),
    )  # fmt: skip


BROKEN = ('{"id": "x", "text": "cut o', "[1, 2]", '{"id": 7}', '{"text": null}', "", "   ", "\x00{")


def _spelled(text: str, spelling: int) -> str:
    """One of the ways to write a string in JSON."""
    if spelling == 0:
        return json.dumps(text, ensure_ascii=False)
    if spelling == 1:
        return json.dumps(text)
    every = json.dumps(text)[1:-1] if spelling == 2 else json.dumps(text, ensure_ascii=False)[1:-1]
    if spelling == 3:
        return '"' + every.replace("/", "\\/").replace("e", "\\u0065") + '"'
    if spelling == 4:
        return '"' + every.replace("\\n", "\\u000A").replace("'", "\\u0027") + '"'
    return '"' + every + '"'


def _json_object(number: int, tale: Tale) -> str:
    text = _spelled(tale.text, tale.spelling)
    fields = [f'"id": "s{number}"', f'"title":"ж {number}"', f'"text" : {text}']
    if tale.spelling % 2:
        fields.reverse()
    return "{" + ", ".join([*fields, '"nested": {"text": "\\u00e9"}, "n": 1.50']) + "}"


def jsonl(stories: list[Tale], broken: list[str]) -> str:
    lines = [_json_object(n, tale) for n, tale in enumerate(stories)]
    for place, line in enumerate(broken):
        lines.insert(min(2 * place + 1, len(lines)), line)
    return ("\r\n" if len(broken) % 2 else "\n").join(lines) + "\n" * (len(stories) % 2)


def array(stories: list[Tale], broken: list[str]) -> str:
    elements = [_json_object(n, tale) for n, tale in enumerate(stories)]
    for place in range(len(broken)):
        elements.insert(min(2 * place + 1, len(elements)), "[1, null]")
    return "[\n  " + " ,\n".join(elements) + "\n]\n"


def delimited(stories: list[Tale], broken: list[str], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n" if broken else "\n")
    writer.writerow(["id", "text", "more"])
    for number, tale in enumerate(stories):
        if number < len(broken):
            writer.writerow(["ragged"])
        writer.writerow([f"s{number}", tale.text, "é"])
    return out.getvalue()


def table_of(delimiter: str) -> Callable[[list[Tale], list[str]], str]:
    return lambda stories, broken: delimited(stories, broken, delimiter)


def plain(tale: Tale, title: str = "Title") -> str:
    return f"{title}{tale.separator}{tale.text}" if tale.spelling % 2 else tale.text


FORMATS = {
    "a.jsonl": jsonl,
    "a.json": array,
    "a.csv": table_of(","),
    "a.tsv": table_of("\t"),
}
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.decompress,
    ".zst": lambda raw: zstandard.ZstdDecompressor().decompressobj().decompress(raw),
}


def _findings(story: Story, spans: list[tuple[int, int]], copy: bool) -> list[Finding]:
    found = [
        finding("BLP301", story.story_id, SAFE_STRIP, span=span, path=story.path, line=story.line)
        for span in spans
    ]
    return [*found, *(drop(story, "s0") if copy else [])]


def _sums(report: CleanReport) -> None:
    counts = report.counts
    assert counts.stories_in == counts.stories_kept + counts.stories_removed
    assert counts.bytes_in == counts.bytes_out + counts.bytes_removed


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("packing", PACK)
@settings(max_examples=25, deadline=None)
@given(
    st.lists(tales(), min_size=1, max_size=5),
    st.lists(st.sampled_from(BROKEN), max_size=3),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_records_come_back_byte_for_byte(
    name: str, packing: str, stories: list[Tale], broken: list[str], encoding: str
) -> None:
    content = FORMATS[name](stories, broken).encode(encoding)
    by_id = {f"s{number}": tale for number, tale in enumerate(stories)}
    gone = {f"s{number}" for number, tale in enumerate(stories) if number and tale.copy}

    def choose(story: Story) -> list[Finding]:
        tale = by_id[story.story_id]
        return _findings(story, tale.spans(), story.story_id in gone)

    with tempfile.TemporaryDirectory(dir=".") as here:
        source, out = f"{here}/{name}{packing}", f"{here}/out"
        Path(source).write_bytes(PACK[packing](content))
        before = {story.story_id: story.text for story in stories_of([source])}
        assert before == {story_id: tale.text for story_id, tale in by_id.items()}
        report = run_clean([source], out, choose)
        _sums(report)
        assert report.counts.stories_removed == len(gone)
        left = {story.story_id: story for story in stories_of([f"{out}/{name}{packing}"])}
        assert set(left) == set(by_id) - gone
        for story_id, story in left.items():
            tale = by_id[story_id]
            assert story.text == without(tale.text, cut_spans(tale.text, 0, tale.spans()))
            assert story.title == (f"ж {story_id[1:]}" if "json" in name else "")
        restore(Path(out), None, Path(here, "back"))
        assert UNPACK[packing](Path(here, "back", name + packing).read_bytes()) == content


@pytest.mark.parametrize("packing", PACK)
@settings(max_examples=40, deadline=None)
@given(
    st.lists(tales(), min_size=1, max_size=4),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "cp1251"]),
)
def test_text_files_come_back_byte_for_byte(
    packing: str, stories: list[Tale], encoding: str
) -> None:
    contents = {
        f"s{number}": _encoded(plain(tale), encoding) for number, tale in enumerate(stories)
    }
    by_id = {f"s{number}": tale for number, tale in enumerate(stories)}

    def choose(story: Story) -> list[Finding]:
        tale = by_id[story.story_id]
        shift = len(plain(tale)) - len(tale.text)
        spans = [span for span in tale.spans(shift) if span[0] >= story.body_start]
        # A guessed encoding may read other characters, or another number of them.
        fits = story.text == plain(tale)
        copy = tale.copy and story.story_id != "s0"
        return _findings(story, spans if fits else [], copy)

    with tempfile.TemporaryDirectory(dir=".") as here:
        for story_id, content in contents.items():
            path = Path(here, "in", story_id[1:] * 2, f"{story_id}.txt{packing}")
            path.parent.mkdir(parents=True)
            path.write_bytes(PACK[packing](content))
        report = run_clean([f"{here}/in"], f"{here}/out", choose)
        _sums(report)
        restore(Path(here, "out"), None, Path(here, "back"))
        for story_id, content in contents.items():
            path = Path(here, "back", story_id[1:] * 2, f"{story_id}.txt{packing}")
            assert UNPACK[packing](path.read_bytes()) == content


def _encoded(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "ignore")
