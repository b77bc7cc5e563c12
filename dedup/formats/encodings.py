"""Bytes to characters and back: what a file is encoded in, and where each character's bytes lie.

A byte that cannot be decoded becomes a *mark*, a lone surrogate U+DC00 + byte, which no decoder
used here produces by itself. Marks keep the way back to the bytes open; :func:`unescape` turns
each one into U+FFFD for everybody else.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from dedup.errors import ConfigError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16: the little-endian mark of the one begins with that of the other."""

_BYTE_ORDER = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

_MARK = re.compile("[\udc00-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]{4}")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\v\f\r\x1b"})

SPARSE = 0.12
"""Share of bytes above 0x7F up to which a text is taken for a Western one. Measured on a sentence
or two each: English, German, Spanish 0.07-0.10; Czech and Polish 0.15; Turkish 0.20; scripts other
than Latin from 0.75."""

SAMPLE = 1 << 16
"""Bytes shown to the detector: 1-14 ms, and no better with more."""

HEAD = 1 << 13
"""Bytes looked at to tell text from anything else."""

_GUESSES = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp874", "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip


class Encoding(NamedTuple):
    """What the head of a file tells: ``codec`` is None for UTF-8 with a guess where that fails."""

    codec: str | None
    bom: int = 0
    """Length of the byte order mark in bytes."""
    binary: bool = False
    guessed: bool = False

    @property
    def unit(self) -> int:
        """Bytes a line feed takes."""
        family = (self.codec or "")[:6]
        return {"utf-16": 2, "utf-32": 4}.get(family, 1)


class Decoded(NamedTuple):
    """A text, possibly with marks, what it was decoded with, and what is to be said about it."""

    marked: str
    codec: str
    note: str


def known_codec(name: str) -> str:
    """The codec's canonical name. ConfigError if there is none, or it is not one for text."""
    try:
        "x".encode(name)
        canonical = codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        message = f"unknown encoding {name!r}: try utf-8, utf-16, windows-1252, gb18030, shift_jis"
        raise ConfigError(message) from error
    return _BYTE_ORDER.get(canonical, canonical)


def sniff(head: bytes, declared: str | None) -> Encoding:
    """What a file is encoded in, by its first bytes. A byte order mark outweighs what was said."""
    for bom, codec in _BOMS:
        if head.startswith(bom):
            wide = codec != "utf-8"
            return Encoding(codec if wide or declared else None, len(bom))
    if declared:
        return Encoding(known_codec(declared))
    wide_codec = _unmarked_utf16(head[:HEAD])
    if wide_codec:
        return Encoding(wide_codec, guessed=True)
    return Encoding(None, binary=_is_binary(head[:HEAD]))


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without a mark, when nearly every other byte is NUL: text mostly in Latin script."""
    pairs = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if pairs < 4 or max(even, odd) < 0.7 * pairs or min(even, odd) > 0.05 * pairs:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_binary(head: bytes) -> bool:
    """Whether it is no text in any encoding: not UTF-8, and NULs or many control characters."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        controls = len(head) - len(head.translate(None, _CONTROLS))
        return 0 in head or controls > 0.05 * len(head)
    return False


def bom_length(raw: bytes) -> int:
    """Length of the byte order mark the bytes begin with, 0 if none."""
    return next((len(bom) for bom, _ in _BOMS if raw.startswith(bom)), 0)


def decode(raw: bytes, codec: str | None) -> Decoded:
    """The characters of a text (without byte order mark), with a mark for each undecodable byte.

    Without a codec it is UTF-8; bytes that are not, are UTF-8 that was damaged if more characters
    beyond ASCII come out whole than bytes are left over, and otherwise in a codec to be guessed.
    """
    try:
        return Decoded(str(raw, codec or "utf-8"), codec or "utf-8", "")
    except UnicodeDecodeError:
        pass
    marked = str(raw, codec or "utf-8", "dedup.mark")
    bad = len(_MARK.findall(marked))
    if codec is None:
        whole = len(marked) - bad - len(marked.encode("ascii", "ignore"))
        guess = None if whole > bad else guess_codec(raw)
        if guess:
            marked = str(raw, guess, "dedup.mark")
            note = f"not UTF-8: read as {_spoken(guess)}, a guess; --encoding says what it is"
            return Decoded(marked, guess, note)
    note = f"{bad} byte{'s' * (bad > 1)} not {_spoken(codec or 'utf-8')}: replaced by U+FFFD"
    return Decoded(marked, codec or "utf-8", note)


def guess_codec(raw: bytes) -> str | None:
    """The codec of bytes that are not UTF-8; None if nothing fits.

    Windows-1252 when it decodes them and they look Western: few bytes above 0x7F, never four in
    a row. Otherwise the detector decides among the codecs news comes in. A short Czech or Polish
    text may pass for Western; nothing in the bytes tells them apart. The answer depends on these
    bytes alone.
    """
    high = len(raw) - len(raw.translate(None, bytes(range(128, 256))))
    if high <= SPARSE * len(raw) and not _HIGH_RUN.search(raw) and _decodes(raw, "cp1252"):
        return "cp1252"
    import charset_normalizer

    found = charset_normalizer.from_bytes(_sample(raw), cp_isolation=_GUESSES).best()
    if found is not None:
        return str(found.encoding)
    return "cp1252" if _decodes(raw, "cp1252") else None


def _sample(raw: bytes) -> bytes:
    """A stretch of at most SAMPLE bytes from the first one above 0x7F on, cut at white space."""
    if len(raw) <= SAMPLE:
        return raw
    first = re.search(rb"[\x80-\xff]", raw)
    start = max(raw.rfind(b" ", 0, first.start()), 0) if first else 0
    stretch = raw[start : start + SAMPLE]
    end = max(stretch.rfind(b" "), stretch.rfind(b"\n"))
    return stretch[:end] if end > SAMPLE // 2 else stretch


def _decodes(raw: bytes, codec: str) -> bool:
    try:
        raw.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _spoken(codec: str) -> str:
    """The name people know a codec by."""
    if codec == "utf-8":
        return "UTF-8"
    return codec.replace("cp", "windows-") if codec.startswith("cp125") else codec


def unescape(marked: str) -> str:
    """The text for everybody else: each mark, and any other lone surrogate, becomes U+FFFD."""
    try:
        # thirty times as fast as a search for surrogates in a text that has none
        marked.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", marked)
    return marked


def encode_marked(marked: str, codec: str) -> bytes:
    """The bytes of a text with marks: the way back from :func:`decode`."""
    pieces = _MARK.split(marked)
    out = [pieces[0].encode(codec)]
    for mark, piece in zip(_MARK.findall(marked), pieces[1:], strict=True):
        out.append(bytes([ord(mark) - 0xDC00]))
        out.append(piece.encode(codec))
    return b"".join(out)


def byte_positions(raw: bytes, marked: str, codec: str, places: Sequence[int]) -> list[int]:
    """For each character position in ``places`` (ascending), the byte in ``raw`` it begins at.

    ``marked`` is ``raw`` decoded with ``codec``.
    """
    if raw.isascii() and len(raw) == len(marked):
        return list(places)
    try:
        canonical = encode_marked(marked, codec) == raw
    except UnicodeEncodeError:
        canonical = False
    if not canonical:
        return _positions_by_feeding(raw, codec, places)
    found, byte, last = [], 0, 0
    for place in places:
        byte += len(encode_marked(marked[last:place], codec))
        last = place
        found.append(byte)
    return found


def _positions_by_feeding(raw: bytes, codec: str, places: Sequence[int]) -> list[int]:
    """The same for bytes that encoding would not give back: several spell one character.

    Decodes byte by byte and notes where each character ends; about 1 MB/s.
    """
    decoder = codecs.getincrementaldecoder(codec)("dedup.mark")
    ends = [0]
    for index in range(len(raw)):
        out = decoder.decode(raw[index : index + 1])
        ends.extend(max(index + 2 - back, ends[-1]) for back in range(len(out), 0, -1))
    ends.extend([len(raw)] * (max(places, default=0) + 1 - len(ends)))
    return [ends[place] for place in places]


def _mark(error: UnicodeError) -> tuple[str, int]:
    """Error handler ``dedup.mark``: one mark for each byte that cannot be decoded."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in bad), error.end


codecs.register_error("dedup.mark", _mark)
