"""Small corpora in which paragraphs, furniture and whole stories really repeat."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from dedup import pipeline
from dedup.model import Story, StoryBatch, Tables
from dedup.settings import build

SENTENCES = (
    "The ferry company said on Monday that services to the northern islands would resume.",
    "The ferry company said on Monday that services to the southern islands would resume.",
    "About four hundred passengers spent a second night in the terminal at Brennhavn, it said.",
    "“We won’t wait any longer,” said Zoë Ångström of the harbour board — after 14 hours.",
    "“We won’t wait any longer,” said Zoë Ångström of the harbour board — after 31 hours.",
    "Rain is expected.",
    "В четверг мост через реку закрыли на ремонт, сообщила пресс-служба мэрии города.",
    "В пятницу мост через реку закрыли на ремонт, сообщила пресс-служба мэрии города.",
    "قال الوزير إنّ المدينة استقبلت ١٢ ألف زائر في العام الماضي بزيادة خمسة في المئة.",
    "नगर पालिका ने बुधवार को १२ नए पुस्तकालय खोलने की घोषणा की और बजट भी बताया।",
    "市政府周三宣布，将在２０２４年修建１２座新图书馆，总投资三千五百万元。",
    "市政府周三宣布，将在２０２４年修建１２座新图书馆，总投资三千六百万元。",
    "ชาวประมงบอกว่าน้ำขึ้นสูง ๒ เมตร และเรือ 5 ลำยังไม่กลับเข้าฝั่ง",
    "Die Brücke über den Fluss bleibt bis Donnerstag gesperrt, teilte die Stadt am Abend mit.",
    "A short, quiet line.",
)
"""Content: pairs that differ in a word or a number, and lines too short to count."""

FURNITURE = (
    "Advertisement",
    "ADVERTISEMENT",
    "Read also: Flood in Velmora",
    "Anzeige",
    "Читайте также: Мост закрыт",
    "Scroll to top",
    "Share this article",
    "Subscribe to our newsletter",
    "Follow us on Twitter",
    "© 2024 Example Media",
    "(Reporting by Ann Other; Editing by Bob Example)",
    "Photo: Ann Other/Example",
    "Follow Ann Other on Twitter @example.",
)
"""Lines of pages, most of which the lexicon knows."""

_lines = st.one_of(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES + FURNITURE))
_paragraph = st.lists(_lines, min_size=1, max_size=3).map(" ".join)
_separators = st.sampled_from(["\n\n", "\n\n", "\n\n", "\n", "\r\n\r\n", "\n\u3000\n", "\u2029"])
_texts = st.tuples(
    st.lists(_paragraph, max_size=5), _separators, st.sampled_from(["", "\n", "\n\n"])
).map(lambda made: made[1].join(made[0]) + made[2])
_times = st.sampled_from(
    ["", "2024-01-01", "2024-01-02T10:00:00Z", "Wed, 03 Jan 2024 10:00:00 GMT"]
)
_outlets = st.sampled_from(["", "Morning Post", "Вестник"])


@st.composite
def corpora(draw: st.DrawFn, most: int = 7, mixed: bool = True) -> list[Story]:
    """Up to ``most`` stories with ids of their own; some are copies with another dress.

    ``mixed`` stories may have single line breaks inside of paragraphs set off by blank lines.
    """
    stories: list[Story] = []
    for number in range(draw(st.integers(0, most))):
        text = draw(_texts)
        if stories and draw(st.integers(0, 2)) == 0:
            tail = "\n\n" + text if mixed else draw(st.sampled_from(["", " ", "\n"]))
            text = draw(st.sampled_from(stories)).text + draw(st.sampled_from(["", tail]))
        stories.append(
            Story(
                f"s{number}",
                text,
                title=draw(st.sampled_from(["", "Ferries", "Ferries again"])),
                source=draw(_outlets),
                published=draw(_times),
                path="feed.jsonl",
                line=number + 1,
            )
        )
    return stories


few = settings(max_examples=20, deadline=None, derandomize=True, database=None)

LOOSE: dict[str, Any] = {"jobs": 1, "min_words": 8, "threshold": 0.5}
"""Settings with which stories as short as these are compared."""


def run(stories: list[Story], batch: int = 0, **settings: Any) -> Tables:
    """Tables of these stories, read in batches of so many (0: all at once)."""
    size = batch or max(len(stories), 1)
    batches = [StoryBatch.of(stories[i : i + size]) for i in range(0, len(stories), size)]
    return pipeline.run(batches, build(**{**LOOSE, **settings}))


def rows(tables: Tables) -> tuple[Any, ...]:
    """Everything that must be equal between equal runs: all tables and all counts."""
    return (
        tables.stories,
        tables.paragraphs,
        tables.pairs,
        tables.clusters,
        tables.findings,
        tables.templates,
        tables.manifest["counts"],
        tables.manifest["caps"],
    )
