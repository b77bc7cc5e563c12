"""The laws of the record layer: nothing is lost, and a cut takes just what it should."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.formats import InputOptions, Record, cut, drop_spans, without
from tests.formats.reader import agreed, records

SCRIPTS = (
    "Der Hafen öffnet. ",
    "Порт открыт. ",
    "الميناء مفتوح. ",
    "बंदरगाह खुला है। ",
    "港口已开放。",
    "ท่าเรือเปิดแล้ว ",
    '🚢👩‍🚀 "quoted" \\ / ',
    "line\nline\r\n\r\nline\u2028\x85",
    "\x00\x07\t",
    "é\u0301",
)
TEXTS = st.lists(
    st.one_of(
        st.sampled_from(SCRIPTS),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=8),
    ),
    max_size=6,
).map("".join)

LAW = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])


@st.composite
def texts_and_spans(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(TEXTS)
    places = st.integers(0, len(text))
    pairs = draw(st.lists(st.tuples(places, places), max_size=4))
    return text, [(min(pair), max(pair)) for pair in pairs]


def story_record(found: Sequence[Record], which: int = 0) -> Record:
    return [record for record in found if record.story][which]


def check_cut(
    path: Path, spans: list[tuple[int, int]], options: InputOptions | None = None
) -> None:
    """The laws of cut, on the first story of a file."""
    found = agreed(path, options)
    record = story_record(found)
    assert record.story is not None
    assert cut(record, []) == record.raw
    changed = cut(record, spans)
    wanted = without(record.story.text, spans)
    pieces = [changed if each is record else each.raw for each in found]
    path.write_bytes(b"".join(pieces))
    again = records(path, options)
    stories = [each.story for each in again if each.story]
    if record.syntax == "text":
        assert "".join(story.text for story in stories) == wanted
        return
    expected = [each.story for each in found if each.story]
    expected[0] = replace(record.story, text=wanted)
    by_line = [replace(story, line=0) for story in stories]
    assert by_line == [replace(story, line=0) for story in expected]


def escaped(text: str, draw: st.DataObject) -> str:
    """The text as a JSON string, each character plain or escaped as chance has it."""
    ascii_only = json.dumps(text)
    plain = json.dumps(text, ensure_ascii=False)
    mixed = "".join(
        json.dumps(char, ensure_ascii=draw.draw(st.booleans()))[1:-1] for char in text
    ).replace("/", "\\/")
    return draw.draw(st.sampled_from([ascii_only, plain, f'"{mixed}"']))


@given(case=texts_and_spans(), data=st.data())
@LAW
def test_cut_of_a_json_line(
    case: tuple[str, list[tuple[int, int]]], data: st.DataObject, tmp_path: Path
) -> None:
    text, spans = case
    literal = escaped(text, data)
    line = (
        f'{{"id":  "a", "x": {{"text": "in\\"ner"}}, "te\\u0078t" : {literal} , "title":"t"}}\r\n'
        '{"id": "b", "text": "second"}'
    )
    path = tmp_path / "a.jsonl"
    path.write_bytes(line.encode())
    check_cut(path, spans)


@given(case=texts_and_spans(), data=st.data())
@LAW
def test_cut_of_an_element_of_a_json_array(
    case: tuple[str, list[tuple[int, int]]], data: st.DataObject, tmp_path: Path
) -> None:
    text, spans = case
    literal = escaped(text, data)
    document = f'\n[ {{"text": "gone", "text": {literal}, "id": 1}}\n,{{"text": "2"}} ]\n'
    path = tmp_path / "a.json"
    path.write_bytes(document.encode())
    check_cut(path, spans)


@given(case=texts_and_spans(), data=st.data())
@LAW
def test_cut_of_a_csv_row(
    case: tuple[str, list[tuple[int, int]]], data: st.DataObject, tmp_path: Path
) -> None:
    text, spans = case
    delimiter = data.draw(st.sampled_from(",;\t"))
    quote_all = data.draw(st.booleans())
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL if quote_all else 0)
    writer.writerows([["id", "text", "title"], ["a", text, "t"], ["b", "second", "t"]])
    path = tmp_path / "a.csv"
    path.write_bytes(out.getvalue().encode())
    check_cut(path, spans)


@pytest.mark.parametrize(
    ("row", "spans"),
    [
        ('a"b', [(0, 1)]),
        ('"ab" c', [(1, 3)]),
        ('"a""b"c"d', [(3, 4)]),
        ("word", [(0, 4)]),
        ('"a"', [(0, 1)]),
    ],
)
def test_cut_of_cells_that_would_read_otherwise(
    tmp_path: Path, row: str, spans: list[tuple[int, int]]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"text\n{row}\nsecond\n".encode())
    check_cut(path, spans)


@given(case=texts_and_spans(), codec=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]))
@LAW
def test_cut_of_a_text_file(
    case: tuple[str, list[tuple[int, int]]], codec: str, tmp_path: Path
) -> None:
    text, spans = case
    path = tmp_path / "a.txt"
    # a first character that stays: a NUL after the mark of UTF-16 would look like that of UTF-32
    path.write_bytes(("\ufeffT" + text).encode(codec))
    check_cut(path, [(start + 1, end + 1) for start, end in spans])


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "“Überall” – naïve Façade €5"),
        ("cp1251", "Порт «Одесса» открыт"),
        ("cp932", "首相は①ソ表"),
        ("gb18030", "总理周三表示🚢,“好”"),
        ("iso2022_jp", "首相は abc 水曜日 def"),
        ("koi8_r", "Порт"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv"])
def test_cut_in_legacy_encodings(tmp_path: Path, codec: str, text: str, name: str) -> None:
    content = {
        "a.txt": text,
        "a.jsonl": json.dumps({"text": text}, ensure_ascii=False) + "\n",
        "a.csv": f'text\n"{text}"\n',
    }[name]
    options = InputOptions(encoding=codec)
    for start in range(len(text) - 1):
        path = tmp_path / name
        path.write_bytes(content.encode(codec))
        check_cut(path, [(start, start + 2)], options)


def test_a_cut_takes_only_the_bytes_of_its_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(rb'{ "text":"\u0041\/b \ud83d\udea2 \"c\" ' + "é".encode() + b'" }\n')
    (record,) = records(path)
    assert record.story is not None
    assert record.story.text == 'A/b 🚢 "c" é'
    assert cut(record, [(0, 1), (4, 5)]) == rb'{ "text":"\/b  \"c\" ' + "é".encode() + b'" }\n'
    assert cut(record, [(10, 11), (6, 7)]) == rb'{ "text":"\u0041\/b \ud83d\udea2 c\" " }' + b"\n"


def test_non_canonical_bytes_around_a_cut_stay(tmp_path: Path) -> None:
    raw = b"\xfa\x54 ab \x87\x90"
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    (record,) = records(path, InputOptions(encoding="cp932"))
    assert cut(record, [(2, 4)]) == b"\xfa\x54  \x87\x90"


def test_halves_that_come_together_are_spelled_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(rb'{"text": "\ud83dX\udea2"}')
    check_cut(path, [(1, 2)])
    assert b"\\ufffd\\ufffd" in path.read_bytes()


@pytest.mark.parametrize("spans", [[(0, 99)], [(-1, 2)], [(3, 2)]])
def test_a_span_outside_the_text_is_refused(tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    (record,) = records(path)
    with pytest.raises(ValueError, match="lies outside the text of 5 characters"):
        cut(record, spans)


def test_nothing_can_be_cut_from_a_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"text\nx\n")
    with pytest.raises(ValueError, match="line 1"):
        cut(records(path)[0], [])


@given(
    kept=st.lists(st.booleans(), min_size=1, max_size=7),
    gap=st.sampled_from([",", ", ", "\n  ,\n  "]),
)
@LAW
def test_dropping_elements_leaves_an_array(kept: list[bool], gap: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[\n" + gap.join(f'{{"text": "{n}"}}' for n in range(len(kept))) + "\n]\n")
    stories = [record for record in records(path) if record.story]
    gone = {record.start for record, keep in zip(stories, kept, strict=True) if not keep}
    left = dropped(path, gone)
    assert [each["text"] for each in json.loads(left)] == [
        str(n) for n, keep in enumerate(kept) if keep
    ]


def dropped(path: Path, gone: set[int]) -> bytes:
    content, last, out = path.read_bytes(), 0, b""
    for start, end in drop_spans(records(path), gone):
        assert last <= start < end
        out, last = out + content[last:start], end
    return out + content[last:]


@pytest.mark.parametrize(
    ("name", "content", "which", "left"),
    [
        ("a.jsonl", b'{"text":"1"}\n{"text":"2"}\n', 0, b'{"text":"2"}\n'),
        ("a.jsonl", b'{"text":"1"}\nbroken\n{"text":"2"}', 1, b'{"text":"1"}\nbroken\n'),
        ("a.csv", b'\xef\xbb\xbftext\n"1\n1"\n2\n', 0, b"\xef\xbb\xbftext\n2\n"),
        ("a.txt", b"Words.", 0, b""),
        ("a.json", b'{"text": "1"}\n', 0, b"\n"),
        ("a.json", b'[{"text": "1"}, 7, {"text": "2"}]', 0, b'[7, {"text": "2"}]'),
    ],
)
def test_dropping_records(
    tmp_path: Path, name: str, content: bytes, which: int, left: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert dropped(path, {story_record(records(path), which).start}) == left
