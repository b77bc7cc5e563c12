"""The review in a browser: a page of this machine, for this machine, for as long as it takes.

The server listens on the loopback address only. A random token in the address is the key: without
it there is nothing, and it is compared in constant time. A name other than the loopback's in
``Host`` is refused, so that no foreign name can be bound to this address (DNS rebinding), and so is
a request that another page sent. Nothing is allowed from other origins, nothing is loaded from
elsewhere, and no answer is kept by the browser.
"""

from __future__ import annotations

import json
import logging
import secrets
import socketserver
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from dedup.errors import DedupError, OutputError
from dedup.report.escape import escape
from dedup.review.cards import Deck, key_help, progress
from dedup.review.session import Session

LOOPBACK = "127.0.0.1"

_LOG = logging.getLogger(__name__)
_PAGE = Path(__file__).parent / "page"
_FILES = {
    "": ("index.html", "text/html; charset=utf-8"),
    "review.js": ("review.js", "text/javascript; charset=utf-8"),
    "review.css": ("review.css", "text/css; charset=utf-8"),
}
_LONGEST_BODY = 1000
_PATIENCE = 10.0
"""Seconds a connection may be silent."""

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_JSON = "application/json; charset=utf-8"


class Answer(NamedTuple):
    """What a request gets."""

    status: HTTPStatus
    kind: str
    body: bytes


def serve(session: Session, deck: Deck, port: int, announce: Callable[[str], None]) -> None:
    """Serve the review until it is ended with ``q``; ``announce`` is given its address.

    ``port`` 0 takes a free one. OutputError when the port cannot be had.
    """
    try:
        server = _Server(Room(session, deck), port)
    except OSError as error:
        raise OutputError(
            f"port {port} of {LOOPBACK} cannot be had ({error.strerror}): name another with "
            "--port, or leave it out to take a free one"
        ) from error
    with server:
        announce(server.address)
        server.serve_forever(poll_interval=0.1)


class Room:
    """The review behind the page: states as JSON, one request at a time."""

    def __init__(self, session: Session, deck: Deck) -> None:
        self._session = session
        self._deck = deck
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        """Whether the reviewer has quit."""
        return self._session.ended

    def state(self) -> dict[str, Any]:
        """What the page shows now."""
        with self._lock:
            return self._state()

    def press(self, key: str, at: int, answered: int) -> dict[str, Any]:
        """The state after a key. A page that shows an older question is only brought up to date."""
        with self._lock:
            far = progress(self._session)
            if (at, answered) == (far.at, far.answered):
                self._session.press(key)
            return self._state()

    def _state(self) -> dict[str, Any]:
        session, drawn = self._session, self._session.current
        card = self._deck.card(drawn.question) if drawn else None
        meanings = key_help(drawn.question.asks if drawn else "")
        last = session.last
        return {
            **progress(session)._asdict(),
            "ended": session.ended,
            "keys": [{"key": key, "means": meanings[key]} for key in session.keys],
            "last": last and {
                "answer": last.answer,
                "verdicts": [escape(line) for line in self._deck.verdicts(last.drawn.question)],
            },
            "card": card and {
                **card._asdict(),
                "lines": [
                    {**line._asdict(), "parts": [part._asdict() for part in line.parts]}
                    for line in card.lines
                ],
            },
        }  # fmt: skip


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, room: Room, port: int) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.room = room
        self.token = secrets.token_urlsafe(32)
        number = self.server_address[1]
        self.hosts = {f"{LOOPBACK}:{number}", f"localhost:{number}"}
        self.address = f"http://{LOOPBACK}:{number}/{self.token}/"

    def server_bind(self) -> None:
        """Bind without asking the resolver for the name of this machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke is the browser's business."""
        del request, client_address
        _LOG.debug("a request failed", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE

    def do_GET(self) -> None:
        self._send(self._answer(self._get))

    def do_POST(self) -> None:
        self._send(self._answer(self._post))
        if self.server.room.ended:
            threading.Thread(target=self.server.shutdown, daemon=True).start()

    def _answer(self, route: Callable[[str], Answer]) -> Answer:
        name = self._allowed()
        return _refused(HTTPStatus.FORBIDDEN) if name is None else route(name)

    def _allowed(self) -> str | None:
        """What is asked for, behind the token; None for whoever may not ask."""
        empty, _, rest = self.path.partition("/")
        token, slash, name = rest.partition("/")
        ours = secrets.compare_digest(token.encode(), self.server.token.encode())
        hosts = self.headers.get_all("Host") or []
        home = len(hosts) == 1 and hosts[0] in self.server.hosts
        origins = {f"http://{host}" for host in hosts}
        alone = set(self.headers.get_all("Origin") or []) <= origins
        return name if ours and home and alone and self._near and slash and not empty else None

    @property
    def _near(self) -> bool:
        """Whether the browser says that the page itself asks, or a person who opens its address."""
        opened = self.command == "GET" and self.headers.get("Sec-Fetch-Mode") == "navigate"
        return opened or self.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")

    def _get(self, name: str) -> Answer:
        if name == "state":
            return _json(HTTPStatus.OK, self.server.room.state())
        if name in _FILES:
            file, kind = _FILES[name]
            return Answer(HTTPStatus.OK, kind, (_PAGE / file).read_bytes())
        return _refused(HTTPStatus.NOT_FOUND)

    def _post(self, name: str) -> Answer:
        if name != "press":
            return _refused(HTTPStatus.NOT_FOUND)
        if self.headers.get_content_type() != "application/json":
            return _refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        pressed = self._pressed()
        if pressed is None:
            return _refused(HTTPStatus.BAD_REQUEST)
        try:
            return _json(HTTPStatus.OK, self.server.room.press(*pressed))
        except DedupError as error:
            return _json(HTTPStatus.INTERNAL_SERVER_ERROR, {"error": escape(str(error))})

    def _pressed(self) -> tuple[str, int, int] | None:
        """The key, and the question it was pressed at; None for anything else."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and int(length) <= _LONGEST_BODY):
            return None
        try:
            body = json.loads(self.rfile.read(int(length)))
            key, at, answered = body["key"], body["at"], body["answered"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        kinds = isinstance(key, str), isinstance(at, int), isinstance(answered, int)
        return (key, at, answered) if all(kinds) else None

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no request at all, without quoting any of it."""
        del message, explain
        self._send(_refused(HTTPStatus(code)))

    def log_message(self, format: str, *args: object) -> None:
        """Keep no record: the address holds the token."""


def _json(status: HTTPStatus, value: dict[str, Any]) -> Answer:
    return Answer(status, _JSON, json.dumps(value).encode())


def _refused(status: HTTPStatus) -> Answer:
    return _json(status, {"error": status.phrase})
