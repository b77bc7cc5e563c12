"""The page's server as a client sees it, well-meaning or not."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from dedup.review import LabelsFile
from tests.cli.process import command, environment
from tests.review.process import PATIENCE, served

JSON = {"Content-Type": "application/json"}


class Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Talks to a served review as a browser would, or as one never would."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname == "127.0.0.1"
        assert parts.port is not None
        self.process, self.port, self.path = process, parts.port, parts.path

    def ask(self, name: str, method: str = "GET", body: str | None = None, path: str | None = None,
            **headers: str) -> Got:  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            named = {key.replace("_", "-"): value for key, value in headers.items()}
            connection.request(method, (self.path if path is None else path) + name, body, named)
            answer = connection.getresponse()
            return Got(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def press(self, key: str, state: Any = None, **headers: str) -> Got:
        state = state or self.ask("state").json
        body = json.dumps({"key": key, "at": state["at"], "answered": state["answered"]})
        return self.ask("press", "POST", body, **{**JSON, **headers})

    def raw(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def client(run_folder: Path) -> Iterator[Client]:
    with served(str(run_folder), "--sample", "1000", cwd=run_folder.parent) as (process, address):
        yield Client(process, address)


@pytest.fixture(scope="module")
def closed(made_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A review that nobody ever answers: whatever a test sends, it must stay so."""
    labels = tmp_path_factory.mktemp("closed") / "labels.jsonl"
    with served(str(made_run), "--labels", str(labels), cwd=made_run) as (process, address):
        yield Client(process, address)
    assert labels.read_bytes() == b""


def test_the_page_and_its_parts(closed: Client) -> None:
    page = closed.ask("")
    assert page.status == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<script src=\"review.js\" defer>" in page.body
    assert closed.ask("review.js").headers["Content-Type"].startswith("text/javascript")
    assert closed.ask("review.css").headers["Content-Type"].startswith("text/css")
    for name in ("", "review.js", "review.css"):
        assert b"//" not in closed.ask(name).body.replace(b"// ", b"")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    for name, value in (
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ):  # fmt: skip
        assert page.headers[name] == value
    assert not [name for name in page.headers if name.startswith("Access-Control")]
    assert "Server" not in page.headers


def test_keys_answer_and_q_ends_the_process(client: Client, run_folder: Path) -> None:
    before = client.ask("state").json
    assert (before["at"], before["answered"], before["last"]) == (1, 0, None)
    assert "score" not in json.dumps(before["card"]).lower()
    after = client.press("y").json
    assert (after["at"], after["answered"]) == (2, 1)
    assert after["last"]["answer"] == "yes"
    assert after["last"]["verdicts"][0].startswith("dedup: BLP301")
    labels = LabelsFile(run_folder / "labels.jsonl").labels
    assert [label.answer for label in labels.values()] == ["yes"]
    assert client.press("q").json["ended"]
    assert client.process.wait(PATIENCE) == 0
    assert client.process.stderr is not None
    assert client.process.stderr.read().endswith("answered; all are saved\n")


def test_a_page_that_is_behind_presses_nothing(client: Client) -> None:
    old = json.dumps({"key": "y", "at": 1, "answered": 0})
    assert client.ask("press", "POST", old, **JSON).json["answered"] == 1
    assert client.ask("press", "POST", old, **JSON).json["answered"] == 1


def test_fifty_answers_give_the_same_labels_as_in_the_terminal(
    client: Client, run_folder: Path, tmp_path: Path
) -> None:
    keys, pressed = "ynuvsybnyu", ""
    state = client.ask("state").json
    while state["answered"] < 50 and state["card"] is not None:
        key = keys[len(pressed) % len(keys)]
        pressed += key
        state = client.press(key, state).json
    assert state["answered"] == 50
    done = subprocess.run(
        command("review", str(run_folder), "--sample", "1000", "--labels", "terminal.jsonl"),
        cwd=tmp_path, input=pressed, text=True, check=True, capture_output=True,
        env=environment(), timeout=60,
    )  # fmt: skip
    assert "50 of " in done.stdout
    in_browser = (run_folder / "labels.jsonl").read_bytes()
    assert in_browser == (tmp_path / "terminal.jsonl").read_bytes()
    assert in_browser.count(b"\n") > 50


def test_killed_in_the_middle_every_answer_that_was_confirmed_is_there(
    client: Client, run_folder: Path
) -> None:
    for _ in range(5):
        assert client.press("y").status == 200
    client.process.kill()
    client.process.wait(PATIENCE)
    assert len(LabelsFile(run_folder / "labels.jsonl").labels) == 5


def test_interrupting_ends_it_with_130_and_nothing_is_lost(
    client: Client, run_folder: Path
) -> None:
    assert client.press("y").status == 200
    client.process.send_signal(signal.SIGINT)
    assert client.process.wait(PATIENCE) == 130
    assert client.process.stderr is not None
    assert client.process.stderr.read().endswith("dedup: interrupted\n")
    assert len(LabelsFile(run_folder / "labels.jsonl").labels) == 1


@pytest.mark.parametrize(
    "path",
    ["/", "", "//", "/favicon.ico", "/x/", "/../", "{token}x/", "{short}/", "/x{token}/",
     "http://127.0.0.1{token}", "{token_without_slash}"],
)  # fmt: skip
def test_without_the_token_there_is_nothing(closed: Client, path: str) -> None:
    bare = closed.path.strip("/")
    filled = path.format(token=closed.path[:-1], short=closed.path[:-2],
                         token_without_slash=f"/{bare}")  # fmt: skip
    for method in ("GET", "POST"):
        got = closed.ask("state" if filled.endswith("/") else "", method, "{}", filled or "/",
                         **JSON)  # fmt: skip
        assert got.status == 403
        assert got.json == {"error": "Forbidden"}
        assert bare.encode() not in got.body


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1.evil.example:{port}",
             "localhost", "[::1]:{port}", "0.0.0.0:{port}", ""],
)  # fmt: skip
def test_another_name_for_this_address_is_refused(closed: Client, host: str) -> None:
    named = host.format(port=closed.port)
    assert closed.ask("state", Host=named).status == 403
    assert closed.press("y", Host=named).status == 403
    assert closed.ask("state").json["answered"] == 0


def test_localhost_is_this_machine(closed: Client) -> None:
    assert closed.ask("state", Host=f"localhost:{closed.port}").status == 200


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "https://127.0.0.1:{port}"},
     {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}],
)  # fmt: skip
def test_other_pages_cannot_press(closed: Client, headers: dict[str, str]) -> None:
    sent = {name: value.format(port=closed.port) for name, value in headers.items()}
    assert closed.press("y", **sent).status == 403
    assert closed.ask("state").json["answered"] == 0


def test_a_person_may_follow_the_address_from_anywhere(closed: Client) -> None:
    opened = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert closed.ask("", **opened).status == 200
    assert closed.press("y", **opened).status == 403
    assert closed.ask("state", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors").status == 403


def test_a_form_of_another_page_cannot_press(closed: Client) -> None:
    body = '{"key":"y","at":1,"answered":0}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert closed.ask("press", "POST", body, Content_Type=kind).status == 415
    assert closed.ask("press").status == 404
    assert closed.ask("state").json["answered"] == 0


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "7", '{"key":"y"}', '{"key":1,"at":1,"answered":0}', "[" * 900,
     '{"key":"y","at":"1","answered":0}', '{"key":"y","at":1,"answered":0}' + " " * 1000],
)  # fmt: skip
def test_what_is_no_key_is_refused(closed: Client, body: str) -> None:
    assert closed.ask("press", "POST", body, **JSON).status == 400
    assert closed.ask("state").json["answered"] == 0


@pytest.mark.parametrize("key", ["", "yy", "yn", "x", "Y", "\x1b", "é"])
def test_a_key_that_means_nothing_does_nothing(closed: Client, key: str) -> None:
    assert closed.press(key).json["answered"] == 0


@pytest.mark.parametrize(
    "request_",
    [b"PUT %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", b"OPTIONS %s HTTP/1.1\r\n\r\n",
     b"<script>\r\n\r\n", b"GET %s HTTP/1.1\r\n\r\n", b"GET %s\r\n\r\n",
     b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nHost: evil.example\r\n\r\n",
     b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
     b"POST %spress HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
     b"Content-Length: -1\r\n\r\n{}"],
)  # fmt: skip
def test_odd_requests_get_a_plain_refusal(closed: Client, request_: bytes) -> None:
    sent = request_.replace(b"%s", closed.path.encode()).replace(b"%d", b"%d" % closed.port)
    answer = closed.raw(sent)
    head = answer.partition(b"\r\n")[0]
    assert b" 200 " not in head
    assert b"<" not in answer
    assert closed.path.strip("/").encode() not in answer
    assert closed.ask("state").json["answered"] == 0


def test_every_run_has_a_token_of_its_own(closed: Client, run_folder: Path) -> None:
    words = (str(run_folder), "--labels", "other.jsonl")
    with served(*words, cwd=run_folder.parent) as (_, address):
        other = urlsplit(address).path
    assert other != closed.path
    assert len(closed.path) >= 43  # 256 bits in base64


def test_only_the_loopback_address_listens(closed: Client) -> None:
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    ours = [line.split()[1] for line in lines if line.split()[1].endswith(f":{closed.port:04X}")
            and line.split()[3] == "0A"]  # fmt: skip
    assert ours == [f"0100007F:{closed.port:04X}"]


def test_a_port_that_is_taken_is_said(closed: Client, run_folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        command("review", str(run_folder), "--web", "--port", str(closed.port), "--labels",
                str(tmp_path / "l.jsonl")),
        text=True, check=False, capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert f"port {closed.port} of 127.0.0.1 cannot be had" in done.stderr


def test_hostile_text_comes_as_plain_characters(client: Client) -> None:
    texts, state = "", client.ask("state").json
    while state["card"] is not None:
        texts += json.dumps(state, ensure_ascii=False)
        state = client.press("u", state).json
    assert "<script>alert(1)</script>" in texts
    assert all(ch.isprintable() for ch in texts)
    assert len(texts) < 2_000_000
