"""A real SMTP server process that fails where it is told to, and swears to what it accepted.

Each acceptance is one JSON line, on disk before the server answers: {"message_id", "recipient",
"attempt", "at"}. A fault names a stage, what happens there and for which attempts:
`Fault("rcpt", "reply", code=450)` greylists everybody once; `Fault("accepted", "drop")` takes
the message and hangs up without a reply.

Run by itself: python -m tests.smtp_double --log FILE [--port N] [--faults JSON] [--seed N]
"""

import argparse
import contextlib
import json
import os
import random
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Literal, TypedDict

Stage = Literal[
    "connect", "ehlo", "starttls", "mail", "rcpt", "data", "body", "dot", "accepted", "rset", "quit"
]
Act = Literal["reply", "drop", "slow"]
ALWAYS = 10**9


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at `stage`, in attempts `first` to `last` of each recipient.

    Before RCPT the recipient is unknown: there, attempts are counted over the whole server.
    `slow` waits `seconds` and then goes on as if nothing had happened.
    """

    stage: Stage
    act: Act
    code: int = 0
    recipient: str = "*"
    first: int = 1
    last: int = 1
    seconds: float = 0.0
    chance: float = 1.0


class Acceptance(TypedDict):
    """One message that the server took responsibility for."""

    message_id: str
    recipient: str
    attempt: int
    at: float


@dataclass(slots=True)
class SmtpDouble:
    """A running double; `port` stays the same over `kill` and `restart`."""

    log: Path
    options: list[str]
    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        """The address for DUBAN_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def accepted(self) -> list[Acceptance]:
        """Return what the server accepted so far, in order."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """Start it again on the same port and log, its faults as before."""
        self.kill()
        self.process, self.port = _launch([*self.options, "--port", str(self.port)])


@contextlib.contextmanager
def start_double(
    log: Path, *faults: Fault, seed: int = 1, options: Sequence[str] = ()
) -> Iterator[SmtpDouble]:
    """Run a double for the length of the block."""
    arguments = ["--log", str(log), "--seed", str(seed), *options]
    arguments += ["--faults", json.dumps([asdict(fault) for fault in faults])]
    process, port = _launch(arguments)
    double = SmtpDouble(log, arguments, process, port)
    try:
        yield double
    finally:
        double.kill()


def _launch(arguments: list[str]) -> tuple[subprocess.Popen[str], int]:
    command = [sys.executable, str(Path(__file__)), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        return process, int(process.stdout.readline())


# -- the server's side --------------------------------------------------------------------------


class Dropped(Exception):
    """The connection is cut here."""


class Script:
    """Decides what goes wrong, and keeps the log; shared by all connections."""

    def __init__(self, faults: list[Fault], log: Path, *, seed: int, fsync: bool) -> None:
        self._faults = faults
        self._log = log.open("a")
        self._fsync = fsync
        self._lock = threading.Lock()
        self._chance = random.Random(seed)
        self._attempts: Counter[str] = Counter()

    def next_attempt(self, recipient: str) -> int:
        """Count one more attempt for this recipient and return its number."""
        with self._lock:
            self._attempts[recipient] += 1
            return self._attempts[recipient]

    def fault(self, stage: str, recipient: str, attempt: int) -> Fault | None:
        """Return what goes wrong now, if anything."""
        for fault in self._faults:
            if (
                fault.stage == stage
                and fault.first <= attempt <= fault.last
                and fnmatch(recipient, fault.recipient)
                and self._chance.random() < fault.chance
            ):
                return fault
        return None

    def accept(self, acceptance: Acceptance) -> None:
        """Write the acceptance down; it is on disk when this returns."""
        with self._lock:
            self._log.write(json.dumps(acceptance) + "\n")
            self._log.flush()
            if self._fsync:
                os.fsync(self._log.fileno())


class Conversation(socketserver.StreamRequestHandler):
    """One SMTP session."""

    server: "Server"
    recipient = ""
    attempt = 0
    refused = False

    def handle(self) -> None:
        """Greet and answer commands until the client leaves or a fault ends it."""
        with contextlib.suppress(Dropped, OSError):
            self.answer("connect", 220, "double ready")
            while line := self.rfile.readline():
                verb, _, rest = line.decode("latin-1").strip().partition(" ")
                if not self.command(verb.upper(), rest):
                    return

    def command(self, verb: str, rest: str) -> bool:
        """Answer one command; return whether the session goes on."""
        match verb:
            case "EHLO" | "HELO":
                self.answer("ehlo", 250, "\n".join(["double", *self.server.offers]))
            case "STARTTLS":
                self.answer("starttls", 220, "go ahead")
                self.encrypt()
            case "MAIL":
                self.refused = not self.answer("mail", 250, "sender ok")
            case "RCPT":
                self.recipient = rest.partition("<")[2].rpartition(">")[0]
                self.attempt = self.server.script.next_attempt(self.recipient)
                self.refused |= not self.answer("rcpt", 250, "recipient ok")
            case "DATA" if self.refused and not self.server.eager:
                self.say(503, "no valid recipients")
            case "DATA":
                if self.answer("data", 354, "go on"):
                    self.receive()
            case "RSET":
                self.answer("rset", 250, "reset")
            case "QUIT":
                self.answer("quit", 221, "bye")
                return False
            case _:
                self.say(502, "unknown")
        return True

    def answer(self, stage: str, code: int, text: str) -> bool:
        """Reply as the script wants; return whether the reply was the normal one."""
        known = stage in ("rcpt", "data", "body", "dot", "accepted")
        recipient = self.recipient if known else stage
        attempt = self.attempt if known else self.server.script.next_attempt(stage)
        fault = self.server.script.fault(stage, recipient, attempt)
        if fault is not None and fault.act == "drop":
            self.drop()
        if fault is not None and fault.act == "reply":
            self.say(fault.code, "scripted")
            if fault.code == 421:
                self.leave()
            return False
        if fault is not None:
            time.sleep(fault.seconds)
        if code:
            self.say(code, text)
        return True

    def receive(self) -> None:
        """Take the message; log it before the reply."""
        lines: list[bytes] = []
        first = self.rfile.readline()
        self.answer("body", 0, "")
        line = first
        while line != b".\r\n":
            if not line:
                raise Dropped
            lines.append(line)
            line = self.rfile.readline()
        fault = self.server.script.fault("dot", self.recipient, self.attempt)
        if fault is not None:
            self.answer("dot", 0, "")
            return
        self.server.script.accept(
            {
                "message_id": _message_id(lines),
                "recipient": self.recipient,
                "attempt": self.attempt,
                "at": time.time(),
            }
        )
        self.answer("accepted", 250, "taken")

    def say(self, code: int, text: str) -> None:
        """Send a reply, on as many lines as the text has."""
        lines = text.split("\n")
        marks = ["-"] * (len(lines) - 1) + [" "]
        reply = "".join(f"{code}{mark}{line}\r\n" for mark, line in zip(marks, lines, strict=True))
        self.wfile.write(reply.encode())
        self.wfile.flush()

    def encrypt(self) -> None:
        """Go on under TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate, self.server.key)
        self.request = self.connection = context.wrap_socket(self.request, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")

    def leave(self) -> None:
        """Close politely: nothing more is said, what still comes is read, so no reply is lost."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)
            while self.connection.recv(65536):
                pass
        raise Dropped

    def drop(self) -> None:
        """Cut the connection with a reset, as a crashed server or firewall does."""
        linger = struct.pack("ii", 1, 0)
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        raise Dropped

    def finish(self) -> None:
        """Close what the fault has not closed already."""
        with contextlib.suppress(OSError, ValueError):
            super().finish()


def _message_id(lines: list[bytes]) -> str:
    for line in lines:
        name, _, value = line.decode("latin-1").partition(":")
        if name.lower() == "message-id":
            return value.strip()
    return ""


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback, one thread for each session."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, script: Script, options: argparse.Namespace) -> None:
        self.script = script
        self.certificate = options.certificate or ""
        self.key = options.key
        self.eager = options.eager
        self.offers = ["STARTTLS"] if self.certificate else []
        if not options.no_pipelining:
            self.offers.append("PIPELINING")
        super().__init__(("127.0.0.1", options.port), Conversation)


def main() -> None:
    """Serve until killed; the first line on standard output is the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--faults", default="[]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-fsync", action="store_true")
    parser.add_argument("--no-pipelining", action="store_true")
    parser.add_argument("--eager", action="store_true", help="wants a message for nobody")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    options = parser.parse_args()
    faults = [Fault(**fault) for fault in json.loads(options.faults)]
    script = Script(faults, options.log, seed=options.seed, fsync=not options.no_fsync)
    with Server(script, options) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
