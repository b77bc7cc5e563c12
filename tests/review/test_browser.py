"""The page in a real Chromium: keys, no request to anywhere else, narrow, dark, hostile text."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.process import command, environment
from tests.review.process import PATIENCE, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHOTS = os.environ.get("REVIEW_SHOTS")
"""A folder for screenshots, for whoever wants to look at the page."""


class Opened:
    """A page, and everything it asked for and complained about."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        page.wait_for_selector("button[data-key=y]")

    def press(self, key: str) -> None:
        """Press a key of the keyboard and wait until the page has shown what came of it."""
        with self.page.expect_response(lambda response: response.url.endswith("/press")):
            self.page.keyboard.press(key)
        self.page.wait_for_selector('main[aria-busy="false"]')

    @property
    def progress(self) -> str:
        return self.page.locator("#progress").inner_text()

    def shoot(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=f"{SHOTS}/{name}.png")


def opened(browser: Browser, address: str, **context: object) -> Opened:
    return Opened(browser.new_context(**context).new_page(), address)  # type: ignore[arg-type]


def test_fifty_keys_in_the_browser_and_in_the_terminal(
    browser: Browser, run_folder: Path, tmp_path: Path
) -> None:
    keys = ("ynuysybnyu" * 6)[:58]
    with served(str(run_folder), cwd=run_folder.parent) as (process, address):
        seen = opened(browser, address)
        for key in keys:
            seen.press(key)
        answered = int(seen.progress.partition(" · ")[2].split()[0])
        assert answered >= 40
        seen.press("q")
        assert "You can close this page" in seen.progress
        assert process.wait(PATIENCE) == 0
        assert seen.complaints == []
        assert {url[: len(address)] for url in seen.asked} <= {address, "data:,"}
    subprocess.run(
        command("review", str(run_folder), "--labels", "terminal.jsonl"), cwd=tmp_path,
        input=keys + "q", text=True, check=True, capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    in_browser = (run_folder / "labels.jsonl").read_bytes()
    assert in_browser == (tmp_path / "terminal.jsonl").read_bytes()
    assert in_browser.count(b"\n") > 50


def test_buttons_say_what_they_do_and_can_be_reached(browser: Browser, run_folder: Path) -> None:
    with served(str(run_folder), "--select", "DUP102", cwd=run_folder.parent) as (_, address):
        seen = opened(browser, address, viewport={"width": 1440, "height": 900})
        keys = seen.page.locator("#keys button").all_inner_texts()
        assert [key[:1] for key in keys] == list("yvnusbq")
        assert "one story: nothing would be lost if one went" in keys[0]
        assert seen.page.locator("del", has_text="three").count() == 1
        assert seen.page.locator("ins", has_text="some").count() == 1
        assert "accard" not in seen.page.content()
        seen.shoot("pair")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.dataset.key") == "y"
        with seen.page.expect_response("**/press"):
            seen.page.keyboard.press("Enter")
        seen.page.wait_for_selector('main[aria-busy="false"]')
        assert "Jaccard 0." in seen.page.locator("#last").inner_text()
        seen.shoot("answered")
        assert seen.complaints == []


def test_hostile_text_does_nothing_and_nothing_is_wider_than_a_phone(
    browser: Browser, run_folder: Path
) -> None:
    words = (str(run_folder), "--select", "BLP,PAR201", "--sample", "200")
    with served(*words, cwd=run_folder.parent) as (_, address):
        seen = opened(browser, address, viewport={"width": 390, "height": 844},
                      color_scheme="dark")  # fmt: skip
        seen.page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
        shown = ""
        while seen.page.locator("button[data-key=u]").count():
            shown += seen.page.locator("main").inner_text()
            wide = seen.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 390
            if "owned" in shown and "owned" not in shown[: -len(seen.page.inner_text("main"))]:
                seen.shoot("phone-dark-hostile")
            seen.press("u")
        assert "<script>alert(1)</script>" in shown
        assert r"\u202egnp.exe {{7*7}}" in shown
        assert seen.page.locator("main script").count() == 0
        assert seen.complaints == []
        ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(22, 24, 26)"


def test_a_server_that_has_gone_is_said(browser: Browser, run_folder: Path) -> None:
    with served(str(run_folder), cwd=run_folder.parent) as (process, address):
        seen = opened(browser, address)
        process.kill()
        process.wait(PATIENCE)
        seen.page.keyboard.press("y")
        seen.page.wait_for_selector("#error:not(:empty)")
        assert "start it again" in seen.page.locator("#error").inner_text()
