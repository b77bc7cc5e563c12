"""A review in progress: which question is next, and what a key does. No screen, no network.

The terminal and the browser both press keys here, so that the same keys give the same labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dedup.review.claims import NO, PAIR, UNSURE, VERSION, YES, Key
from dedup.review.labels_file import WITHDRAWN, Label, LabelsFile
from dedup.review.sample import Drawn

ANSWERS: Mapping[str, str] = {"y": YES, "v": VERSION, "n": NO, "u": UNSURE}
SKIP, BACK, QUIT = "s", "b", "q"


class Answered(NamedTuple):
    """The question that was answered last, and how."""

    drawn: Drawn
    answer: str


class Session:
    """A queue of questions, the labels file, and the place between them.

    ``last`` is what was answered by the key before, for the screen to say what the run had said.
    """

    def __init__(self, queue: Sequence[Drawn], labels: LabelsFile, seed: int) -> None:
        self.queue = queue
        self.last: Answered | None = None
        self.ended = False
        self._labels = labels
        self._seed = seed
        place = {drawn.question.key: at for at, drawn in enumerate(queue)}
        # The way back leads through what was answered in earlier sittings, too.
        self._trail = [place[key] for key in labels.labels if key in place]
        self._skipped: set[int] = set()
        self._at = self._next()

    @property
    def at(self) -> int:
        """The number of the question in the queue, from 0; the length of the queue at its end."""
        return self._at

    @property
    def current(self) -> Drawn | None:
        """The question to show; None when none is left."""
        return self.queue[self._at] if self._at < len(self.queue) else None

    @property
    def answered(self) -> int:
        """How many of the queue have an answer."""
        return sum(self._is_answered(drawn.question.key) for drawn in self.queue)

    @property
    def keys(self) -> str:
        """The keys that mean something now."""
        if self.current is None:
            return BACK + QUIT
        answers = "".join(ANSWERS)
        if self.current.question.asks != PAIR:
            answers = answers.replace("v", "")
        return answers + SKIP + BACK + QUIT

    def press(self, key: str) -> bool:
        """Do what a key says, and say whether it was one of :attr:`keys`.

        An answer is on the disk when this returns. OutputError when it cannot be saved.
        """
        if len(key) != 1 or key not in self.keys:
            return False
        current, self.last = self.current, None
        if key == QUIT:
            self.ended = True
        elif key == BACK:
            self._back()
        elif current is not None:
            if key == SKIP:
                self._skipped.add(self._at)
            else:
                self._save(current, ANSWERS[key])
                self.last = Answered(current, ANSWERS[key])
            self._trail.append(self._at)
            self._at = self._next()
        return True

    def _back(self) -> None:
        """Go to the question before; its answer is taken back."""
        if not self._trail:
            return
        self._at = self._trail.pop()
        self._skipped.discard(self._at)
        before = self.queue[self._at]
        if self._is_answered(before.question.key):
            self._save(before, WITHDRAWN)

    def _save(self, drawn: Drawn, answer: str) -> None:
        question = drawn.question
        stories = tuple(spot.story_id for spot in question.spots)
        self._labels.append(
            Label(question.asks, question.content, answer, drawn.rule, drawn.part, self._seed,
                  stories)
        )  # fmt: skip

    def _next(self) -> int:
        """The first question that is neither answered nor skipped."""
        for at, drawn in enumerate(self.queue):
            if at not in self._skipped and not self._is_answered(drawn.question.key):
                return at
        return len(self.queue)

    def _is_answered(self, key: Key) -> bool:
        return key in self._labels.labels
