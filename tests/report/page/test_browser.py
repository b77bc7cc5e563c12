"""The page in a real browser: silent, offline, usable by keyboard, on paper and on a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dedup.api.page import page, reader_of, write_page
from dedup.formats import InputOptions
from tests.report.page.pages import data_tables, page_of, scanned
from tests.report.page.test_page import hostile_stories

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (390, 1440)
Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the stories in data/."""
    place = tmp_path_factory.mktemp("page") / "report.html"
    write_page(place, page(data_tables(), reader_of(InputOptions())).html)
    return place


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of stories that want to be more than text."""
    place = tmp_path_factory.mktemp("page") / "hostile.html"
    write_page(place, page_of(*scanned(hostile_stories())).html)
    return place


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open a page; afterwards nothing may have been requested, logged or thrown."""
    contexts: list[Any] = []
    heard: list[str] = []

    def visit(place: Path, *, width: int = 1440, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        tab.on("pageerror", lambda error: heard.append(f"error: {error}"))
        tab.on("dialog", lambda dialog: heard.append(f"dialog: {dialog.message}"))
        tab.on("request", lambda request: heard.append(f"request: {request.url}"))
        tab.goto(place.as_uri())
        return tab

    yield visit
    for context in contexts:
        context.close()
    assert [said for said in heard if not said.startswith(("request: file://", "request: data:,"))
            ] == []  # fmt: skip
    assert sum(said.startswith("request: file://") for said in heard) == len(contexts)


def wide(tab: Page) -> int:
    """How much wider than the window the page is."""
    return int(tab.evaluate("document.documentElement.scrollWidth - innerWidth"))


def active(tab: Page, what: str) -> Any:
    return tab.evaluate(f"document.activeElement.{what}")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_window(visit: Open, example: Path, width: int, scheme: str) -> None:
    tab = visit(example, width=width, color_scheme=scheme)
    assert wide(tab) == 0
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert wide(tab) == 0


@pytest.mark.parametrize("width", WIDTHS)
def test_hostile_text_does_nothing(visit: Open, hostile: Path, width: int) -> None:
    tab = visit(hostile, width=width)
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert wide(tab) == 0
    assert tab.title() != "owned"
    assert tab.evaluate("document.scripts.length") == 1
    assert tab.evaluate("document.images.length") == 0
    assert "{{7*7}}" in tab.inner_text("body")


def test_it_is_whole_without_script(visit: Open, example: Path) -> None:
    tab = visit(example, java_script_enabled=False)
    assert tab.locator("#finding-list tr").count() > 50
    assert tab.locator(".controls").first.is_hidden()
    second = tab.locator("#pair-list details").nth(1)
    second.locator("summary").click()
    assert second.locator(".sides").first.is_visible()


def test_a_keyboard_leads_through_filter_cluster_and_pair(visit: Open, example: Path) -> None:
    tab = visit(example)
    tab.keyboard.press("Tab")
    assert active(tab, "textContent") == "Skip to the report"
    tab.evaluate("document.querySelector('#clusters').scrollIntoView()")
    tab.focus("#clusters [data-search]")
    tab.keyboard.type("observatory")
    shown = tab.locator("#cluster-list > details:not([hidden])")
    assert shown.count() == 1
    assert tab.inner_text("#clusters .tally") == "1 of 6"
    while active(tab, "tagName") != "SUMMARY":
        tab.keyboard.press("Tab")
    if not shown.first.evaluate("d => d.open"):
        tab.keyboard.press("Enter")
    assert shown.locator(".inside").is_visible()
    tab.keyboard.press("Tab")
    assert active(tab, "getAttribute('href')").startswith("#p-")
    tab.keyboard.press("Enter")
    target = str(tab.evaluate("location.hash"))
    assert tab.locator(target).evaluate("d => d.open") is True
    assert active(tab, "parentElement.id") == target[1:]
    assert tab.locator(f"{target} .sides.changed").first.is_visible()


def test_letters_search_step_and_change_colours(visit: Open, example: Path) -> None:
    tab = visit(example)
    tab.evaluate("document.querySelector('#findings').scrollIntoView({behavior: 'instant'})")
    tab.keyboard.press("/")
    assert active(tab, "getAttribute('aria-controls')") == "finding-list"
    tab.keyboard.type("jt/k")
    assert tab.input_value("#findings [data-search]") == "jt/k"
    tab.keyboard.press("Escape")
    assert tab.input_value("#findings [data-search]") == ""
    tab.evaluate("document.activeElement.blur()")
    tab.evaluate("document.querySelector('#pairs').scrollIntoView({behavior: 'instant'})")
    tab.keyboard.press("j")
    first = active(tab, "parentElement.id")
    tab.keyboard.press("j")
    second = active(tab, "parentElement.id")
    tab.keyboard.press("k")
    assert (first, second, active(tab, "parentElement.id")) == ("p-1", "p-2", "p-1")
    tab.keyboard.press("t")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"


def test_findings_are_filtered_and_sorted(visit: Open, example: Path) -> None:
    tab = visit(example)
    rows = tab.locator("#finding-list > tr:not([hidden])")
    every = rows.count()
    tab.select_option("#findings [data-match=rule]", "BLP302")
    assert {row.get_attribute("data-rule") for row in rows.all()} == {"BLP302"}
    assert tab.inner_text("#findings .tally") == f"{rows.count()} of {every}"
    tab.select_option("#findings [data-match=rule]", "")
    head = tab.locator("#findings th[data-key=score]")
    head.locator("button").click()
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    scores = [float(row.get_attribute("data-score") or "") for row in rows.all()]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]


def test_cards_are_ordered(visit: Open, example: Path) -> None:
    tab = visit(example)
    tab.select_option("#pairs [data-order]", "jaccard")
    values = [float(card.get_attribute("data-jaccard") or "")
              for card in tab.locator("#pair-list > details").all()]  # fmt: skip
    assert values == sorted(values)
    tab.click("#pairs [data-doors=open]")
    assert tab.locator("#pair-list > details[open]").count() == len(values)


def _paper(tab: Page) -> str:
    return str(tab.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_colours_follow_the_system_until_somebody_chooses(visit: Open, example: Path) -> None:
    light, dark = visit(example, color_scheme="light"), visit(example, color_scheme="dark")
    assert _paper(light) != _paper(dark)
    for _ in range(2):
        dark.click("[data-theme-toggle]")
    assert dark.get_attribute("[data-theme-toggle]", "aria-label") == "Colours: light"
    assert _paper(dark) == _paper(light)
    dark.emulate_media(media="print")
    light.emulate_media(media="print")
    assert _paper(dark) == _paper(light) == "rgb(255, 255, 255)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(visit: Open, example: Path, scheme: str) -> None:
    tab = visit(example, color_scheme=scheme)
    ratios = tab.evaluate(_CONTRASTS)
    assert {name: ratio for name, ratio in ratios.items() if ratio < 4.5} == {}
    assert len(ratios) >= 9


_CONTRASTS = """() => {
  const probe = document.createElement("canvas").getContext("2d");
  const light = (name) => {
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const parts = [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16) / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const pairs = [["--ink", "--paper"], ["--ink", "--card"], ["--muted", "--paper"],
    ["--muted", "--card"], ["--muted", "--shade"], ["--accent", "--paper"], ["--accent", "--card"],
    ["--gone-ink", "--gone"], ["--come-ink", "--come"], ["--ink", "--fact"]];
  return Object.fromEntries(pairs.map(([ink, ground]) => {
    const [one, other] = [light(ink), light(ground)];
    return [ink + " on " + ground, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
  }));
}"""


def test_paper_has_no_controls(visit: Open, example: Path) -> None:
    tab = visit(example)
    tab.emulate_media(media="print")
    for gone in (".contents", ".controls", ".theme"):
        assert tab.locator(gone).first.is_hidden()
    assert tab.locator("#funnel svg").first.is_visible()
    assert tab.pdf()[:5] == b"%PDF-"


def test_everything_that_acts_has_a_name(visit: Open, example: Path) -> None:
    tab = visit(example)
    nameless = tab.evaluate("""[...document.querySelectorAll("button, a, input, select, summary")]
        .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim()
                         || (e.labels && e.labels.length)))
        .map((e) => e.outerHTML.slice(0, 80))""")
    assert nameless == []
    assert tab.locator("h1").count() == 1


def test_a_large_table_scrolls_inside_itself_and_by_keyboard(visit: Open, example: Path) -> None:
    tab = visit(example, width=390)
    stops = tab.evaluate("""[...document.querySelectorAll(".wide")]
        .filter((e) => e.tabIndex !== 0 || !e.getAttribute("aria-label")).length""")
    assert stops == 0
