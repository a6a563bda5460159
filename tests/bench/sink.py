"""The cheapest SMTP server that answers correctly: Postfix's smtp-sink, or our own in its place."""

import multiprocessing
import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

END_OF_DATA = b"\r\n.\r\n"
SMTP_SINK = shutil.which("smtp-sink") or shutil.which(
    "smtp-sink", path="/usr/sbin:/usr/lib/postfix"
)


@contextmanager
def sink() -> Iterator[str]:
    """Yield the address of a sink that runs in a process of its own."""
    with _compiled(SMTP_SINK) if SMTP_SINK else _own() as port:
        yield f"smtp://127.0.0.1:{port}"


def kind() -> str:
    """Return which sink is used."""
    return "smtp-sink" if SMTP_SINK else "python"


@contextmanager
def _compiled(program: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    as_nobody = ["-u", pwd.getpwnam("nobody").pw_name] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *as_nobody, f"127.0.0.1:{port}", "256"])
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def _own() -> Iterator[int]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(listener,))
    process.start()
    try:
        yield listener.getsockname()[1]
    finally:
        process.terminate()
        process.join()
        listener.close()


def _serve(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_converse, args=(connection,), daemon=True).start()


def _converse(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"220 sink\r\n")
    held = b""
    while said := connection.recv(65536):
        held += said
        while b"\r\n" in held:
            command, _, held = held.partition(b"\r\n")
            if command.upper() == b"DATA":
                connection.sendall(b"354 go on\r\n")
                held = _swallow(connection, held)
            connection.sendall(b"221 bye\r\n" if command.upper() == b"QUIT" else b"250 ok\r\n")


def _swallow(connection: socket.socket, held: bytes) -> bytes:
    while END_OF_DATA not in held:
        held += connection.recv(65536)
    return held.partition(END_OF_DATA)[2]
