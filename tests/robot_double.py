"""A local HTTP server that stands in for a platform's robot: it keeps what it gets, answers so."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived."""

    path: str
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(slots=True)
class RobotDouble:
    """What arrived, and the answers to come: status and body; the last one stays."""

    port: int
    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=lambda: [(200, '{"errcode":0}')])
    silent: bool = False
    """Take the request and hang up without an answer."""
    location: str = ""

    def url(self, path: str) -> str:
        """Return an address at this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def host(self) -> str:
        """Return this server as the operator lists it."""
        return f"127.0.0.1:{self.port}"

    def next_answer(self) -> tuple[int, str]:
        """Return the next answer."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def robot() -> Iterator[RobotDouble]:
    """Run such a server."""
    double = RobotDouble(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            double.requests.append(Request(self.path, self.headers, self.rfile.read(length)))
            if double.silent:
                self.close_connection = True
                return
            status, said = double.next_answer()
            content = said.encode()
            self.send_response(status)
            if double.location:
                self.send_header("location", double.location)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
