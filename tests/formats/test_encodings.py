"""What bytes say, in every encoding news comes in."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from dedup.formats import InputOptions
from dedup.formats.encodings import byte_positions, decode, encode_marked, sniff, unescape
from tests.formats.reader import agreed, read

# Sentences in the manner of a wire story, one for each legacy encoding.
SENTENCES = {
    "cp1252": "El presidente declaró el miércoles que la economía creció un 2,3 %. “Sí”, añadió.",
    "cp1250": "Premiér řekl, že ekonomika letos šťastně vzrostla o dvě procenta.",
    "cp1251": "Президент заявил в среду, что экономика страны выросла на два процента.",
    "koi8_r": "Президент заявил в среду, что экономика страны выросла на два процента.",
    "cp1253": "Ο πρόεδρος δήλωσε την Τετάρτη ότι η οικονομία της χώρας αναπτύχθηκε.",
    "cp1254": "Başbakan çarşamba günü ülke ekonomisinin yüzde iki büyüdüğünü söyledi.",
    "cp1255": "הנשיא אמר ביום רביעי כי כלכלת המדינה צמחה בשני אחוזים ברבעון האחרון",
    "cp1256": "قال الرئيس يوم الأربعاء إن اقتصاد البلاد نما بنسبة اثنين في المئة في الربع الأخير.",
    "cp874": "นายกรัฐมนตรีกล่าวเมื่อวันพุธว่าเศรษฐกิจของประเทศเติบโตร้อยละสองในไตรมาสที่แล้ว",
    "cp932": "首相は水曜日、国の経済が前四半期に二パーセント成長したと述べた。",
    "euc_jp": "首相は水曜日、国の経済が前四半期に二パーセント成長したと述べた。",
    "gb18030": "总理周三表示，该国经济上季度增长了百分之二。记者从有关部门获悉",
    "big5": "總理週三表示，該國經濟上季度增長了百分之二。記者從有關部門獲悉",
    "cp949": "대통령은 수요일 국가 경제가 지난 분기에 2퍼센트 성장했다고 밝혔다.",
}
SCRIPTS = "Hafen, Гавань, ميناء, बंदरगाह, 港口, ท่าเรือ, 🚢"


@pytest.mark.parametrize(
    ("bom", "codec"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
def test_unicode_with_and_without_a_mark(tmp_path: Path, bom: bytes, codec: str, name: str) -> None:
    content = {
        "a.txt": SCRIPTS,
        "a.jsonl": json.dumps({"text": SCRIPTS}, ensure_ascii=False) + "\n" + '{"text": "2"}\n',
        "a.json": json.dumps([{"text": SCRIPTS}], ensure_ascii=False),
        "a.csv": f'id,text\n1,"{SCRIPTS}"\n2,"Ċ\n਀ two ""lines"""\n',
    }[name]
    path = tmp_path / name
    path.write_bytes(bom + content.encode(codec))
    agreed(path)
    found = read(path)
    assert found.texts[0] == SCRIPTS
    assert found.problems == []
    if name == "a.csv":
        assert found.texts[1] == 'Ċ\n਀ two "lines"'


@pytest.mark.parametrize("codec", SENTENCES)
def test_legacy_encodings_are_guessed_and_the_guess_is_reported(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(SENTENCES[codec].encode(codec))
    agreed(path)
    found = read(path)
    assert found.texts == [SENTENCES[codec]]
    assert found.rules == [("INP903", 1)]
    assert "a guess; --encoding" in found.problems[0].message


@pytest.mark.parametrize("codec", SENTENCES)
def test_a_declared_encoding_is_no_guess(tmp_path: Path, codec: str) -> None:
    options = InputOptions(encoding=codec)
    for name, content in {
        "a.txt": SENTENCES[codec],
        "a.jsonl": json.dumps({"text": SENTENCES[codec]}, ensure_ascii=False),
        "a.csv": f"text\n{SENTENCES[codec].replace(',', '')}\n",
    }.items():
        path = tmp_path / name
        path.write_bytes(content.encode(codec))
        agreed(path, options)
        found = read(path, options=options)
        assert found.problems == []
        assert found.texts[0].replace(",", "") == SENTENCES[codec].replace(",", "")


def test_each_line_is_decoded_for_itself(tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "text": "Zürich bleibt."}'.encode(),
        '{"id": 2, "text": "Zürich “geht”."}'.encode("cp1252"),
        '{"id": 3, "text": "Порт закрыт до понедельника."}'.encode("cp1251"),
        '{"id": 4, "text": "Порт ✗ закрыт."}'.encode().replace(b"\xe2\x9c\x97", b"\xe2\x9c"),
    ]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(lines))
    agreed(path)
    found = read(path)
    assert found.texts == [
        "Zürich bleibt.",
        "Zürich “geht”.",
        "Порт закрыт до понедельника.",
        "Порт \ufffd\ufffd закрыт.",
    ]
    assert [(p.rule, p.line, p.story_id) for p in found.problems] == [
        ("INP903", line, str(line)) for line in (2, 3, 4)
    ]
    assert "windows-1252" in found.problems[0].message
    assert "2 bytes not UTF-8: replaced by U+FFFD" in found.problems[2].message


def test_what_was_declared_but_is_not_so_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"caf\xe9 noir")
    found = read(path, options=InputOptions(encoding="utf-8"))
    assert found.texts == ["caf\ufffd noir"]
    assert found.rules == [("INP903", 1)]


def test_utf16_without_a_mark_is_a_guess(tmp_path: Path) -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        path = tmp_path / "a.txt"
        path.write_bytes("Harbour reopens\n\nShips left.".encode(codec))
        agreed(path)
        found = read(path)
        assert found.stories[0].title == "Harbour reopens"
        assert found.rules == [("INP903", 1)]


@pytest.mark.parametrize(
    ("raw", "codec"),
    [
        ("é → 港".encode(), "utf-8"),
        (b"ab\xff\xe6\xb8cd\xc3\xa9", "utf-8"),
        (b"\x83\x82\x81\xff\x41", "cp932"),
        # two spellings of one character: encoding would give back the other one
        (b"\x87\x90a\xfa\x54b", "cp932"),
        ("a🚢b".encode("utf-16-le") + b"\x00\xd8c\x00\x01", "utf-16-le"),
    ],
)
def test_every_character_is_found_among_the_bytes(raw: bytes, codec: str) -> None:
    marked = decode(raw, codec).marked
    places = byte_positions(raw, marked, codec, range(len(marked) + 1))
    assert places[0] == 0
    assert places[-1] == len(raw)
    for index, char in enumerate(marked):
        piece = raw[places[index] : places[index + 1]]
        assert decode(piece, codec).marked == char


def test_marks_lead_back_to_the_bytes() -> None:
    raw = b"a\xff\xfeb\xc3"
    marked = decode(raw, "utf-8").marked
    assert unescape(marked) == "a\ufffd\ufffdb\ufffd"
    assert encode_marked(marked, "utf-8") == raw


@pytest.mark.parametrize(
    ("head", "binary"),
    [
        (b"\x00text with a NUL", False),
        (b"caf\xe9\x00", True),
        (b"\x1f\x8b\x08\x01\x02\x03\x04\x05", True),
        (b"caf\xe9", False),
        ("港".encode() * 4000, False),
    ],
)
def test_binary_files_are_told_from_text(head: bytes, binary: bool) -> None:
    assert sniff(head, None).binary is binary
