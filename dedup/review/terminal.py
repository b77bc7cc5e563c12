"""The review in a terminal: one question a screen, one key an answer."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from dedup.report.escape import wrap
from dedup.review.cards import Card, Deck, Line, key_help, progress
from dedup.review.claims import PAIR
from dedup.review.session import QUIT, Session

_WIDEST = 110
_NARROWEST = 40
_MOST_LINES = 7
"""Lines of the screen that a paragraph may take."""

_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}", "marked": "{}"}
_GLUED = "⟦{}⟧"

_WORDS = {"y": "yes", "n": "no", "u": "unsure", "s": "skip", "b": "back", "q": "quit"}
_PAIR_WORDS = {**_WORDS, "y": "one story", "v": "a version", "n": "another"}

Keys = Callable[[], str]
"""Waits for a key and gives it, in small letters; an empty text when there are no more."""


def review(session: Session, deck: Deck, keys: Keys, stream: TextIO) -> None:
    """Ask until the questions are answered or the reviewer ends it; every answer is saved."""
    width = max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns - 1))
    shown = -1
    while not session.ended:
        if shown != session.at:
            _show(session, deck, stream, width)
            shown = session.at
        stream.write("> ")
        stream.flush()
        key = keys() or QUIT
        if key == "?":
            stream.write("?\n" + _help(session))
        elif session.press(key):
            stream.write(f"{key}\n")
            _say_verdict(session, deck, stream, width)
            shown = -1
        else:
            stream.write(f"\nkeys: {' '.join(session.keys)}, ? explains them\n")
    stream.write(f"{session.answered} of {len(session.queue)} answered; all are saved\n")
    stream.flush()


def _show(session: Session, deck: Deck, stream: TextIO, width: int) -> None:
    drawn = session.current
    if drawn is None:
        stream.write("\nNo question is left. b takes the last answer back, q ends.\n")
        return
    far = progress(session)
    rule = "─" * width
    stream.write(f"\n{rule}\n{far.at} of {far.of} · {far.answered} answered\n")
    stream.writelines(f"{line}\n" for line in _card_lines(deck.card(drawn.question), width))
    stream.write(f"{_short_help(session)}\n")


def _card_lines(card: Card, width: int) -> Iterator[str]:
    for head in card.heads:
        yield from wrap(head, width, 2)
    yield ""
    for line in card.lines:
        yield from _line_lines(line, width)
    yield ""
    for note in card.notes:
        yield from wrap(note, width, 3)
    yield card.prompt


def _line_lines(line: Line, width: int) -> Iterator[str]:
    text = "".join(_word(part.kind, part.text, len(line.parts)) for part in line.parts)
    first = f"{line.a:>3} {line.sign} {line.b:<3} "
    for number, row in enumerate(wrap(text, width - len(first), _MOST_LINES) or [""]):
        yield ((first if number == 0 else " " * len(first)) + row).rstrip()


def _word(kind: str, text: str, count: int) -> str:
    glued = kind == "marked" and count > 1
    return (_GLUED if glued else _MARKS[kind]).format(text)


def _short_help(session: Session) -> str:
    pair = session.current is not None and session.current.question.asks == PAIR
    words = _PAIR_WORDS if pair else _WORDS
    return "  ".join(f"{key} {words[key]}" for key in session.keys) + "  ? help"


def _help(session: Session) -> str:
    asks = session.current.question.asks if session.current else ""
    meanings = key_help(asks)
    return "".join(f"  {key}  {meanings[key]}\n" for key in session.keys)


def _say_verdict(session: Session, deck: Deck, stream: TextIO, width: int) -> None:
    if session.last is None:
        return
    stream.write(f"  you: {session.last.answer}\n")
    for verdict in deck.verdicts(session.last.drawn.question):
        stream.writelines(f"  {line}\n" for line in wrap(verdict, width - 2, 3))


@contextmanager
def terminal_keys() -> Iterator[Keys]:
    """Keys of standard input: at once from a terminal, one by one from anything else."""
    try:
        import termios
        import tty
    except ImportError:  # Windows: keys count when Enter is pressed
        yield _piped_key
        return
    if not sys.stdin.isatty():
        yield _piped_key
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    tty.setcbreak(descriptor)
    try:
        yield lambda: _typed_key(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _typed_key(descriptor: int) -> str:
    """The next key. An arrow or another key of several bytes comes as one that means nothing."""
    import select

    first = os.read(descriptor, 1)
    if first == b"\x04":  # Ctrl-D
        return ""
    if first == b"\x1b" or first >= b"\x80":
        while select.select([descriptor], [], [], 0.02)[0] and os.read(descriptor, 64):
            pass
        return "\x1b"
    return first.decode().lower()


def _piped_key() -> str:
    """The next character that is no white space."""
    while True:
        key = sys.stdin.read(1)
        if not key or not key.isspace():
            return key.lower()
