"""The page holds what the tables hold, stays small, and shows hostile text without obeying it."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.api.page import drops_of
from dedup.clean import plan
from dedup.clean.plan import Key
from dedup.errors import InputError
from dedup.model import Finding, Story, Tables
from dedup.report.page import Limits, choose, count
from dedup.report.page.wording import compact, grouped, percent, score, shown, span
from tests.report.page.pages import data_tables, page_of, scanned

BODY = (
    "The council of the harbour town decided on Monday to repair the old sea wall before winter, "
    "after two storms had washed away a stretch of {} metres near the fish market.\n\n"
    "Farmers in the valley expect a late harvest this year because the spring was cold, and the "
    "mill has therefore postponed the opening of its second line until the end of October."
)
HOSTILE = (
    "</script><script>document.title='owned'</script><img src=http://evil.example/x onerror=a(1)>"
    "{{7*7}}{% raw %}\u202egnorw\u2066\x1b[31mred\x1b[0m\x07</style><!-- ]]> ' \" &lt; \x9b\ud800"
)
LONG = "x" * 1_000_000


class _Page(HTMLParser):
    """Tags of a page with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return data_tables()


@pytest.fixture(scope="module")
def html(tables: Tables) -> str:
    return page_of(tables, []).html


def hostile_stories() -> list[Story]:
    body = BODY.format(40)
    return [
        Story(f"{HOSTILE} {n}", f"{body}\n\n{HOSTILE}\n\nAdvertisement\n\n{HOSTILE}\n\n{LONG} {n}",
              HOSTILE + LONG, HOSTILE, "2026-03-02", f"{HOSTILE}.jsonl")
        for n in range(3)
    ] + [Story("u", f"{BODY.format(55)}\n\n{HOSTILE}", HOSTILE, HOSTILE, HOSTILE)]  # fmt: skip


def test_every_section_is_there_and_named(html: str) -> None:
    found = _Page(html)
    sections = [attributes for tag, attributes in found.tags if tag == "section"]
    headings = {attributes.get("id") for tag, attributes in found.tags if tag == "h2"}
    assert [section["id"] for section in sections] == [
        "funnel", "rules", "scores", "sizes", "clusters", "heat", "pairs", "stories",
        "boilerplate", "shares", "findings", "tables",
    ]  # fmt: skip
    assert {section["aria-labelledby"] for section in sections} == headings


def test_every_caption_says_what_how_normal_and_what_to_do(html: str) -> None:
    said = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    terms = [term for term, _ in said if term.startswith(("What", "How"))]
    assert terms == ["What it is", "How to read it", "What is normal", "What to do"] * 11


def test_ids_are_unique_and_links_lead_to_them(html: str) -> None:
    found = _Page(html)
    ids = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    links = {a["href"] for tag, a in found.tags if tag == "a" and str(a["href"]).startswith("#")}
    assert len(ids) == len(set(ids))
    assert {str(link)[1:] for link in links} <= {str(name) for name in ids}


def test_the_page_asks_nothing_of_a_network(html: str) -> None:
    found = _Page(html)
    loading = {"src", "srcset", "action", "poster", "data", "background", "xlink:href"}
    assert [tag for tag, attributes in found.tags if loading & set(attributes)] == []
    assert [a["href"] for tag, a in found.tags if tag == "link"] == ["data:,"]
    assert re.findall(r"url\(|@import|fetch\(|XMLHttpRequest|https?://", html) == []


def test_the_policy_allows_its_own_style_and_script_only(html: str) -> None:
    policy = next(
        str(a["content"]) for tag, a in _Page(html).tags
        if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )  # fmt: skip
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for name in ("style", "script"):
        inline = re.findall(rf"<{name}>(.*?)</{name}>", html, re.DOTALL)
        assert len(inline) == 1
        digest = b64encode(sha256(inline[0].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert [tag for tag, attributes in _Page(html).tags if "style" in attributes] == []


def test_equal_tables_give_equal_pages(tables: Tables, html: str) -> None:
    assert page_of(tables, []).html == html
    assert page_of(data_tables(), []).html == html


def test_the_counts_are_those_of_the_tables(tables: Tables, html: str) -> None:
    text = " ".join(" ".join(_Page(html).text).split())
    assert f"{len(tables.stories)} stories" in text
    assert f"{len(tables.findings)} findings" in text
    for rule in {finding.rule for finding in tables.findings}:
        number = sum(finding.rule == rule for finding in tables.findings)
        assert re.search(rf'<code>{rule}</code>.*?<td class="n">{number}</td>', html, re.DOTALL)


@pytest.mark.parametrize("unsafe", [False, True])
def test_the_funnel_takes_what_cleaning_takes(tables: Tables, unsafe: bool) -> None:
    assert _kept(tables, unsafe=unsafe) == _left(tables, unsafe=unsafe)


def _left(tables: Tables, *, unsafe: bool) -> int:
    """The words that the plan of `dedup clean` leaves."""
    planned = plan(tables, unsafe=unsafe)
    left = 0
    for row in tables.stories:
        key = Key(row.path, row.line, row.story_id)
        if key not in planned.drops:
            left += row.total_words - sum(s.words for s in planned.strips.get(key, ()))
    return left


def _kept(tables: Tables, *, unsafe: bool) -> int:
    steps = {step.name: step.left for step in count(tables, {}, drops_of(tables)).funnel()}
    return steps["Kept by all fixes" if unsafe else "Kept by safe fixes"]


def test_the_funnel_does_not_take_what_cleaning_holds_back() -> None:
    tables, _ = scanned([
        Story("a", BODY.format(40), source="Wire", published="2026-03-02T08:00:00Z"),
        Story("b", BODY.format(55), source="Wire", published="2026-03-02T12:00:00Z"),
    ])  # fmt: skip
    finding = next(f for f in tables.findings if f.fix.action == "drop")
    before = _kept(tables, unsafe=True)
    assert before == _left(tables, unsafe=True)
    # Each is to go for the other: then neither does.
    tables.findings.append(finding._replace(
        story_id=str(finding.kept_id), kept_id=finding.story_id,
        line=next(row.line for row in tables.stories if row.story_id == finding.kept_id),
    ))  # fmt: skip
    assert plan(tables, unsafe=True).held
    assert _kept(tables, unsafe=True) == _left(tables, unsafe=True) > before


def test_hostile_text_is_shown_and_not_obeyed() -> None:
    html = page_of(*scanned(hostile_stories())).html
    found = _Page(html)
    assert [tag for tag, _ in found.tags if tag == "script"] == ["script"]
    assert [tag for tag, _ in found.tags if tag in ("img", "iframe", "object")] == []
    assert [a for _, a in found.tags if any(name.startswith("on") for name in a)] == []
    assert "{{7*7}}" in html
    assert "49gnorw" not in html
    assert set(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
                          html)) == set()  # fmt: skip
    assert r"\u202e" in html
    assert len(html.encode()) < 2_000_000


def test_words_without_end_are_cut() -> None:
    html = page_of(*scanned(hostile_stories())).html
    assert max(map(len, re.findall(r"x{100,}", html)), default=0) <= 450


def many(findings: int) -> Tables:
    """A run of many stories with text in every field, none of it short."""
    tables, _ = scanned([Story(str(n), BODY.format(n), source=f"Outlet {n % 90}")
                         for n in range(40)])  # fmt: skip
    row = tables.stories[0]
    tables.stories = [row._replace(story_id=f"{n:06}", line=n, title="title " * 50,
                                   source=f"outlet {n % 500} {'o' * 300}") for n in range(findings)]
    template = Finding(
        "BLP304", "warning", "message " * 60, "", "", "p" * 500, 0, 3, 0, 90, None, None, (), None,
        {"text": "& < > " * 100, "words": 12}, tables.findings[0].fix, "f",
    )  # fmt: skip
    tables.findings = [
        template._replace(story_id=row.story_id, source=row.source, path=row.path, line=row.line,
                          evidence={**template.evidence, "entry": f"e{n % 900}" * 30,
                                    "pattern": "pattern " * 90})
        for n, row in enumerate(tables.stories)
    ]
    return tables


def test_the_page_keeps_its_budget_whatever_the_corpus() -> None:
    tables = many(5_000)
    made = page_of(tables, []).html
    small = page_of(tables, [], most_bytes=400_000).html
    assert len(made.encode()) <= 2_000_000
    assert len(small.encode()) <= 400_000
    assert "of 5\u202f000 findings" in made
    assert "of 5\u202f000 findings" in small


def test_redacted_pages_hold_no_word_of_the_stories() -> None:
    stories = [
        Story("a", f"{BODY.format('forty')}\n\nFollow Harbourmouth Gazette on Facebook",
              "Walls and harvests", "Wire"),
        Story("b", BODY.format("sixty"), "Zanzibar", "Post"),
    ]  # fmt: skip
    tables, placed = scanned(stories)
    assert tables.pairs
    html = page_of(tables, placed, redact=True).html.lower()
    for word in ("council", "harvest", "forty", "sixty", "zanzibar", "harbourmouth"):
        assert word not in html
        assert word in page_of(tables, placed).html.lower()


def test_a_page_without_texts_says_so(tables: Tables) -> None:
    def gone(places: object) -> Iterator[Story]:
        raise InputError("no such file")

    from dedup.api.page import page

    made = page(tables, gone)
    assert "are no longer where they were scanned" in made.missing_texts
    assert "no such file" in made.html


def test_an_empty_run_has_a_page() -> None:
    tables, _ = scanned([Story("only", BODY.format(40))])
    html = page_of(tables, []).html
    assert "Nothing was found." in html
    assert 'id="pairs"' not in html


def test_changed_words_and_facts_are_marked() -> None:
    tables, placed = scanned([
        Story("a", BODY.format(40), source="Wire", published="2026-03-02T08:00:00Z"),
        Story("b", BODY.format(55), source="Wire", published="2026-03-02T12:00:00Z"),
    ])  # fmt: skip
    html = page_of(tables, placed).html
    assert '<del class="fact">40</del>' in html
    assert '<ins class="fact">55</ins>' in html


def test_what_is_chosen_does_not_depend_on_the_order_of_rows() -> None:
    tables = many(900)
    counts = count(tables, {}, drops_of(tables))
    limits = Limits(findings=50, stories=12)
    chosen = choose(tables, counts, limits)
    backwards = Tables(
        stories=tables.stories[::-1], pairs=tables.pairs[::-1],
        clusters=tables.clusters[::-1], findings=tables.findings[::-1],
    )  # fmt: skip
    again = choose(backwards, count(backwards, {}, drops_of(backwards)), limits)
    assert {f.story_id for f in again.findings} == {f.story_id for f in chosen.findings}
    assert {m.row.story_id for m, _ in again.stories} == {m.row.story_id for m, _ in chosen.stories}


def test_rare_rules_are_not_crowded_out() -> None:
    tables = many(600)
    tables.findings[7] = replace_rule(tables.findings[7], "BLP306")
    tables.findings[9] = replace_rule(tables.findings[9], "BLP306")
    chosen = choose(tables, count(tables, {}, drops_of(tables)), Limits(findings=20)).findings
    assert sum(finding.rule == "BLP306" for finding in chosen) == 2
    assert len(chosen) == 20


def replace_rule(finding: Finding, rule: str) -> Finding:
    return finding._replace(rule=rule)


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("a  b\n c", 10, "a b c"),
        ("abcdef", 4, "abc…"),
        ("\u202ex", 10, r"\u202ex"),
        ("نام\u200cه", 10, "نام\u200cه"),
        ("\x1b[31m", 10, r"\x1b[31m"),
        ("", 10, ""),
    ],
)
def test_text_is_shown_short_and_plain(text: str, limit: int, expected: str) -> None:
    assert shown(text, limit) == expected


@given(st.text(), st.integers(1, 40))
def test_shown_text_is_short_and_visible(text: str, limit: int) -> None:
    told = shown(text, limit)
    assert told.replace("\u200c", "").replace("\u200d", "").replace("\u3000", "").isprintable()
    # Every character may become an escape of ten.
    assert len(told) <= 10 * limit


def test_numbers_in_words() -> None:
    assert [compact(n) for n in (999, 1200, 12_345, 999_999, 2_000_000)] == [
        "999", "1.2k", "12k", "1.0M", "2.0M"]  # fmt: skip
    assert grouped(1_234_567) == "1\u202f234\u202f567"
    assert [percent(share) for share in (0, 0.0001, 0.031)] == [
        "0.0\u202f%", "< 0.1\u202f%", "3.1\u202f%"]  # fmt: skip
    scores = [score(value) for value in (1, 0.7, 0.95, 0.69999)]
    assert scores == ["1.000", "0.700", "0.950", "0.699"]
    assert [span(hours) for hours in (0.5, 5, 72)] == ["30\u202fmin", "5\u202fh", "3 days"]


def test_stories_of_one_id_are_shown_once() -> None:
    tables, placed = scanned([
        Story("same", BODY.format(40)), Story("same", BODY.format(40)), Story("b", BODY.format(40)),
    ])  # fmt: skip
    made = page_of(tables, [replace(story) for story in placed])
    assert made.missing_texts == ""
