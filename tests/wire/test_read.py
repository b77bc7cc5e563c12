"""What is read from whole stories: values, spans over several paragraphs, notices, ends apart."""

from __future__ import annotations

import pytest

from dedup import wire
from dedup.wire import Dateline, Span

BODY = "Oil fell on Monday after rain.\n\nIt will fall again, traders said."


def left(text: str, read: wire.Wire) -> str:
    """The text without its spans."""
    for span in reversed(read.spans):
        text = text[: span.start] + text[span.end :]
    return text


def test_a_whole_story() -> None:
    text = (
        "GERMANY-ELECTION/ (UPDATE 2)\n\n(Adds quotes)\n\nBy Jane Doe\n\n"
        f"BERLIN, April 17 (Reuters) - {BODY}\n\n"
        "(Reporting by Jane Doe;\nEditing by John Roe)\n\n(more)"
    )
    read = wire.read("UPDATE 2-Vote in Germany (2 of 3)", text)
    assert left(text, read) == BODY
    assert read._replace(spans=()) == wire.Wire(
        "Vote in Germany", "update", 2, 2, 3, "Reuters", Dateline("BERLIN", "April 17"),
        "GERMANY-ELECTION/", kinds=("update", "update"),
    )  # fmt: skip
    whats = ["slug", "note", "byline", "dateline", "credit", "take"]
    assert [span.what for span in read.spans] == whats


def test_nothing_found_leaves_everything_empty() -> None:
    assert wire.read("  Oil falls ", BODY) == wire.Wire("Oil falls")


@pytest.mark.parametrize(
    ("title", "kind", "version", "kinds"),
    [
        ("RPT-UPDATE 2-Oil falls", "repeat", 2, ("repeat", "update")),
        ("CORRECTED-UPDATE 1-Oil falls", "corrected", 1, ("corrected", "update")),
        ("RPT-WRAPUP 3-Oil falls", "repeat", 3, ("repeat", "wrapup")),
        ("Storm, 3rd Ld-Writethru", "writethru", 3, ("writethru",)),
        ("URGENT: Oil falls", "flash", None, ("flash",)),
        ("2nd LD: Oil falls", "lead", 2, ("lead",)),
        ("ACTUALIZACIÓN 2-Cae el petróleo", "update", 2, ("update",)),
        ("ОБНОВЛЕНИЕ 1-Нефть упала", "update", 1, ("update",)),
        ("ＵＰＤＡＴＥ　１－原油が下落", "update", 1, ("update",)),
        ("유가 하락(종합2보)", "update", 2, ("update",)),
        ("تحديث 2-هبط النفط", "update", 2, ("update",)),
        ("KILL: Storm", "kill", None, ("kill",)),
        ("ADVISORY: Storm", "advisory", None, ("advisory",)),
    ],
)
def test_kind_and_version(
    title: str, kind: str, version: int | None, kinds: tuple[str, ...]
) -> None:
    read = wire.read(title, BODY)
    assert (read.kind, read.version, read.kinds) == (kind, version, kinds)


@pytest.mark.parametrize(
    ("text", "agency", "dateline"),
    [
        ("KABUL, Afghanistan (AP) -- Oil", "AP", Dateline("KABUL, Afghanistan", "")),
        ("(ANSA) - ROMA, 03 DIC - Il", "ANSA", Dateline("ROMA", "03 DIC")),
        ("МОСКВА, 5 мая /ТАСС/. Нефть", "TASS", Dateline("МОСКВА", "5 мая")),
        ("新华社北京4月17日电 石油", "Xinhua", Dateline("北京", "4月17日")),
        ("【ワシントン共同】原油", "Kyodo", Dateline("ワシントン", "")),
        ("(서울=연합뉴스) 홍길동 기자 = 유가", "Yonhap", Dateline("서울", "")),
        ("لندن 5 مايو (رويترز) - هبط", "Reuters", Dateline("لندن", "5 مايو")),
        ("नई दिल्ली, 4 मई (भाषा) तेल", "PTI", Dateline("नई दिल्ली", "4 मई")),
        ("NEW YORK — Oil fell.", None, Dateline("NEW YORK", "")),
        ("Oil fell. (AFP)", "AFP", None),
        ("By Jane Doe, Associated Press\n\nOil fell.", "AP", None),
        ("Oil fell.\n\nReuter", "Reuters", None),
    ],
)
def test_agency_and_dateline(text: str, agency: str | None, dateline: Dateline | None) -> None:
    read = wire.read("", text)
    assert (read.agency, read.dateline) == (agency, dateline)


def test_a_dateline_after_a_headline_that_was_left_in_the_text() -> None:
    text = f"Oil falls again\n\nLONDON, April 17 (Reuters) - {BODY}" + "\n\nMore." * 250
    read = wire.read("Oil falls again", text)
    assert read.spans == (Span(17, 46, "dateline"),)


@pytest.mark.parametrize("head", ["Jane Doe\n\nEXAMPLE TODAY\n\n", "A headline\n\n"])
def test_a_city_in_capitals_after_short_paragraphs(head: str) -> None:
    read = wire.read("Oil falls", f"{head}WASHINGTON — {BODY}" + "\n\nMore." * 250)
    assert read.spans == (Span(len(head), len(head) + 13, "dateline"),)
    assert wire.read("Oil falls", f"{head}Washington — {BODY}" + "\n\nMore." * 250).spans == ()


def test_both_ends_given_apart_are_read_like_the_whole() -> None:
    middle = "".join(f"Paragraph {i} says that oil fell.\n\n" for i in range(200))
    text = f"LONDON, April 17 (Reuters) - {BODY}\n\n{middle}Ends here.\n\n(Reporting by Jane Doe)"
    whole = wire.read("UPDATE 1-Oil", text)
    at = len(text) - 600
    assert wire.read("UPDATE 1-Oil", text[:600], text[at:], at) == whole
    assert [span.what for span in whole.spans] == ["dateline", "credit"]


def test_a_last_paragraph_given_alone_may_be_a_mark_as_a_whole() -> None:
    read = wire.read("", BODY, "(Reporting by Jane Doe)", 500)
    assert read.spans == (Span(500, 523, "credit"),)


def test_a_line_that_is_the_whole_text_is_kept() -> None:
    for text in ("Page 2", "Reuters", "ENDS", "By Jane Doe"):
        assert wire.read("", text).spans == ()


@pytest.mark.parametrize(
    ("title", "text", "notice"),
    [
        ("KILL: Storm", "Please kill the story about the storm.", "kill"),
        ("Storm", "Editors, please disregard the story on the storm slugged BC-Storm.", "kill"),
        ("Storm", "Reuters has withdrawn its story on the storm.", "kill"),
        (
            "Correction: Storm story",
            "In a story Dec. 3 about a storm, The Associated Press reported erroneously that "
            "two houses fell. One fell.",
            "correction",
        ),
        ("CORRECTION", "An earlier version of this story misspelled the name.", "correction"),
        ("CORRECTED-Storm hits", "LONDON (Reuters) - A storm hit.\n\nTwo houses fell.", ""),
        ("Storm", "In a story of two cities, nobody was wrong.", ""),
        ("Killed: two", "Two were killed in the story of the year.", ""),
    ],
)
def test_notices(title: str, text: str, notice: str) -> None:
    read = wire.read(title, text)
    assert read.notice == notice
    assert wire.withdrawn(read) == bool(notice)


def test_a_corrected_story_sent_in_full_is_no_notice() -> None:
    text = "In a story Dec. 3, the AP erroneously reported two. The story is below:\n\n"
    assert wire.read("Correction: Storm story", text + BODY * 40).notice == ""


def test_tickers() -> None:
    text = "IBM <IBM.N>, BHP ( BHP.AX ) and Acme (NYSE: ACM) rose; not <British Gas Ltd> (U.S.)."
    found = wire.tickers(text)
    assert [ticker.symbol for ticker in found] == ["IBM.N", "BHP.AX", "NYSE: ACM"]
    assert [text[t.start : t.end] for t in found] == [" <IBM.N>", " ( BHP.AX )", " (NYSE: ACM)"]
